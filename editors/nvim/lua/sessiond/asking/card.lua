-- A question as lines of a card: who asks what, the diff of an edit, all of a command, and a key for each answer, with
-- the rule that it would save. Pure but for the options; drawn at the chat's end and in the float.
local config = require("sessiond.config")
local diff = require("sessiond.chat.cards.diff")
local diff_lines = require("sessiond.chat.cards.diff_lines")
local keys = require("sessiond.keys")
local text = require("sessiond.ui.text")

local M = {}

local MESSAGE_LINES = 12
local INDENT = "  "

---@param rules sessiond.OfferedRule[]
---@return string
local function rules_of(rules)
  return table.concat(
    vim.tbl_map(function(rule)
      return ("%s: %s"):format(text.one_line(rule.permission, 40), text.one_line(rule.pattern, 120))
    end, rules),
    ", "
  )
end

---@class sessiond.Choice
---@field action string
---@field label string
---@field rule? string what it would save

---@param request sessiond.PermissionRequest
---@return sessiond.Choice[]
local function permission_choices(request)
  local offered = request.always or {}
  local choices = { { action = "allow", label = "Allow once" } }
  if #offered > 0 then
    choices[2] = { action = "always", label = "Always allow", rule = rules_of(offered) }
  end
  vim.list_extend(choices, {
    { action = "reject", label = "Reject" },
    { action = "reject_with_reason", label = "Reject and say why" },
  })
  return choices
end

---@param request sessiond.QuestionRequest
---@return boolean
function M.has_form(request)
  local schema = request.schema
  return type(schema) == "table" and type(schema.properties) == "table" and next(schema.properties) ~= nil
end

---@param url string
---@return string? host only of what a browser opens
function M.host(url)
  return url:match("^https?://[^/?#]*@([^/?#]+)") or url:match("^https?://([^/?#]+)")
end

---@param request sessiond.QuestionRequest
---@return sessiond.Choice[]
local function question_choices(request)
  local choices
  if request.url then
    local host = M.host(request.url)
    choices = { { action = "allow", label = host and "Open it in the browser, at " .. host or "I have opened it" } }
  elseif M.has_form(request) then
    local count = vim.tbl_count(request.schema.properties)
    choices = { { action = "allow", label = ("Answer (%d to fill in)"):format(count) } }
  else
    choices = { { action = "allow", label = "Agree" } }
  end
  choices[2] = { action = "reject", label = "Decline" }
  return choices
end

---@param waiting sessiond.Waiting
---@return sessiond.Choice[]
function M.choices(waiting)
  return waiting.kind == "permission" and permission_choices(waiting.request) or question_choices(waiting.request)
end

local function add(lines, group, texts, indent)
  for _, line in ipairs(texts) do
    lines[#lines + 1] = { { (indent or INDENT) .. line, group } }
  end
end

--- Whether the title names the only file of the diff.
local function says_file(request)
  local names = {}
  for _, line in ipairs(diff_lines.of(request.diff)) do
    names[#names + 1] = line.kind == "new" and line.text:sub(5):gsub("^b/", "") or nil
  end
  return #names == 1 and request.title:find(names[1], 1, true) ~= nil
end

--- The command that the call would run, where the title does not have the whole of it.
---@param request sessiond.PermissionRequest
---@return string?
local function command_beside_title(request)
  local command = request.command
  return command and not vim.endswith(request.title, command) and command or nil
end

--- What the call is about: the diff, else the command and what it would touch, unless the title says so already.
---@param lines sessiond.Line[]
---@param request sessiond.PermissionRequest
---@param most? integer lines of the diff
---@return boolean cut
local function add_subject(lines, request, most)
  if request.diff then
    local drawn = diff.lines(request.diff, INDENT, says_file(request))
    local count = math.min(#drawn, most or #drawn)
    local from = #drawn > count and math.min(diff.first_change(drawn), #drawn - count + 1) or 1
    vim.list_extend(lines, drawn, from, from + count - 1)
    if #drawn > count then
      local more = #drawn - count
      lines[#lines + 1] =
        { { INDENT .. ("… %d more line%s"):format(more, more == 1 and "" or "s"), "SessiondMuted" } }
    end
    return #drawn > count
  end
  local command = command_beside_title(request)
  if command then
    add(lines, "SessiondCode", text.whole(command), INDENT .. "│ ")
  end
  local said = request.title .. "\n" .. (request.command or "")
  for _, pattern in ipairs(request.patterns or {}) do
    if not said:find(pattern, 1, true) then
      add(lines, "SessiondCode", text.lines(pattern, MESSAGE_LINES), INDENT .. INDENT)
    end
  end
  return false
end

---@param lines sessiond.Line[]
---@param request sessiond.QuestionRequest
local function add_message(lines, request)
  add(lines, "SessiondToolTitle", text.lines(request.message, MESSAGE_LINES), INDENT .. "│ ")
  if request.url then
    add(lines, "SessiondUrl", { text.one_line(request.url, 500) })
  end
  lines[#lines + 1] = { { INDENT .. "Nobody has checked what it says.", "SessiondMuted" } }
end

local function choice_line(choice)
  local key = keys.label("question", choice.action)
  local line = {
    { INDENT .. (key or ":Sessiond " .. choice.action:gsub("_", "-")) .. "  ", "SessiondKey" },
    { choice.label, "SessiondToolTitle" },
  }
  if choice.rule then
    line[3] = { "  " .. choice.rule, "SessiondCode" }
  end
  return line
end

---@param waiting sessiond.Waiting
---@return string
function M.title(waiting)
  local request = waiting.request
  if waiting.kind == "question" then
    return text.one_line(request.source, 80) .. " asks"
  end
  return text.one_line(request.title, 300)
end

--- Who asks: a call's title may be a bare command, and then says not what runs it.
local function head_of(waiting)
  local title, tool = M.title(waiting), waiting.request.tool
  if waiting.request.permission == "bash" and command_beside_title(waiting.request) then
    title = "Run this command?"
  end
  if not tool or title:lower():find(tool:lower(), 1, true) then
    return { { "? ", "SessiondQuestion" }, { title, "SessiondQuestion" } }
  end
  return { { "? ", "SessiondQuestion" }, { tool .. " ", "SessiondTool" }, { title, "SessiondQuestion" } }
end

--- The whole card. `others` is how many more wait behind it.
---@param waiting sessiond.Waiting
---@param others integer
---@param most? integer lines of a diff; all of them where it is left out
---@return sessiond.Line[]
function M.lines(waiting, others, most)
  local request = waiting.request
  local head = head_of(waiting)
  if request.sessionId ~= waiting.session_id then
    head[#head + 1] = { "  in a task", "SessiondMuted" }
  end
  if others > 0 then
    head[#head + 1] = { ("  %d more wait%s"):format(others, others == 1 and "s" or ""), "SessiondMuted" }
  end
  local lines, cut = { head }, false
  if waiting.kind == "permission" then
    add(lines, "SessiondMuted", request.reason and text.lines(request.reason, 4) or {})
    cut = add_subject(lines, request, most)
  else
    add_message(lines, request)
  end
  lines[#lines + 1] = {}
  for _, choice in ipairs(M.choices(waiting)) do
    lines[#lines + 1] = choice_line(choice)
  end
  if cut then
    lines[#lines + 1] = choice_line({ action = "show_question", label = "Show all of it" })
  end
  return lines
end

--- The block of it at a chat's end.
---@param transcript sessiond.Transcript
---@return sessiond.Block[]
function M.blocks(transcript)
  local all = require("sessiond.asking.waiting").of(transcript)
  if #all == 0 then
    return {}
  end
  local lines = M.lines(all[1], #all - 1, config.get().asking.diff_lines)
  table.insert(lines, 1, {})
  return {
    {
      id = "question:" .. all[1].request.id,
      kind = "question",
      lines = lines,
      version = tostring(#all),
      text = all[1].request.diff or all[1].request.command or M.title(all[1]),
      data = all[1],
    },
  }
end

return M
