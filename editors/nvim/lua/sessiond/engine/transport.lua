-- The engine's process and its pipes. Reads are decoded in the fast context and handed over in batches on the main
-- loop, in order, a few milliseconds' worth at a time, so that typing goes on. Owned by the connection.
local framing = require("sessiond.engine.framing")

local M = {}

--- How long one batch may take before Neovim gets to look at its input again.
local SLICE_NS = 8e6
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

--- Hands what is put into it to `take` on the main loop.
---@param take fun(message: table)
local function queue(take)
  local waiting, first, last, scheduled = {}, 1, 0, false
  local drain

  local function schedule()
    if not scheduled then
      scheduled = true
      vim.schedule(drain)
    end
  end

  drain = function()
    scheduled = false
    local stop = vim.uv.hrtime() + SLICE_NS
    while first <= last do
      local message = waiting[first]
      waiting[first] = nil
      first = first + 1
      take(message)
      if first <= last and vim.uv.hrtime() > stop then
        scheduled = true
        -- What vim.schedule() is given runs before input is looked at; a timer lets it in.
        vim.defer_fn(drain, 1)
        return
      end
    end
  end

  return function(message)
    last = last + 1
    waiting[last] = message
    schedule()
  end
end

---@param events sessiond.TransportEvents
---@param hand_over fun(message: table)
local function reader(events, hand_over)
  local decoder = framing.decoder()
  local broken = false
  return function(_, data)
    if broken or not data then
      return
    end
    local well, result = pcall(function()
      for _, body in ipairs(decoder.feed(data)) do
        hand_over(vim.json.decode(body, DECODED))
      end
    end)
    if not well then
      broken = true
      vim.schedule(function()
        events.on_stderr("what the engine says cannot be read: " .. tostring(result))
      end)
    end
  end, function()
    return broken
  end
end

---@param command string[]
---@param env table<string, string>
---@param events sessiond.TransportEvents
---@return sessiond.Transport? transport
---@return string? problem
function M.start(command, env, events)
  local ended = {}
  local hand_over = queue(function(message)
    if message == ended then
      events.on_exit(ended.reason)
    else
      events.on_message(message)
    end
  end)
  local process
  local read, is_broken = reader(events, hand_over)
  local options = {
    stdin = true,
    env = env,
    stdout = function(err, data)
      read(err, data)
      if is_broken() and process then
        process:kill("sigterm")
      end
    end,
    stderr = function(_, data)
      if data then
        vim.schedule(function()
          events.on_stderr(data)
        end)
      end
    end,
  }
  local well, result = pcall(vim.system, command, options, function(exit)
    ended.reason = exit.signal ~= 0 and ("signal " .. exit.signal) or ("exit code " .. exit.code)
    hand_over(ended)
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
