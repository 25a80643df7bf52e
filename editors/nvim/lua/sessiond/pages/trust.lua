-- What of a project's own settings waits for trust, as it stands in its files; trusted as it was shown, and only so.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local log = require("sessiond.log")
local page = require("sessiond.pages.page")
local text = require("sessiond.ui.text")

local M = {}

local SAYS = {
  untrusted = { "These settings come with the project and have no effect until you trust them.", "SessiondWarning" },
  changed = { "These settings are not those that you trusted. They have no effect.", "SessiondWarning" },
  trusted = { "The project's settings are trusted.", "SessiondCompleted" },
  notNeeded = { "Nothing in this project asks for trust.", "SessiondMuted" },
}

local shown ---@type sessiond.ProjectStatus?

---@param status sessiond.ProjectStatus
---@return sessiond.Line[]
function M.lines(status)
  local lines = { { { text.path(status.root), "SessiondUser" } }, { SAYS[status.trust] } }
  local file
  for _, waiting in ipairs(status.waiting) do
    if waiting.file ~= file then
      file = waiting.file
      vim.list_extend(lines, { {}, { { text.path(file), "SessiondMuted" } } })
    end
    lines[#lines + 1] = { { "  " .. text.one_line(waiting.key, 80), "SessiondField" }, { " = " } }
    lines[#lines][3] = { text.one_line(waiting.value, 300), "SessiondCode" }
  end
  return lines
end

local function ask(callback)
  engine.request("project/status", { directory = config.directory() }, callback)
end

function M.open()
  page.open({
    title = "Trust in this project",
    place = "trust",
    hints = { { "trust_accept", "trusts what is shown" }, { "trust_withdraw", "trusts it no more" } },
    load = function(show)
      ask(function(err, status)
        shown = not err and status or nil
        show(err and page.problem(err) or M.lines(status))
      end)
    end,
  })
end

---@param trusted boolean
function M.decide(trusted)
  if not shown then
    return
  end
  local params = { directory = config.directory(), trusted = trusted }
  params.content = trusted and shown.content or nil
  engine.request("project/trust", params, function(err)
    if err then
      log.tell("error", "it was not trusted: " .. err.message)
    end
    page.refresh()
  end)
end

--- Tells once that something waits for trust, so that nobody wonders why a setting has no effect.
function M.look()
  ask(function(err, status)
    if not err and #status.waiting > 0 and (status.trust == "untrusted" or status.trust == "changed") then
      log.tell("warn", "settings of this project wait for your trust: :Sessiond trust")
    end
  end)
end

return M
