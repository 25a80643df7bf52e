-- The actions of this room: the engine started, ended, looked at, and the log opened.
local engine = require("sessiond.engine")
local log = require("sessiond.log")

local M = {}

function M.start()
  engine.start()
end

function M.restart()
  engine.restart()
end

function M.stop()
  engine.stop()
end

function M.log()
  vim.cmd.tabedit({ args = { log.path() }, magic = { file = false } })
  vim.bo.autoread = true
  vim.bo.readonly = true
  vim.cmd.normal({ "G", bang = true })
end

---@param result sessiond.StatusResult
local function describe(result)
  local lines = {
    ("version %s, pid %d, up %d s"):format(result.version, result.pid, result.uptimeMs / 1000),
    ("%d clients, %d sessions in memory, %d turns run"):format(result.clients, result.sessions, result.turns),
    ("data in %s, storage %s"):format(result.dataDirectory, result.storage),
    ("shell commands: %s%s"):format(
      result.sandbox.state,
      result.sandbox.reason and (" (" .. result.sandbox.reason .. ")") or ""
    ),
  }
  vim.notify("sessiond: " .. table.concat(lines, "\n"))
end

function M.status()
  engine.request("server/status", nil, function(err, result)
    if err then
      log.tell("error", err.message)
    else
      describe(result)
    end
  end)
end

return M
