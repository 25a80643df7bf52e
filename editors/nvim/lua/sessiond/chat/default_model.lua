-- The model that new sessions get: that of the options, or what the engine has said of its configuration. An empty chat
-- shows it.
local config = require("sessiond.config")
local engine = require("sessiond.engine")

local M = {}

local known ---@type string?

---@return string?
function M.get()
  return config.get().model or known
end

--- Asks each engine that begins.
---@param on_known fun()
function M.attach(on_known)
  engine.on_ready(function()
    -- Behind what the user waits for.
    vim.schedule(function()
      engine.request("model/list", { directory = config.directory() }, function(err, result)
        if not err then
          known = result.default
          on_known()
        end
      end)
    end)
  end)
end

return M
