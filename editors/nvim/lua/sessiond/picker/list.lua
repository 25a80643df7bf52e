-- The plugin's own picker: a line to type into, and below it the entries. What is typed filters, or searches where the
-- source does that itself. One at a time; it closes when it is left. How it looks is in `view.lua`.
local config = require("sessiond.config")
local keys = require("sessiond.keys")
local view = require("sessiond.picker.view")

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
---@field from integer the window that the user came from
---@field away boolean the user is in another float of it
local Picker = {}
Picker.__index = Picker

local current ---@type sessiond.Picker?

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
  view.draw(self)
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
  view.name(self)
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
    view.draw(self)
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
  view.draw(self)
end

--- The user goes into another float of this picker, and comes back.
function Picker:leave()
  self.away = true
end

function Picker:come_back()
  vim.schedule(function()
    self.away = false
    if current == self and vim.api.nvim_win_is_valid(self.prompt_win) then
      vim.api.nvim_set_current_win(self.prompt_win)
      vim.cmd.startinsert({ bang = true })
      self:reload()
    end
  end)
end

---@param another? boolean another picker takes its place, and the user goes on typing
function Picker:close(another)
  if current == self then
    current = nil
    if self.stop then
      self.stop()
    end
    if not another then
      vim.cmd.stopinsert()
    end
    local was_here = vim.api.nvim_get_current_win() == self.prompt_win
    for _, win in ipairs({ self.prompt_win, self.list_win }) do
      pcall(vim.api.nvim_win_close, win, true)
    end
    if was_here and vim.api.nvim_win_is_valid(self.from) then
      vim.api.nvim_set_current_win(self.from)
    end
  end
end

function Picker:choose()
  local item = self.shown[self.index]
  if item then
    self:close()
    vim.schedule(function() -- once insert mode has ended
      self.source.choose(item)
    end)
  end
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
        if not self.away and vim.api.nvim_get_current_win() ~= self.prompt_win then
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
    current:close(true)
  end
  local self = setmetatable({
    source = source,
    query = query,
    items = {},
    shown = {},
    places = {},
    index = 1,
    from = vim.api.nvim_get_current_win(),
    serial = 0,
    loading = true,
    away = false,
  }, Picker)
  view.open(self)
  current = self
  vim.api.nvim_buf_set_lines(self.prompt_buf, 0, -1, false, { query })
  listen(self)
  self:reload()
  view.draw(self)
  vim.cmd.startinsert({ bang = true })
end

return M
