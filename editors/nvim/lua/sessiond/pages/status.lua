-- How the engine is: which one, since when, what it does, who is connected, and whether commands run in a sandbox.
local engine = require("sessiond.engine")
local page = require("sessiond.pages.page")
local text = require("sessiond.ui.text")

local M = {}

---@param result sessiond.StatusResult
---@return sessiond.Line[]
function M.lines(result)
  local storage = result.storage == "open" or result.storage == "closed"
  local sandbox = result.sandbox
  local lines = {
    page.row("engine", ("version %s, protocol %d"):format(text.one_line(result.version, 40), result.protocolVersion)),
    page.row("process", ("%d, up %s"):format(result.pid, text.duration(result.uptimeMs))),
    page.row("memory", ("%.0f MB"):format(result.memoryBytes / 1e6)),
    page.row("turns", ("%d run, of %d sessions in memory"):format(result.turns, result.sessions)),
    page.row("data", text.path(result.dataDirectory, 60)),
    page.row("storage", text.one_line(result.storage), not storage and "SessiondError" or nil),
    page.row(
      "sandbox",
      sandbox.state .. (sandbox.reason and (": " .. text.one_line(sandbox.reason, 100)) or ""),
      sandbox.state == "none" and "SessiondWarning" or nil
    ),
  }
  if result.shared ~= nil then
    lines[#lines + 1] = page.row("shared", result.shared and "by all editors" or "no, it is this editor's own")
  end
  if result.leaving then
    lines[#lines + 1] = page.row("leaving", "it ends once no turn runs", "SessiondWarning")
  end
  lines[#lines + 1] = page.row("clients", tostring(result.clients))
  for _, client in ipairs(result.connected or {}) do
    local words = { text.one_line(client.name, 40) }
    words[#words + 1] = client.processId and ("process %d"):format(client.processId)
    words[#words + 1] = client.directory and text.path(client.directory, 40)
    words[#words + 1] = ("since %s"):format(text.ago(client.connectedAt))
    lines[#lines + 1] = page.row("", table.concat(words, ", "))
  end
  return lines
end

function M.open()
  page.open({
    title = "The engine",
    load = function(show)
      engine.request("server/status", nil, function(err, result)
        show(err and page.problem(err) or M.lines(result))
      end)
    end,
  })
end

return M
