-- How the plugin's own picker looks: its two floats, the entries with what matches, the keys below. What it does is in
-- `list.lua`.
local config = require("sessiond.config")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")

local M = {}

--- The places of a match in the line that is drawn, where it has the entry's text in it.
local function mark_match(self, row, line)
  local places, name = self.places[row], self.source.text(self.shown[row])
  local first = places and draw.text_of(line):find(name, 1, true)
  for _, place in ipairs(first and places or {}) do
    local from = vim.str_byteindex(name, "utf-32", place, false)
    local to = vim.str_byteindex(name, "utf-32", place + 1, false)
    vim.api.nvim_buf_set_extmark(self.list_buf, draw.namespace, row - 1, first - 1 + from, {
      end_col = first - 1 + to,
      hl_group = "SessiondMatch",
    })
  end
end

local function notice(self)
  if self.problem then
    return { { "  " .. self.problem, "SessiondError" } }
  elseif self.loading then
    return { { "  …", "SessiondMuted" } }
  end
  return { { self.query == "" and "  There is nothing here." or "  Nothing matches.", "SessiondMuted" } }
end

---@param self sessiond.Picker
function M.draw(self)
  if not vim.api.nvim_win_is_valid(self.list_win) then
    return
  end
  local width = vim.api.nvim_win_get_width(self.list_win)
  local lines = {}
  for row, item in ipairs(self.shown) do
    local line = self.source.line(item, width - 1)
    if self.armed and self.armed.item == item then
      line = { { "✗ ", "SessiondFailed" }, { self.armed.words, "SessiondFailed" } }
    end
    line.hl = row == self.index and "SessiondChosen" or nil
    lines[row] = line
  end
  draw.lines(self.list_buf, #lines > 0 and lines or { notice(self) })
  for row, line in ipairs(lines) do
    mark_match(self, row, line)
  end
  vim.api.nvim_win_set_cursor(self.list_win, { math.max(1, math.min(self.index, math.max(1, #lines))), 0 })
  M.name(self)
end

--- The title, and how many there are.
---@param self sessiond.Picker
function M.name(self)
  local title = ("%s (%d)"):format(self.source.title, #self.shown)
  pcall(vim.api.nvim_win_set_config, self.prompt_win, { title = (" %s "):format(title) })
end

local function hints(self)
  local words = {
    { "pick", "chooses" },
    { "revert", "reverts" },
    { "fork", "forks" },
    { "rename", "renames" },
    { "delete", "deletes" },
    { "archive", "archives" },
    { "pick_everywhere", "all" },
    { "pick_archived", "archived" },
  }
  local pairs_of = {}
  for _, word in ipairs(words) do
    if word[1] == "pick" or (self.source.actions or {})[word[1]] then
      pairs_of[#pairs_of + 1] = { keys.label("picker", word[1]), word[2] }
    end
  end
  return float.hints(pairs_of)
end

--- Opens its two floats, and goes into the line to type into.
---@param self sessiond.Picker
function M.open(self)
  local options = config.get().picker
  local width = math.max(76, math.floor(vim.o.columns * options.width))
  width = math.min(width, vim.o.columns - 4)
  local height = math.max(5, math.floor(vim.o.lines * options.height) - 5)
  height = math.min(height, vim.o.lines - vim.o.cmdheight - 7)
  local row = math.max(0, math.floor((vim.o.lines - height - 6) / 2))
  local col = math.floor((vim.o.columns - width - 2) / 2)
  self.list_buf, self.prompt_buf = draw.buffer("sessiond-list"), draw.buffer("sessiond-picker")
  local below = { width = width, height = height, row = row + 3, col = col, footer = hints(self) }
  self.list_win = float.open(self.list_buf, below)
  vim.wo[self.list_win].wrap = false
  self.prompt_win = float.open(self.prompt_buf, { title = "…", width = width, height = 1, row = row, col = col })
  vim.wo[self.prompt_win].wrap = false
end

return M
