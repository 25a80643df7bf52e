-- The lines above the chat's windows: title, model, how full the context is, tokens, costs; what goes on, and always
-- the key that stops it. Pure but for the options.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local keys = require("sessiond.keys")
local tail = require("sessiond.chat.cards.tail")

local M = {}

---@param count number
---@return string
function M.tokens(count)
  if count < 1000 then
    return tostring(count)
  elseif count < 1e6 then
    return (("%.1fk"):format(count / 1000):gsub("%.0k", "k"))
  end
  return (("%.1fM"):format(count / 1e6):gsub("%.0M", "M"))
end

---@param cost number?
---@return string
function M.cost(cost)
  if not cost then
    return ""
  end
  return cost == 0 and "$0" or cost < 0.01 and ("$%.4f"):format(cost) or ("$%.2f"):format(cost)
end

local function escape(text)
  return (text:gsub("%%", "%%%%"):gsub("%c", " "))
end

---@param transcript sessiond.Transcript
---@return string
function M.context(transcript)
  local context = transcript.context
  if not context then
    return ""
  elseif not context.limit or context.limit == 0 then
    return M.tokens(context.used)
  end
  return ("%d%% of %s"):format(math.floor(context.used * 100 / context.limit + 0.5), M.tokens(context.limit))
end

local function total(usage)
  local sum = 0
  for _, kind in ipairs({ "input", "output", "reasoning", "cacheRead", "cacheWrite" }) do
    sum = sum + (usage[kind] or 0)
  end
  return sum
end

--- What the session has used, with the steps of the turn that runs.
---@param transcript sessiond.Transcript
---@return integer tokens
---@return number? cost
function M.spent(transcript)
  local tokens = transcript.session.usage and total(transcript.session.usage) or 0
  local cost = transcript.session.cost
  local turn = transcript.turn
  for _, message in ipairs(turn and transcript.messages or {}) do
    if message.turnId == turn.id and message.usage then
      tokens = tokens + total(message.usage)
      cost = (cost or message.cost) and (cost or 0) + (message.cost or 0)
    end
  end
  return tokens, cost
end

local function part(group, text)
  return text ~= "" and ("%%#%s#%s"):format(group, escape(text)) or ""
end

---@param transcript sessiond.Transcript
---@return string
local function state_of(transcript)
  local state = engine.state()
  if state.name == "failed" or state.name == "restarting" or state.name == "starting" then
    local group = state.name == "failed" and "SessiondFailed" or "SessiondWarning"
    return part(group, "engine " .. state.name .. " ")
  end
  local doing = tail.doing(transcript)
  if not doing then
    return ""
  end
  local stop = keys.label("chat", "abort")
  local waits = doing:find("answer")
  return part(
    waits and "SessiondQuestion" or "SessiondRunning",
    (waits and "? " or "◐ ") .. (waits and doing or "works")
  ) .. (stop and part("SessiondKey", "  " .. stop) .. part("SessiondBarMuted", " stops ") or " ")
end

--- Above the transcript.
---@param transcript sessiond.Transcript
---@return string
function M.transcript(transcript)
  local title = transcript.session.title ~= "" and transcript.session.title or "New session"
  local model = transcript.session.model or config.get().model or (transcript.turn and transcript.turn.model) or ""
  if model == "" then
    local last = transcript.messages[#transcript.messages]
    model = last and last.model or ""
  end
  local tokens, cost = M.spent(transcript)
  local meter = { model, M.context(transcript), tokens > 0 and M.tokens(tokens) .. " tokens" or "", M.cost(cost) }
  meter = vim.tbl_filter(function(text)
    return text ~= ""
  end, meter)
  return "%<"
    .. part("SessiondBar", " " .. title .. " ")
    .. part("SessiondBarMuted", table.concat(meter, " · "))
    .. "%="
    .. state_of(transcript)
end

--- Above the prompt.
---@param transcript sessiond.Transcript
---@return string
function M.prompt(transcript)
  local busy = transcript.turn ~= nil
  local option = config.get().prompt.when_busy
  local texts = {}
  local function hint(name, text)
    local key = keys.label("prompt", name)
    if key then
      texts[#texts + 1] = part("SessiondKey", key) .. part("SessiondBarMuted", " " .. text .. "  ")
    end
  end
  hint("send", not busy and "sends" or option == "queue" and "queues" or "steers")
  if busy and option == "queue" then
    hint("steer", "steers")
  end
  if #transcript.queue > 0 then
    hint("queue", ("%d wait%s"):format(#transcript.queue, #transcript.queue == 1 and "s" or ""))
  end
  hint("help", "keys")
  return part("SessiondBar", " Prompt ") .. "%=%<" .. table.concat(texts)
end

return M
