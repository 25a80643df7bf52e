-- The plugin's own picker: a line to type into, and below it the entries. What is typed filters, or searches where the
-- source does that itself. One at a time; it closes when it is left.
local config = require("sessiond.config")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")

local M = {}

local SEARCH_MS = 120

---@class sessiond.Picker
---@field source sessiond.Source
---@field query string
---@field items table[] as the source gave them
---@field shown table[] those that match, the best first
---@field places table[] which characters of each match
---@field index integer
---@field problem? string
---@field loading boolean
---@field armed? {action: string, item: table, words: string} an action that was asked for once
---@field away boolean the user is in another float of it
local Picker = {}
Picker.__index = Picker

local current ---@type sessiond.Picker?

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

function Picker:draw()
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
  self:name()
end

--- Filters what there is, where the source does not search.
function Picker:filter()
  self.places = {}
  if self.source.searches or self.query == "" then
    self.shown = self.items
  else
    local found = vim.fn.matchfuzzypos(self.items, self.query, {
      text_cb = function(item)
        return self.source.text(item)
      end,
    })
    self.shown, self.places = found[1], found[2]
  end
  self.index = math.max(1, math.min(self.index, #self.shown))
  self:draw()
end

--- Puts the pointer on the entry where it was, if it is still there.
local function keep(self, items)
  local id = self.shown[self.index] and self.shown[self.index].id
  for index, item in ipairs(id and items or {}) do
    if item.id == id then
      self.index = index
    end
  end
end

--- Takes entries in, unless they are those of another query.
---@param items? table[] left out: they are loaded anew
function Picker:take(items, problem)
  self.loading, self.problem = false, problem
  if self.source.searches then
    keep(self, items)
  end
  self.items = items
  self:filter()
end

--- Loads the entries anew; an answer to an older question is passed over.
function Picker:reload()
  self.serial = self.serial + 1
  local serial = self.serial
  self.loading, self.armed = true, nil
  self.source.load(self.query, function(items, problem)
    if serial == self.serial and current == self then
      self:take(items, problem)
    end
  end)
  self:name()
end

local function on_typed(self)
  local query = vim.trim(vim.api.nvim_buf_get_lines(self.prompt_buf, 0, 1, false)[1] or "")
  if query == self.query then
    return
  end
  self.query, self.index, self.armed = query, 1, nil
  if not self.source.searches then
    return self:filter()
  end
  vim.defer_fn(function()
    if current == self and self.query == query then
      self:reload()
    end
  end, SEARCH_MS)
end

---@param step integer
function Picker:move(step)
  self.armed = nil
  if #self.shown > 0 then
    self.index = (self.index - 1 + step) % #self.shown + 1
    self:draw()
  end
end

--- Does something only when it is asked for a second time in a row.
---@param action string
---@param words string what it does
---@param run fun()
function Picker:twice(action, words, run)
  local item = self.shown[self.index]
  if self.armed and self.armed.action == action and self.armed.item == item then
    self.armed = nil
    return run()
  end
  local key = keys.label("picker", action) or "once more"
  self.armed = { action = action, item = item, words = ("%s again %s"):format(key, words) }
  self:draw()
end

--- The user goes into another float of this picker, and comes back.
function Picker:leave()
  self.away = true
end

function Picker:come_back()
  self.away = false
  vim.schedule(function()
    if current == self and vim.api.nvim_win_is_valid(self.prompt_win) then
      vim.api.nvim_set_current_win(self.prompt_win)
      vim.cmd.startinsert({ bang = true })
      self:reload()
    end
  end)
end

function Picker:close()
  if current == self then
    current = nil
    if self.stop then
      self.stop()
    end
    vim.cmd.stopinsert()
    for _, win in ipairs({ self.prompt_win, self.list_win }) do
      pcall(vim.api.nvim_win_close, win, true)
    end
  end
end

function Picker:choose()
  local item = self.shown[self.index]
  if item then
    self:close()
    self.source.choose(item)
  end
end

--- The title, and how many there are.
function Picker:name()
  local title = ("%s (%d)"):format(self.source.title, #self.shown)
  pcall(vim.api.nvim_win_set_config, self.prompt_win, { title = (" %s "):format(title) })
end

local function hints(self)
  local words = {
    { "pick", "opens" },
    { "rename", "renames" },
    { "fork", "forks" },
    { "archive", "archives" },
    { "revert", "reverts" },
    { "delete", "deletes" },
    { "pick_everywhere", "everywhere" },
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

local function open_windows(self)
  local options = config.get().picker
  local width = math.max(50, math.floor(vim.o.columns * options.width))
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

--- Does an action of the open picker, for mappings.
---@param name string
function M.act(name)
  local self = current
  if not self then
    return
  end
  local own = {
    pick = self.choose,
    pick_close = self.close,
    pick_next = function()
      self:move(1)
    end,
    pick_previous = function()
      self:move(-1)
    end,
  }
  if own[name] then
    return own[name](self)
  end
  local act, item = (self.source.actions or {})[name], self.shown[self.index]
  if act and (item or name:find("^pick_")) then
    act(item, self)
  end
end

local function listen(self)
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI" }, {
    buffer = self.prompt_buf,
    callback = function()
      on_typed(self)
    end,
  })
  vim.api.nvim_create_autocmd("WinLeave", {
    buffer = self.prompt_buf,
    callback = function()
      vim.schedule(function()
        if not self.away then
          self:close()
        end
      end)
    end,
  })
  local acts = {}
  for name in pairs(config.get().keys.picker or {}) do
    acts[name] = function()
      M.act(name)
    end
  end
  keys.map("picker", self.prompt_buf, acts)
  self.stop = self.source.watch
    and self.source:watch(function(items)
      if items then
        self.serial = self.serial + 1
        self:take(items)
      else
        self:reload()
      end
    end)
end

---@param source sessiond.Source
---@param query string
function M.open(source, query)
  if current then
    current:close()
  end
  local self = setmetatable({
    source = source,
    query = query,
    items = {},
    shown = {},
    places = {},
    index = 1,
    serial = 0,
    loading = true,
    away = false,
  }, Picker)
  open_windows(self)
  current = self
  vim.api.nvim_buf_set_lines(self.prompt_buf, 0, -1, false, { query })
  listen(self)
  self:reload()
  self:draw()
  vim.cmd.startinsert({ bang = true })
end

return M
