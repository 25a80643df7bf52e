-- A small buffer to write why a call is rejected. The model reads it with the refusal.
local answer = require("sessiond.asking.answer")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local session = require("sessiond.session")

local M = {}

---@param id string of the request
---@param transcript sessiond.Transcript
local function waits(id, transcript)
  return vim.iter(transcript.permissions):any(function(request)
    return request.id == id
  end)
end

---@param waiting sessiond.Waiting
function M.ask(waiting)
  local buf = draw.buffer("sessiond-reason")
  vim.bo[buf].undolevels = 100
  local win = float.open(buf, {
    title = "Rejected: what is the model to know?",
    footer = float.hints({ { "<CR>", "rejects" }, { "i <C-s>", "too" }, { "q", "leaves the question" } }),
    width = math.min(70, vim.o.columns - 8),
    height = 4,
  })
  local stop
  local function close()
    stop()
    vim.cmd.stopinsert()
    pcall(vim.api.nvim_win_close, win, true)
  end
  local function send()
    local reason = vim.trim(table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n"))
    close()
    answer.decide(waiting, "rejectOnce", reason ~= "" and reason or nil)
  end
  stop = session.listen(function(change)
    if change.id == waiting.session_id and not waits(waiting.request.id, change.transcript) then
      vim.schedule(close)
    end
  end)
  vim.keymap.set("n", "<CR>", send, { buffer = buf })
  vim.keymap.set("i", "<C-s>", send, { buffer = buf })
  vim.keymap.set("n", "q", close, { buffer = buf, nowait = true })
  vim.keymap.set("n", "<Esc>", close, { buffer = buf, nowait = true })
  vim.cmd.startinsert()
end

return M
