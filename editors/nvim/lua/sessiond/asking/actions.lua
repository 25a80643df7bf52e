-- The actions of this room: answers to the question that waits first, and the way to it.
local answer = require("sessiond.asking.answer")
local card = require("sessiond.asking.card")
local chat = require("sessiond.chat")
local corner = require("sessiond.asking.corner")
local form = require("sessiond.asking.form")
local log = require("sessiond.log")
local page = require("sessiond.asking.whole")
local reason = require("sessiond.asking.reason")
local waiting = require("sessiond.asking.waiting")

local M = {}

--- What an answer is for: in the float, what it shows; else the oldest of this chat, or of all.
---@return sessiond.Waiting?
local function current()
  local found = corner.has_focus() and waiting.unseen()[1] or waiting.current()
  if not found then
    log.tell("info", "nothing waits for an answer")
  end
  return found
end

---@param decision sessiond.Decision
---@param feedback? string
local function decide(decision, feedback)
  local found = current()
  if found and found.kind == "permission" then
    answer.decide(found, decision, feedback)
  elseif found then
    answer.question(found, { action = "decline" })
  end
end

--- Agrees to a question of a tool: fills in its form, or opens its address.
---@param found sessiond.Waiting
local function agree(found)
  local request = found.request
  if card.has_form(request) then
    return form.open(found)
  end
  if request.url and card.host(request.url) then
    vim.ui.open(request.url)
  end
  answer.question(found, { action = "accept" })
end

function M.allow()
  local found = current()
  if found and found.kind == "permission" then
    answer.decide(found, "allowOnce")
  elseif found then
    agree(found)
  end
end

M.answer = M.allow

function M.always()
  local found = current()
  if not found or found.kind ~= "permission" then
    return
  elseif #(found.request.always or {}) == 0 then
    return log.tell("info", "no rule is on offer for this call; allow it once, or reject it")
  end
  answer.decide(found, "allowAlways")
end

function M.reject(invocation)
  decide("rejectOnce", invocation.args ~= "" and invocation.args or nil)
end

function M.reject_always()
  decide("rejectAlways")
end

function M.reject_with_reason(invocation)
  local found = current()
  if invocation.args ~= "" or (found and found.kind == "question") then
    return decide("rejectOnce", invocation.args)
  elseif found then
    reason.ask(found)
  end
end

function M.show_question()
  local found = current()
  if found then
    page.show(found)
  end
end

--- Goes to what waits: in this chat to its card, else into the float; else opens the chat that asks.
function M.questions()
  local view, id = chat.view(), chat.session_id()
  local first = waiting.current()
  if first and view and id and first.session_id == id then
    vim.api.nvim_set_current_win(view.win)
    vim.api.nvim_win_set_cursor(view.win, { vim.api.nvim_buf_line_count(view.buf), 0 })
  elseif first and not corner.focus() then
    chat.open({ session_id = first.session_id })
  elseif not first then
    require("sessiond.asking.elsewhere").show()
  end
end

M.form_submit = form.submit
M.form_decline = form.decline
M.form_close = form.close
M.form_next = form.next
M.form_previous = form.previous
M.form_choice = form.choice

return M
