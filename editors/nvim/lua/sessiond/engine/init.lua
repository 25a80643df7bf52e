-- The connection to the engine, one an editor: found and started when it is first needed, started again with growing
-- pauses when it dies. Every room asks through here. It knows nothing of sessions.
local autocmds = require("sessiond.autocmds")
local binary = require("sessiond.engine.binary")
local config = require("sessiond.config")
local introduction = require("sessiond.engine.introduction")
local log = require("sessiond.log")
local rpc = require("sessiond.engine.rpc")
local transport = require("sessiond.engine.transport")

local M = {}

---@class sessiond.EngineState
---@field name "stopped"|"starting"|"ready"|"restarting"|"failed"
---@field problem? string why it is not ready, for people
---@field next_try_at? integer while restarting, ms since the epoch
---@field pid? integer
---@field methods? table<string, true> what the engine knows, once it is ready
---@field limits? table

---@type sessiond.EngineState
local state = { name = "stopped" }
local handlers = { notifications = {}, requests = {} } ---@type sessiond.Handlers
local ready_listeners = {} ---@type fun()[]
local waiting = {} ---@type {method: string, params: table?, callback: function, handle: table}[]
local channel ---@type sessiond.Transport?
local remote ---@type sessiond.Rpc?
local taps = {} ---@type fun(direction: "→"|"←", message: table)[]
local tries = 0
local timer ---@type uv.uv_timer_t?

---@param name string
---@param fields? table
local function change(name, fields)
  state = vim.tbl_extend("force", { name = name }, fields or {})
  log.write("info", "the engine is " .. name .. (state.problem and (": " .. state.problem) or ""))
  autocmds.emit("Sessiond" .. name:sub(1, 1):upper() .. name:sub(2), state)
end

--- Runs a callback of a room; its defect is told once and costs nothing else.
local function guard(what, run, ...)
  local arguments = { n = select("#", ...), ... }
  local well, result = xpcall(function()
    return run(unpack(arguments, 1, arguments.n))
  end, debug.traceback)
  if not well then
    log.write("error", ("a defect in what handles %s: %s"):format(what, result))
    vim.notify_once(("sessiond: a defect in what handles %s; see :Sessiond log"):format(what), vim.log.levels.ERROR)
  end
  return well, result
end

--- Shows a message to those who look on.
local function tap(direction, message)
  for _, listener in ipairs(taps) do
    guard("a look at messages", listener, direction, message)
  end
end

local function fail_waiting(err)
  local lost = waiting
  waiting = {}
  for _, entry in ipairs(lost) do
    guard(entry.method, entry.callback, err)
  end
end

local start

local function restart_later(reason)
  local options = config.get().restart
  tries = tries + 1
  if tries > options.tries then
    change("failed", {
      problem = ("it ended %d times, the last with %s; `:Sessiond restart` tries again, see `:Sessiond log`"):format(
        tries,
        reason
      ),
    })
    fail_waiting({ kind = "engineLost", message = "the engine does not start: " .. state.problem })
    return
  end
  local pause = math.min(options.first_ms * 2 ^ (tries - 1), options.most_ms)
  change("restarting", { problem = "it ended with " .. reason, next_try_at = os.time() * 1000 + pause })
  timer = vim.defer_fn(function()
    timer = nil
    start()
  end, pause)
end

local function on_exit(owner, reason)
  if owner ~= channel then
    return
  end
  local mine = remote
  channel, remote = nil, nil
  if mine then
    mine.fail({ kind = "engineLost", message = "the engine has ended before it answered (" .. reason .. ")" })
  end
  if state.name ~= "stopped" and state.name ~= "failed" then
    restart_later(reason)
  end
end

local function send_waiting()
  local entries = waiting
  waiting = {}
  for _, entry in ipairs(entries) do
    if not entry.handle.cancelled and remote then
      entry.handle.id = remote.request(entry.method, entry.params, entry.callback)
    end
  end
end

local function on_initialized(err, result)
  if err then
    if err.kind == "engineLost" then
      return
    end
    local current = channel
    change("failed", { problem = "it refuses this editor: " .. err.message })
    fail_waiting(err)
    return current and current.kill()
  end
  local capabilities = vim.tbl_get(result, "capabilities", "experimental", "sessiond") or {}
  local methods = {}
  for _, name in ipairs(capabilities.methods or {}) do
    methods[name] = true
  end
  assert(remote).notify("initialized")
  tries = 0
  change("ready", { pid = assert(channel).pid, methods = methods, limits = capabilities.limits })
  for _, listener in ipairs(ready_listeners) do
    guard("a new connection", listener)
  end
  send_waiting()
end

start = function()
  local command, problem = binary.find()
  if not command then
    change("failed", { problem = problem })
    return fail_waiting({ kind = "engineLost", message = problem })
  end
  change("starting")
  local own ---@type sessiond.Transport?
  local own_remote = rpc.new(function(message)
    if own then
      tap("→", message)
      own.send(message)
    end
  end, handlers, guard)
  own, problem = transport.start(command, config.get().env, {
    on_message = function(message)
      tap("←", message)
      own_remote.take(message)
    end,
    on_stderr = function(text)
      for line in text:gmatch("[^\n]+") do
        log.write("info", "engine: " .. line:sub(1, 2000))
      end
    end,
    on_exit = function(reason)
      on_exit(own, reason)
    end,
  })
  if not own then
    change("failed", { problem = ("%s cannot be started: %s"):format(command[1], problem) })
    return fail_waiting({ kind = "engineLost", message = state.problem })
  end
  channel, remote = own, own_remote
  remote.request("initialize", introduction.params(handlers), on_initialized)
end

--- Starts the engine unless it runs or is about to.
function M.start()
  if state.name == "stopped" or state.name == "failed" then
    tries = 0
    start()
  end
end

--- Ends this connection; what runs in an engine that others use as well goes on.
function M.stop()
  if timer then
    timer:stop()
    timer = nil
  end
  local old_channel, old_remote = channel, remote
  channel, remote = nil, nil
  change("stopped")
  if old_channel and old_remote then
    old_remote.request("shutdown", nil, function() end)
    old_remote.notify("exit")
    old_channel.close()
    old_remote.fail({ kind = "engineLost", message = "the connection to the engine was ended" })
  end
  fail_waiting({ kind = "engineLost", message = "the connection to the engine was ended" })
end

function M.restart()
  M.stop()
  M.start()
end

--- Asks the engine, which is started when it does not run. The callback is called once, on the main loop, always
--- later than this returns or before it, never twice: with an error, `engineLost` where none can be had, or the result.
---@param method string
---@param params? table
---@param callback? fun(err: sessiond.Error?, result: any)
---@return fun() cancel
function M.request(method, params, callback)
  local handle = {}
  callback = callback or function() end
  if state.name == "ready" and remote then
    handle.id = remote.request(method, params, callback)
  else
    waiting[#waiting + 1] = { method = method, params = params, callback = callback, handle = handle }
    M.start()
  end
  return function()
    handle.cancelled = true
    if handle.id and remote then
      remote.cancel(handle.id)
    end
  end
end

--- Tells the engine; nothing is said while it is not ready, and `on_ready` listeners say again what it must know.
---@param method string
---@param params? table
function M.notify(method, params)
  if state.name == "ready" and remote then
    remote.notify(method, params)
  end
end

---@param method string
---@param listener fun(params: table)
function M.on_notification(method, listener)
  local listeners = handlers.notifications[method] or {}
  handlers.notifications[method] = listeners
  listeners[#listeners + 1] = listener
end

--- Answers requests of the engine. To be called from a room's `attach()`: that a handler is there is what the engine is
--- told of the editor's abilities.
---@param method string
---@param handler sessiond.RequestHandler
function M.on_request(method, handler)
  handlers.requests[method] = handler
end

--- Called with each new connection, the first one too, before requests that wait are sent.
---@param listener fun()
function M.on_ready(listener)
  ready_listeners[#ready_listeners + 1] = listener
end

--- Shows every message to and from the engine, from now on; for looking at, never to be changed.
---@param listener fun(direction: "→"|"←", message: table)
function M.on_message(listener)
  taps[#taps + 1] = listener
end

---@return sessiond.EngineState
function M.state()
  return state
end

---@param method string
---@return boolean known whether the engine that runs has this method; false while it is not ready
function M.has(method)
  return state.methods ~= nil and state.methods[method] == true
end

return M
