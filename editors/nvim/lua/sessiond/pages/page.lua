-- A page: a float that shows something of the engine as it is now, asked anew by a key. One at a time. Pages have keys
-- of their own place for what can be done with a line.
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")

local M = {}

---@class sessiond.Page
---@field title string
---@field place? string of its keys
---@field hints? {[1]: string, [2]: string}[] actions of the place, and what they do
---@field load fun(show: fun(lines: sessiond.Line[], items?: table<integer, any>)) `items` by line

local current ---@type {page: sessiond.Page, buf: integer, win: integer, items: table<integer, any>}?

local function hints(page)
  local pairs_of = {}
  for _, hint in ipairs(page.hints or {}) do
    pairs_of[#pairs_of + 1] = { keys.label(page.place, hint[1]), hint[2] }
  end
  pairs_of[#pairs_of + 1] = { keys.label("page", "page_refresh"), "asks anew" }
  pairs_of[#pairs_of + 1] = { keys.label("page", "page_close"), "closes" }
  return float.hints(pairs_of)
end

---@param lines sessiond.Line[]
---@param footer sessiond.Line
local function size(lines, footer)
  local width = math.max(56, vim.api.nvim_strwidth(draw.text_of(footer)) + 2)
  for _, line in ipairs(lines) do
    width = math.max(width, vim.api.nvim_strwidth(draw.text_of(line)) + 1)
  end
  width = math.min(width, vim.o.columns - 6)
  local height = 0
  for _, line in ipairs(lines) do
    height = height + math.max(1, math.ceil(vim.api.nvim_strwidth(draw.text_of(line)) / width))
  end
  return width, math.min(math.max(3, height), vim.o.lines - 8)
end

--- Loads the page that is open, or which takes its place, and draws it once it is there.
function M.refresh()
  local self = current
  if not self then
    return
  end
  self.page.load(function(lines, items)
    if current == self and vim.api.nvim_win_is_valid(self.win) then
      self.items = items or {}
      draw.lines(self.buf, lines)
      local footer = hints(self.page)
      local width, height = size(lines, footer)
      float.move(self.win, { title = self.page.title, footer = footer, width = width, height = height })
    end
  end)
end

---@param page sessiond.Page
function M.open(page)
  M.close()
  local buf = draw.buffer("sessiond-page")
  draw.lines(buf, { { { "…", "SessiondMuted" } } })
  local win = float.open(buf, { title = page.title, footer = hints(page), width = 56, height = 3 })
  current = { page = page, buf = buf, win = win, items = {} }
  keys.map("page", buf)
  vim.keymap.set("n", "<Esc>", M.close, { buffer = buf, nowait = true })
  if page.place then
    keys.map(page.place, buf)
  end
  M.refresh()
end

function M.close()
  local self = current
  current = nil
  if self then
    pcall(vim.api.nvim_win_close, self.win, true)
  end
end

--- What the line under the cursor is about.
---@return any
function M.item()
  local self = current
  return self and vim.api.nvim_win_is_valid(self.win) and self.items[vim.api.nvim_win_get_cursor(self.win)[1]] or nil
end

--- What is shown where the engine does not answer.
---@param err sessiond.Error
---@return sessiond.Line[]
function M.problem(err)
  return vim.tbl_map(function(line)
    return { { line, "SessiondError" } }
  end, require("sessiond.ui.text").lines(err.message, 20))
end

--- A line of a name and what it is.
---@param name string
---@param value string
---@param group? string
---@return sessiond.Line
function M.row(name, value, group)
  return { { ("%-12s "):format(name), "SessiondMuted" }, { value, group } }
end

return M
