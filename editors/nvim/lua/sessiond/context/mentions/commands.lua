-- The commands that a prompt can begin with, as the engine lists them for a directory; asked for when a prompt opens.
local engine = require("sessiond.engine")

local M = {}

local known = {} ---@type table<string, table<string, sessiond.CommandInfo>> by directory, by name

--- Asks the engine, where it runs; the answer counts from the next look on.
---@param directory string
---@param callback? fun()
function M.refresh(directory, callback)
  if engine.state().name ~= "ready" then
    return callback and callback()
  end
  engine.request("command/list", { directory = directory }, function(err, result)
    if not err then
      known[directory] = {}
      for _, command in ipairs(result.commands) do
        known[directory][command.name] = command
      end
    end
    if callback then
      callback()
    end
  end)
end

---@param directory string
---@return table<string, sessiond.CommandInfo>
function M.of(directory)
  return known[directory] or {}
end

return M
