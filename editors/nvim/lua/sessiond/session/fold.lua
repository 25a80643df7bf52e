-- Folds the events of a session into its transcript, which nobody else changes. Pure: no call of Neovim's API, so that
-- recorded logs fold the same in a test. Unknown events and parts are passed over.
local M = {}

local NOTICES = 20

---@param id string
---@return sessiond.Transcript
function M.new(id)
  return {
    id = id,
    seq = 0,
    session = { id = id, title = "", directory = "" },
    messages = {},
    by_id = {},
    hidden = {},
    reverted = false,
    open = {},
    progress = {},
    turns = {},
    status = { type = "status", state = "idle" },
    todos = {},
    queue = {},
    permissions = {},
    questions = {},
    notices = {},
    trimmed = {},
    lost = 0,
  }
end

---@param transcript sessiond.Transcript
---@param message_id string
---@param part_id string
---@return sessiond.Part?
---@return integer?
function M.part(transcript, message_id, part_id)
  local message = transcript.by_id[message_id]
  for index, part in ipairs(message and message.parts or {}) do
    if part.id == part_id then
      return part, index
    end
  end
end

--- The text of a text or reasoning part, also while it streams.
---@param transcript sessiond.Transcript
---@param part sessiond.TextPart|sessiond.ReasoningPart
---@return string
function M.text(transcript, part)
  local open = transcript.open[part.id]
  return open and table.concat(open.pieces) or part.text
end

local function add_message(transcript, message)
  message.parts = message.parts or {}
  local known = transcript.by_id[message.id]
  transcript.by_id[message.id] = message
  if not known then
    table.insert(transcript.messages, message)
    return
  end
  for index, other in ipairs(transcript.messages) do
    if other == known then
      transcript.messages[index] = message
    end
  end
end

local function drop(list, id)
  for index, entry in ipairs(list) do
    if entry.id == id then
      table.remove(list, index)
      return
    end
  end
end

local function begin_turn(transcript, event)
  local turn = { id = event.turnId, kind = event.kind, model = event.model, started_at = event.at }
  transcript.turns[turn.id] = turn
  transcript.turn = turn
  transcript.session.turnId = turn.id
end

local function end_turn(transcript, event)
  local turn = transcript.turns[event.turnId] or { id = event.turnId, kind = "chat" }
  turn.ended_at, turn.stop_reason = event.at, event.stopReason
  turn.usage, turn.cost, turn.error = event.usage, event.cost, event.error
  transcript.turns[turn.id] = turn
  transcript.turn = nil
  transcript.session.turnId = nil
  transcript.status = { type = "status", state = "idle" }
end

local function hide(transcript, event)
  transcript.reverted = true
  if not event.conversation or not transcript.by_id[event.messageId] then
    return
  end
  local taken = {}
  repeat
    local message = table.remove(transcript.messages)
    transcript.by_id[message.id] = nil
    table.insert(taken, 1, message)
  until message.id == event.messageId
  transcript.hidden = vim.list_extend(taken, transcript.hidden)
end

local function show(transcript)
  for _, message in ipairs(transcript.hidden) do
    add_message(transcript, message)
  end
  transcript.hidden, transcript.reverted = {}, false
end

local function start_part(transcript, event)
  local message, part = transcript.by_id[event.messageId], event.part
  if not message then
    return
  end
  if not M.part(transcript, event.messageId, part.id) then
    table.insert(message.parts, part)
  end
  local field = part.type == "tool" and "input" or "text"
  local pieces = field == "text" and part.text ~= "" and { part.text } or {}
  transcript.open[part.id] = transcript.open[part.id] or { message_id = message.id, field = field, pieces = pieces }
end

local function end_part(transcript, event)
  local message = transcript.by_id[event.messageId]
  local _, index = M.part(transcript, event.messageId, event.part.id)
  if message and index then
    message.parts[index] = event.part
  elseif message then
    table.insert(message.parts, event.part)
  end
  transcript.open[event.part.id] = nil
  transcript.progress[event.part.id] = nil
end

local function add_delta(transcript, event)
  local open = transcript.open[event.partId]
  if open then
    open.pieces[#open.pieces + 1] = event.text
  end
end

local function end_message(transcript, event)
  local message = transcript.by_id[event.messageId]
  if message then
    message.usage, message.cost = event.usage, event.cost
    message.finishReason, message.error = event.finishReason, event.error
  end
end

---@type table<string, fun(transcript: sessiond.Transcript, event: any)>
local folds = {
  ["session.created"] = function(transcript, event)
    transcript.session = event.session
  end,
  ["session.updated"] = function(transcript, event)
    transcript.session = event.session
  end,
  ["session.deleted"] = function(transcript)
    transcript.deleted = true
  end,
  ["turn.started"] = begin_turn,
  ["turn.ended"] = end_turn,
  ["message.added"] = function(transcript, event)
    add_message(transcript, event.message)
  end,
  ["message.ended"] = end_message,
  ["part.started"] = start_part,
  ["part.ended"] = end_part,
  ["part.delta"] = add_delta,
  ["tool.changed"] = function(transcript, event)
    local part = M.part(transcript, event.messageId, event.partId)
    if part then
      part.state = event.state
    end
  end,
  ["tool.progress"] = function(transcript, event)
    transcript.progress[event.partId] = event
  end,
  ["permission.asked"] = function(transcript, event)
    drop(transcript.permissions, event.request.id)
    table.insert(transcript.permissions, event.request)
  end,
  ["permission.replied"] = function(transcript, event)
    drop(transcript.permissions, event.requestId)
  end,
  ["question.asked"] = function(transcript, event)
    drop(transcript.questions, event.request.id)
    table.insert(transcript.questions, event.request)
  end,
  ["question.answered"] = function(transcript, event)
    drop(transcript.questions, event.requestId)
  end,
  ["todo.changed"] = function(transcript, event)
    transcript.todos = event.todos
  end,
  ["queue.changed"] = function(transcript, event)
    transcript.queue, transcript.held = event.queue, event.held
  end,
  ["session.reverted"] = hide,
  ["session.unreverted"] = show,
  ["session.sealed"] = function(transcript)
    transcript.hidden, transcript.reverted = {}, false
  end,
  ["context.trimmed"] = function(transcript, event)
    for _, part_id in ipairs(event.partIds) do
      transcript.trimmed[part_id] = event.files and event.files[part_id] or true
    end
  end,
  ["event.lost"] = function(transcript)
    transcript.lost = transcript.lost + 1
  end,
  status = function(transcript, event)
    transcript.status = event
  end,
  notice = function(transcript, event)
    table.insert(transcript.notices, event)
    if #transcript.notices > NOTICES then
      table.remove(transcript.notices, 1)
    end
  end,
  context = function(transcript, event)
    transcript.context = { used = event.used, limit = event.limit, compactsAt = event.compactsAt }
  end,
}

--- Takes an event in. One that was taken in before is passed over; one that comes too early is refused.
---@param transcript sessiond.Transcript
---@param event sessiond.Event
---@return "taken"|"known"|"gap"
function M.apply(transcript, event)
  if event.seq then
    if event.seq <= transcript.seq then
      return "known"
    elseif event.seq > transcript.seq + 1 then
      return "gap"
    end
    transcript.seq = event.seq
  end
  local fold = folds[event.type]
  if fold then
    fold(transcript, event)
  end
  return "taken"
end

--- Takes in the answer to `session/subscribe`. A snapshot makes all of it anew; a replay's events follow.
---@param transcript sessiond.Transcript
---@param result sessiond.SubscribeResult
function M.begin(transcript, result)
  if result.mode == "snapshot" then
    transcript.messages, transcript.by_id = {}, {}
    transcript.hidden, transcript.progress, transcript.turns = {}, {}, {}
    transcript.trimmed, transcript.notices, transcript.turn = {}, {}, nil
    for _, message in ipairs(result.messages or {}) do
      add_message(transcript, message)
    end
    transcript.seq, transcript.session, transcript.cursor = result.seq, result.session, result.nextCursor
    local turn_id = result.session.turnId
    transcript.turn = turn_id and { id = turn_id, kind = "chat", model = result.session.model } or nil
    transcript.turns = turn_id and { [turn_id] = transcript.turn } or {}
    transcript.status = { type = "status", state = turn_id and "running" or "idle" }
  end
  transcript.open = {}
  for _, text in ipairs(result.open) do
    transcript.open[text.partId] = { message_id = text.messageId, field = text.field, pieces = { text.text } }
  end
  transcript.permissions, transcript.questions = result.permissions, result.questions or {}
  transcript.todos, transcript.queue, transcript.held = result.todos or {}, result.queue or {}, result.queueHeld
  transcript.reverted = result.reverted or false
  transcript.context = result.context or transcript.context
end

--- Puts an older page of messages in front.
---@param transcript sessiond.Transcript
---@param page sessiond.MessagesResult
function M.prepend(transcript, page)
  local older = {}
  for _, message in ipairs(page.messages) do
    if not transcript.by_id[message.id] then
      message.parts = message.parts or {}
      transcript.by_id[message.id] = message
      older[#older + 1] = message
    end
  end
  transcript.messages = vim.list_extend(older, transcript.messages)
  transcript.cursor = page.nextCursor
end

return M
