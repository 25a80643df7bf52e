-- All of a question in a window of its own, its diff as long as it is. The same keys answer here.
local card = require("sessiond.asking.card")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")
local session = require("sessiond.session")

local M = {}

local function still_waits(waiting)
  local transcript = session.get(waiting.session_id)
  for _, each in ipairs(transcript and require("sessiond.asking.waiting").of(transcript) or {}) do
    if each.request.id == waiting.request.id then
      return true
    end
  end
  return false
end

---@param waiting sessiond.Waiting
function M.show(waiting)
  local buf = draw.buffer("sessiond-question")
  local lines = card.lines(waiting, 0)
  draw.lines(buf, lines)
  local win = float.open(buf, {
    title = card.title(waiting):sub(1, 60),
    footer = float.hints({ { "q", "closes" } }),
    width = math.floor(vim.o.columns * 0.8),
    height = math.min(#lines, math.floor(vim.o.lines * 0.8)),
  })
  local stop
  local function close()
    stop()
    pcall(vim.api.nvim_win_close, win, true)
  end
  stop = session.listen(function()
    if not still_waits(waiting) then
      vim.schedule(close)
    end
  end)
  keys.map("question", buf, nil, function()
    return true
  end)
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, close, { buffer = buf, nowait = true })
  end
end

return M
