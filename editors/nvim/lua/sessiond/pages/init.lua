-- Pages about the engine and the session: usage, status, MCP servers, trust, rules, log, wire. Opened by actions.
local engine = require("sessiond.engine")

local M = {}

local looked = {} ---@type table<string, true> directories

function M.attach()
  engine.on_ready(function()
    local directory = require("sessiond.config").directory()
    if not looked[directory] then
      looked[directory] = true
      require("sessiond.pages.trust").look()
    end
  end)
end

return M
