-- Prompts on their way to the engine. Each bears an id of its own, so that one whose answer was lost with the engine is
-- said again to the next one and yet runs once. Used by `session/init.lua` only.
local engine = require("sessiond.engine")

local M = {}

---@class sessiond.Outgoing
---@field params table of `session/chat`
---@field callback fun(err: sessiond.Error?, accepted: sessiond.ChatAccepted?)
---@field on_way? boolean

local entries = {} ---@type sessiond.Outgoing[]

local function remove(entry)
  for index, each in ipairs(entries) do
    if each == entry then
      return table.remove(entries, index)
    end
  end
end

local function send(entry)
  entry.on_way = true
  engine.request("session/chat", entry.params, function(err, result)
    entry.on_way = false
    if err and err.kind == "engineLost" and engine.state().name ~= "failed" and engine.state().name ~= "stopped" then
      return -- the next connection says it again
    end
    if remove(entry) then
      entry.callback(err, result)
    end
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
  local entry = { params = params, callback = callback }
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

local function give_up()
  local lost = entries
  entries = {}
  for _, entry in ipairs(lost) do
    entry.callback({ kind = "engineLost", message = engine.state().problem or "there is no engine" })
  end
end

function M.attach()
  engine.on_ready(function()
    for _, entry in ipairs(vim.list_slice(entries)) do
      if not entry.on_way then
        send(entry)
      end
    end
  end)
  vim.api.nvim_create_autocmd("User", { pattern = "SessiondFailed", callback = give_up })
end

return M
