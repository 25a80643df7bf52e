-- The providers, how each was found, and why one cannot be used. Choosing one asks for its key, which is not echoed.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local input = require("sessiond.ui.input")
local log = require("sessiond.log")
local text = require("sessiond.ui.text")

local M = {}

--- Asks for a provider's key, and has the engine keep it.
---@param provider string
function M.enter_key(provider)
  input.ask({ title = "API key for " .. text.one_line(provider, 40), secret = true }, function(key)
    key = key and vim.trim(key)
    if not key or key == "" then
      return
    end
    engine.request("provider/setKey", { provider = provider, key = key }, function(err, result)
      if err then
        return log.tell("error", "the key was not kept: " .. err.message)
      end
      local where = result.stored == "keyring" and "the system's keyring" or "a file that only you can read"
      log.tell("info", ("the key for %s is kept in %s"):format(provider, where))
    end)
  end)
end

---@return sessiond.Source
function M.new()
  return {
    name = "providers",
    title = "Providers: choose one to enter its key",
    text = function(provider)
      return provider.id
    end,
    line = function(provider)
      return {
        { provider.usable and "✓ " or "  ", "SessiondCompleted" },
        { ("%-20s"):format(text.one_line(provider.id, 40)) },
        { " " .. provider.source, "SessiondMuted" },
        { provider.whyNot and "  " .. text.one_line(provider.whyNot, 200) or "", "SessiondWarning" },
      }
    end,
    choose = function(provider)
      M.enter_key(provider.id)
    end,
    load = function(_, show)
      engine.request("provider/list", { directory = config.directory() }, function(err, result)
        show(err and {} or result.providers, err and "the providers cannot be listed: " .. err.message or nil)
      end)
    end,
  }
end

return M
