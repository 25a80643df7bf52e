-- The engine's process and its pipes. What comes in is decoded and handed over on the main loop, in order, a few
-- milliseconds' worth at a time, so that typing goes on. Owned by the connection.
local framing = require("sessiond.engine.framing")

local M = {}

--- How long one batch may take before Neovim gets to look at its input again.
local SLICE_NS = 4e6
local DECODED = { luanil = { object = true, array = true } }

---@class sessiond.Transport
---@field send fun(message: table) a JSON-RPC message without its `jsonrpc`
---@field close fun() ends its input: the engine's end of the connection ends when pending requests are answered
---@field kill fun() ends the process
---@field pid integer

---@class sessiond.TransportEvents
---@field on_message fun(message: table) on the main loop
---@field on_stderr fun(text: string) on the main loop
---@field on_exit fun(reason: string) on the main loop, after the last message

--- Takes the bytes that come in and hands over their messages on the main loop, a slice of time after the other.
---@param take fun(message: table)
---@param on_broken fun(problem: string) what comes in is no message; nothing more is handed over
---@param on_end fun() the end has come, after the last message
local function inbox(take, on_broken, on_end)
  local decoder = framing.decoder()
  local chunks, first, last = {}, 1, 0
  local bodies, at = {}, 1
  local scheduled, ended, broken = false, false, false
  local drain

  local function schedule()
    if not scheduled then
      scheduled = true
      vim.schedule(drain)
    end
  end

  local function next_body()
    while not bodies[at] and first <= last do
      bodies, at = decoder.feed(chunks[first]), 1
      chunks[first] = nil
      first = first + 1
    end
    at = at + 1
    return bodies[at - 1]
  end

  local function next_message()
    local well, result = pcall(function()
      local body = next_body()
      return body and vim.json.decode(body, DECODED)
    end)
    if well then
      return result
    end
    broken = true
    on_broken(tostring(result))
  end

  drain = function()
    scheduled = false
    local stop = vim.uv.hrtime() + SLICE_NS
    while not broken do
      local message = next_message()
      if not message then
        break
      end
      take(message)
      if vim.uv.hrtime() > stop then
        scheduled = true
        -- What vim.schedule() is given runs before input is looked at; a timer lets it in.
        vim.defer_fn(drain, 1)
        return
      end
    end
    if ended then
      ended = false
      on_end()
    end
  end

  return {
    --- Called in the fast context: nothing is done there but to keep the bytes, since many reads come in a row.
    read = function(_, data)
      if data and not broken then
        last = last + 1
        chunks[last] = data
        schedule()
      end
    end,
    close = function()
      ended = true
      schedule()
    end,
  }
end

---@param command string[]
---@param env table<string, string>
---@param events sessiond.TransportEvents
---@return sessiond.Transport? transport
---@return string? problem
function M.start(command, env, events)
  local process, reason
  local incoming = inbox(events.on_message, function(problem)
    events.on_stderr("what the engine says cannot be read: " .. problem)
    process:kill("sigterm")
  end, function()
    events.on_exit(reason)
  end)
  local options = {
    stdin = true,
    env = env,
    stdout = incoming.read,
    stderr = function(_, data)
      if data then
        vim.schedule(function()
          events.on_stderr(data)
        end)
      end
    end,
  }
  local well, result = pcall(vim.system, command, options, function(exit)
    reason = exit.signal ~= 0 and ("signal " .. exit.signal) or ("exit code " .. exit.code)
    incoming.close()
  end)
  if not well then
    return nil, tostring(result)
  end
  process = result
  local closed = false
  return {
    pid = process.pid,
    send = function(message)
      message.jsonrpc = "2.0"
      if not closed then
        process:write(framing.encode(vim.json.encode(message)))
      end
    end,
    close = function()
      if not closed then
        closed = true
        process:write(nil)
      end
    end,
    kill = function()
      process:kill("sigterm")
    end,
  }
end

return M
