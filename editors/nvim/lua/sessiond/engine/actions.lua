-- The actions of this room: the connection begun, begun anew and ended, and the engine itself ended.
local engine = require("sessiond.engine")
local log = require("sessiond.log")

local M = {}

M.start = engine.start
M.restart = engine.restart
M.stop = engine.stop

--- Ends the engine that all editors share; an older one ends with its last connection.
function M.stop_engine(invocation)
  if engine.state().name == "ready" and not engine.has("server/stop") then
    return engine.stop()
  end
  local when = invocation.args == "now" and "now" or "idle"
  engine.request("server/stop", { when = when }, function(err, result)
    if err then
      return log.tell("error", "the engine was not ended: " .. err.message)
    end
    local turns = result.turns or 0
    log.tell("info", turns > 0 and ("the engine ends once %d turns have"):format(turns) or "the engine ends")
  end)
end

return M
