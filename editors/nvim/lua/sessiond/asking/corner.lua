-- The float in the corner, for questions whose chat is not shown in this tab page: it is there while one waits, never
-- takes the focus, and its keys work once the user has gone into it.
local card = require("sessiond.asking.card")
local config = require("sessiond.config")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")
local waiting = require("sessiond.asking.waiting")

local M = {}

local WIDTH = 64
local ANSWER_LINES = 10 -- what a card has besides a diff, about

local win, buf ---@type integer?, integer?
local due = false

---@return boolean
local function is_open()
  return win ~= nil and vim.api.nvim_win_is_valid(win)
end

--- Whether the user is in it.
---@return boolean
function M.has_focus()
  return is_open() and vim.api.nvim_get_current_win() == win
end

local function close()
  if is_open() then
    vim.api.nvim_win_close(win --[[@as integer]], true)
  end
  win, buf = nil, nil
end

--- In another tab page it is closed there and opened here.
local function is_elsewhere()
  return is_open() and vim.api.nvim_win_get_tabpage(win) ~= vim.api.nvim_get_current_tabpage()
end

---@param first sessiond.Waiting
local function options_for(first, lines)
  local transcript = session.get(first.session_id)
  local title = transcript and text.one_line(transcript.session.title, 40) or ""
  local width = math.min(WIDTH, vim.o.columns - 6)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.api.nvim_strwidth(draw.text_of(line)) / width))
  end
  local key = keys.label("global", "questions")
  return {
    corner = true,
    title = title ~= "" and title or "sessiond",
    width = width,
    height = math.min(height, math.max(6, math.floor(vim.o.lines * 0.7))),
    footer = M.has_focus() and { { " q goes back ", "SessiondMuted" } }
      or { { " " .. (key or ":Sessiond questions"), "SessiondKey" }, { " goes there ", "SessiondMuted" } },
  }
end

--- Leaves it for the window before; it stays as long as the question waits.
local function go_back()
  vim.cmd.wincmd("p")
end

local function open(lines, options)
  buf = draw.buffer("sessiond-question")
  keys.map("question", buf, nil, function()
    local first = waiting.unseen()[1]
    return first ~= nil and waiting.is_settled(first)
  end)
  vim.keymap.set("n", "q", go_back, { buffer = buf, nowait = true })
  draw.lines(buf, lines)
  win = float.open(buf, options)
end

--- Brings it up to what waits now.
local function update()
  due = false
  local list = config.get().asking.float and waiting.unseen() or {}
  if #list == 0 or is_elsewhere() then
    close()
  end
  if #list == 0 then
    return
  end
  local room = math.max(3, math.floor(vim.o.lines * 0.6) - ANSWER_LINES)
  local lines = card.lines(list[1], #list - 1, math.min(config.get().asking.diff_lines, room))
  local options = options_for(list[1], lines)
  if not is_open() then
    return open(lines, options)
  end
  draw.lines(buf --[[@as integer]], lines)
  float.move(win --[[@as integer]], options)
end

--- Brings it up to date soon, once for all that happens now.
function M.touch()
  if not due then
    due = true
    vim.schedule(update)
  end
end

--- Goes into it, where it is.
---@return boolean
function M.focus()
  if not is_open() then
    return false
  end
  vim.api.nvim_set_current_win(win --[[@as integer]])
  M.touch()
  return true
end

return M
