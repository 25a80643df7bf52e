-- JSON-RPC over a transport: requests and their answers, notifications, and the engine's own requests, each of which is
-- answered exactly once. Owned by the connection.
local M = {}

---@class sessiond.Error
---@field kind string the protocol's `data.kind`, or `engineLost` where the engine died before it answered
---@field message string for people
---@field code? integer
---@field data? table what belongs to the kind

---@alias sessiond.Reply fun(result: any, err?: {code: integer, message: string})
---@alias sessiond.RequestHandler fun(params: table, reply: sessiond.Reply): (fun())? what it returns is called when the
--- engine takes its request back

---@class sessiond.Handlers
---@field notifications table<string, fun(params: table)[]>
---@field requests table<string, sessiond.RequestHandler>

---@param message table an answer
---@return sessiond.Error
local function error_of(message)
  local data = message.error.data or {}
  return { kind = data.kind or "internal", message = message.error.message, code = message.error.code, data = data }
end

--- Answers a request of the engine, once.
local function answering(send, taken_back, id)
  local answered = false
  return function(result, err)
    if answered then
      return
    end
    answered = true
    taken_back[id] = nil
    if err then
      send({ id = id, error = err })
    else
      send({ id = id, result = result == nil and vim.NIL or result })
    end
  end
end

---@class sessiond.Rpc
---@field request fun(method: string, params: table?, callback: fun(err: sessiond.Error?, result: any)): integer
---@field notify fun(method: string, params: table?)
---@field cancel fun(id: integer)
---@field take fun(message: table)
---@field fail fun(err: sessiond.Error) answers all that is pending with an error

---@param send fun(message: table)
---@param handlers sessiond.Handlers
---@param guard fun(what: string, run: function, ...): ... reports a defect of a callback instead of raising it
---@return sessiond.Rpc
function M.new(send, handlers, guard)
  local last_id = 0
  local pending = {} ---@type table<integer, fun(err: sessiond.Error?, result: any)>
  local taken_back = {} ---@type table<any, fun()>

  local function params_of(params)
    return params == nil and vim.empty_dict() or (next(params) == nil and vim.empty_dict() or params)
  end

  local function answer(message)
    local reply = answering(send, taken_back, message.id)
    local handler = handlers.requests[message.method]
    if not handler then
      return reply(nil, { code = -32601, message = "this editor has no " .. message.method })
    end
    local well, on_cancel = guard(message.method, handler, message.params or {}, reply)
    if not well then
      reply(nil, { code = -32603, message = "the editor's plugin failed; its log has the details" })
    elseif on_cancel then
      taken_back[message.id] = on_cancel
    end
  end

  local function hear(message)
    if message.method == "$/cancelRequest" then
      local on_cancel = taken_back[message.params.id]
      taken_back[message.params.id] = nil
      if on_cancel then
        guard(message.method, on_cancel)
      end
      return
    end
    for _, listener in ipairs(handlers.notifications[message.method] or {}) do
      guard(message.method, listener, message.params or {})
    end
  end

  local function settle(message)
    local callback = pending[message.id]
    pending[message.id] = nil
    if callback then
      guard("an answer", callback, message.error and error_of(message) or nil, message.result)
    end
  end

  return {
    request = function(method, params, callback)
      last_id = last_id + 1
      pending[last_id] = callback
      send({ id = last_id, method = method, params = params_of(params) })
      return last_id
    end,
    notify = function(method, params)
      send({ method = method, params = params_of(params) })
    end,
    cancel = function(id)
      if pending[id] then
        send({ method = "$/cancelRequest", params = { id = id } })
      end
    end,
    take = function(message)
      if message.method and message.id ~= nil then
        answer(message)
      elseif message.method then
        hear(message)
      else
        settle(message)
      end
    end,
    fail = function(err)
      local lost = pending
      pending = {}
      for _, callback in pairs(lost) do
        guard("an answer", callback, err)
      end
    end,
  }
end

return M
