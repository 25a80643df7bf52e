-- What a session has cost: tokens of each kind, by kind of work and by model, children included.
local chat = require("sessiond.chat")
local page = require("sessiond.pages.page")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")

local M = {}

local KINDS = { "input", "cacheRead", "cacheWrite", "output", "reasoning" }
local HEADS = { "input", "cached", "written", "output", "thought" }

local function cells(values)
  local texts = {}
  for index, value in ipairs(values) do
    texts[index] = ("%8s"):format(value)
  end
  return table.concat(texts)
end

local function money(spent)
  if spent.cost then
    return chat.cost(spent.cost)
  end
  return spent.atLeast and spent.atLeast > 0 and "over " .. chat.cost(spent.atLeast) or "?"
end

---@param name string
---@param spent sessiond.Spent
---@param group? string
---@return sessiond.Line
local function row(name, spent, group)
  local counts = vim.tbl_map(function(kind)
    return chat.tokens(spent.usage[kind] or 0)
  end, KINDS)
  return {
    { ("%-16s"):format(text.one_line(name, 16)), group },
    { cells(counts), group or "SessiondToolTitle" },
    { ("%10s"):format(money(spent)), group or "SessiondToolTitle" },
    { ("%6d"):format(spent.calls), "SessiondMuted" },
  }
end

---@param result sessiond.UsageResult
---@return sessiond.Line[]
function M.lines(result)
  local lines = {
    { { (" "):rep(16) .. cells(HEADS) .. ("%10s%6s"):format("cost", "calls"), "SessiondMuted" } },
    row("Answers", result.turns),
    row("Summaries", result.summaries),
    row("Titles", result.titles),
    row(("Tasks (%d)"):format(result.children), result.tasks),
    row("Together", result, "SessiondUser"),
    {},
  }
  for _, each in ipairs(result.models) do
    lines[#lines + 1] = row(each.model ~= "" and each.model or "a model that is lost", each.spent)
  end
  if result.untold > 0 then
    lines[#lines + 1] =
      { { ("%d calls told no tokens; they are in no sum."):format(result.untold), "SessiondWarning" } }
  end
  return lines
end

---@param id string
function M.open(id)
  page.open({
    title = "Tokens and costs",
    load = function(show)
      session.usage(id, function(err, result)
        show(err and page.problem(err) or M.lines(result))
      end)
    end,
  })
end

return M
