-- Keeps the open sessions true: subscribes, folds what comes, and subscribes again from the last `seq` after the engine
-- has died, fallen behind or left a gap. Used by `session/init.lua` only.
local autocmds = require("sessiond.autocmds")
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local fold = require("sessiond.session.fold")
local log = require("sessiond.log")
local store = require("sessiond.session.store")

local M = {}

---@class sessiond.Subscription
---@field state "asking"|"on"
---@field replay_to integer durable events up to it happened before this editor subscribed
---@field cancel? fun() takes back what was asked
---@field asked? table what was asked last; other answers are old
---@field pauses integer how often it was put off, since there was no engine
---@field callbacks fun(err: sessiond.Error?, transcript: sessiond.Transcript?)[]

local subscriptions = {} ---@type table<string, sessiond.Subscription>

local function answer(subscription, err, transcript)
  local callbacks = subscription.callbacks
  subscription.callbacks = {}
  for _, callback in ipairs(callbacks) do
    callback(err, transcript)
  end
end

local function begin(id, subscription, result)
  local transcript = store.open(id)
  fold.begin(transcript, result)
  subscription.state, subscription.pauses = "on", 0
  subscription.replay_to = result.seq
  store.tell({ id = id, transcript = transcript, events = {}, reset = true })
  answer(subscription, nil, transcript)
end

local ask

--- What an engine may be for the next time, where there is none just now.
local PASSING = { engineUnavailable = true, storageFailed = true }

--- Asks again after a while, each time after twice as long.
local function put_off(id, subscription, anew)
  local options, asked = config.get().restart, subscription.asked
  local pause = math.min(options.first_ms * 2 ^ subscription.pauses, options.most_ms)
  subscription.pauses = subscription.pauses + 1
  vim.defer_fn(function()
    if subscriptions[id] == subscription and subscription.asked == asked then
      ask(id, anew)
    end
  end, pause)
end

--- Subscribes from what is known already on, or anew.
---@param id string
---@param anew? boolean
ask = function(id, anew)
  local subscription = subscriptions[id]
  if subscription.cancel then
    subscription.cancel()
  end
  local asked = {}
  subscription.state, subscription.asked = "asking", asked
  local known = store.get(id)
  local after = not anew and known and known.seq > 0 and known.seq or nil
  subscription.cancel = engine.request("session/subscribe", { sessionId = id, after = after }, function(err, result)
    if subscriptions[id] ~= subscription or subscription.asked ~= asked then
      return
    end
    subscription.cancel = nil
    if not err then
      return begin(id, subscription, result)
    elseif err.kind == "engineLost" and engine.state().name == "ready" then
      return ask(id, anew) -- of the next engine, behind the same connection
    end
    log.write("warn", ("cannot subscribe to %s: %s"):format(id, err.message))
    if PASSING[err.kind] then
      put_off(id, subscription, anew)
    elseif err.kind ~= "engineLost" then -- else the next connection asks again
      subscriptions[id] = nil
    end
    answer(subscription, err)
  end)
end

--- Follows a session. Called back with its transcript once it is there, or with why not.
---@param id string
---@param callback? fun(err: sessiond.Error?, transcript: sessiond.Transcript?)
function M.follow(id, callback)
  local subscription = subscriptions[id]
  if subscription and subscription.state == "on" then
    if callback then
      callback(nil, store.get(id))
    end
    return
  end
  local first = not subscription
  subscription = subscription or { state = "asking", replay_to = 0, callbacks = {}, pauses = 0 }
  subscriptions[id] = subscription
  table.insert(subscription.callbacks, callback)
  if first then
    ask(id)
  end
end

--- Takes up a session that the engine has just made and subscribed this editor to: its events come from the first on.
---@param session sessiond.Session
---@return sessiond.Transcript
function M.adopt(session)
  local transcript = store.open(session.id)
  if not subscriptions[session.id] then
    transcript.session = session
    subscriptions[session.id] = { state = "on", replay_to = 0, callbacks = {}, pauses = 0 }
    store.tell({ id = session.id, transcript = transcript, events = {}, reset = true })
  end
  return transcript
end

---@param id string
function M.leave(id)
  if subscriptions[id] then
    subscriptions[id] = nil
    store.forget(id)
    if engine.state().name == "ready" then
      engine.request("session/unsubscribe", { sessionId = id })
    end
  end
end

--- Whether an event brings back messages that this editor has never seen, since it came later.
local function brings_unseen(transcript, event)
  return event.type == "session.unreverted" and transcript.reverted and #transcript.hidden == 0
end

--- Folds events up to the first that needs another subscription.
---@return sessiond.Event[] taken
local function fold_all(id, transcript, events)
  local taken = {}
  for _, event in ipairs(events) do
    local unseen = brings_unseen(transcript, event)
    local verdict = fold.apply(transcript, event)
    if verdict == "gap" then
      log.write("warn", ("%s: event %d after %d; subscribing anew"):format(id, event.seq, transcript.seq))
      ask(id)
      break
    elseif verdict == "taken" then
      taken[#taken + 1] = event
      if unseen then
        ask(id, true)
        break
      end
    end
  end
  return taken
end

local function take(params)
  local id = params.sessionId
  local subscription, transcript = subscriptions[id], store.get(id)
  if not subscription or subscription.state ~= "on" or not transcript then
    return
  end
  local taken = fold_all(id, transcript, params.events)
  if #taken > 0 then
    local replayed = transcript.seq <= subscription.replay_to
    store.tell({ id = id, transcript = transcript, events = taken, replayed = replayed })
  end
  for _, event in ipairs(taken) do
    if event.seq and event.seq > subscription.replay_to then
      autocmds.emit(autocmds.name(event.type), { session_id = id, event = event })
    end
  end
  if transcript.deleted then
    subscriptions[id] = nil
  end
end

function M.attach()
  engine.on_notification("session/event", take)
  engine.on_notification("session/resync", function(params)
    if subscriptions[params.sessionId] then
      ask(params.sessionId)
    end
  end)
  engine.on_notification("server/stopped", function()
    log.tell("info", "the engine was stopped; the next prompt starts another one")
  end)
  engine.on_ready(function()
    for id in pairs(subscriptions) do
      ask(id)
    end
  end)
end

return M
