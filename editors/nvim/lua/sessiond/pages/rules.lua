-- The rules that answers have saved for this project, or for all: seen and removed.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local log = require("sessiond.log")
local page = require("sessiond.pages.page")
local text = require("sessiond.ui.text")

local M = {}

---@param rules sessiond.SavedRule[]
---@return sessiond.Line[] lines
---@return sessiond.SavedRule[] items by line
function M.lines(rules)
  if #rules == 0 then
    return { { { "No rule is saved for this project.", "SessiondMuted" } } }, {}
  end
  local lines = {}
  for index, rule in ipairs(rules) do
    lines[index] = {
      { ("%-6s"):format(rule.verdict), rule.verdict == "allow" and "SessiondCompleted" or "SessiondFailed" },
      { ("%-10s "):format(text.one_line(rule.permission, 30)), "SessiondField" },
      { text.one_line(rule.pattern, 120), "SessiondCode" },
      { "  " .. text.path(rule.directory, 40), "SessiondMuted" },
    }
  end
  return lines, rules
end

function M.open()
  page.open({
    title = "Saved rules",
    place = "rules",
    hints = { { "rule_remove", "removes" } },
    load = function(show)
      engine.request("permission/rules", { directory = config.directory() }, function(err, result)
        if err then
          return show(page.problem(err))
        end
        show(M.lines(result.rules))
      end)
    end,
  })
end

---@param rule sessiond.SavedRule
function M.remove(rule)
  engine.request("permission/removeRule", { id = rule.id }, function(err)
    if err then
      log.tell("error", "the rule was not removed: " .. err.message)
    end
    page.refresh()
  end)
end

return M
