-- What other people's configuration calls: `setup()`, which is optional, and a few functions for statuslines and
-- scripts. Everything a user does is an action; see `actions.lua`.
local M = {}

-- Rooms that listen before the first request is made: each has `attach()` in its init.lua.
local ROOMS = { "session", "context", "asking", "review", "chat", "picker", "pages", "attention" }

local attached = false

---@param options? table see `:help sessiond-options`
function M.setup(options)
  require("sessiond.config").set(options or {})
end

--- Lets the rooms listen; done once, before the first action. No process is started by it.
function M.attach()
  if attached then
    return
  end
  attached = true
  require("sessiond.highlights").define()
  for _, room in ipairs(ROOMS) do
    require("sessiond." .. room).attach()
  end
end

--- Does an action: `require("sessiond").run("ask", { args = "why?" })`.
---@param action string
---@param invocation? table see sessiond.Invocation
function M.run(action, invocation)
  require("sessiond.actions").run(action, invocation)
end

--- A short text for a statusline; empty when nothing goes on. It loads nothing, and is made anew only by events.
---@return string
function M.statusline()
  local attention = package.loaded["sessiond.attention"]
  return attention and attention.statusline() or ""
end

--- What goes on, for statuslines of one's own; nil before the plugin was first used.
---@return sessiond.Overview?
function M.status()
  local attention = package.loaded["sessiond.attention"]
  return attention and attention.status() or nil
end

--- A list to choose from, for other pickers: see `:help sessiond-sources`.
---@param name "sessions"|"models"|"messages"|"providers"
---@return sessiond.Source
function M.source(name)
  M.attach()
  return require("sessiond.picker").source(name)
end

return M
