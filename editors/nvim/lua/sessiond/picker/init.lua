-- Lists to choose from: sessions, models, messages, providers. A list is a source, which any picker can show: the
-- plugin's own (`list.lua`), what has replaced `vim.ui.select`, or a function of the user's.
local config = require("sessiond.config")

local M = {}

---@class sessiond.Source
---@field name string
---@field title string
---@field load fun(query: string, show: fun(items: table[], problem?: string)) gets the entries, once or several times
---@field searches? boolean `load` heeds the query; else whoever shows the source filters by `text`
---@field text fun(item: table): string what stands for an entry in one line
---@field line fun(item: table, width: integer): sessiond.Line the same, drawn
---@field choose fun(item: table)
---@field actions? table<string, fun(item: table, picker: sessiond.Picker)> by the names of actions in `keys.picker`
---@field watch? fun(source: sessiond.Source, touch: fun()): fun() calls `touch` whenever `load` would give other
--- entries, until what it returns is called

--- A source by its name, for other pickers: `sessions`, `models`, `messages`, `providers`.
---@param name string
---@return sessiond.Source
function M.source(name)
  return require("sessiond.picker.sources." .. name).new()
end

--- Whether something has put its own picker in the place of Neovim's.
local function is_replaced()
  local file = debug.getinfo(vim.ui.select, "S").source
  return not file:find("vim/ui%.lua$") and not file:find("^@?vim/ui")
end

--- Shows a source, in the way of the option `picker.ui`.
---@param source sessiond.Source
---@param query? string what is searched for at first
function M.open(source, query)
  local ui = config.get().picker.ui
  if type(ui) == "function" then
    return ui(source, query or "")
  elseif ui == "select" or (ui == "auto" and is_replaced()) then
    return require("sessiond.picker.select").open(source, query or "")
  end
  require("sessiond.picker.list").open(source, query or "")
end

function M.attach()
  require("sessiond.picker.watch").attach()
end

return M
