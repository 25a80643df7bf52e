-- Prompts on their way to the engine. Each bears an id of its own, so that one whose answer was lost with the engine is
-- said again to the next one and yet runs once. Used by `session/init.lua` only.
local engine = require("sessiond.engine")

local M = {}

--- A prompt that engines die of is not said for ever.
local TRIES = 5

---@class sessiond.Outgoing
---@field params table of `session/chat`
---@field callback fun(err: sessiond.Error?, accepted: sessiond.ChatAccepted?)
---@field tries integer

local entries = {} ---@type sessiond.Outgoing[]

local function remove(entry)
  for index, each in ipairs(entries) do
    if each == entry then
      return table.remove(entries, index)
    end
  end
end

--- Whether an engine is there or about to come: the one of all may die behind a connection that stays.
local function has_hope()
  local name = engine.state().name
  return name ~= "failed" and name ~= "stopped"
end

local function send(entry)
  entry.tries = entry.tries + 1
  engine.request("session/chat", entry.params, function(err, result)
    if err and err.kind == "engineLost" and entry.tries < TRIES and has_hope() then
      return send(entry)
    end
    remove(entry)
    entry.callback(err, result)
  end)
end

---@return string id that no other prompt has
function M.new_id()
  local hex = assert(vim.uv.random(13)):gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end)
  return "msg_" .. hex
end

---@param params table of `session/chat`
---@param callback fun(err: sessiond.Error?, accepted: sessiond.ChatAccepted?)
function M.add(params, callback)
  params.messageId = params.messageId or M.new_id()
  local entry = { params = params, callback = callback, tries = 0 }
  entries[#entries + 1] = entry
  send(entry)
end

--- The prompts of a session that the engine has not taken yet.
---@param session_id string
---@return table[] params of `session/chat`
function M.of(session_id)
  local found = {}
  for _, entry in ipairs(entries) do
    if entry.params.sessionId == session_id then
      found[#found + 1] = entry.params
    end
  end
  return found
end

return M
