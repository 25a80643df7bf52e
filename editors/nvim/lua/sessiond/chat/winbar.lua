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

--- Pieces of a bar, each with its group, the most important first; those that do not fit are left out.
---@param pieces [string, string][] group and text
---@param width integer
---@return string[] texts
local function fitting(pieces, width)
  local texts = {}
  for _, piece in ipairs(pieces) do
    local own = vim.api.nvim_strwidth(piece[2])
    if own > 0 and own <= width then
      width = width - own
      texts[#texts + 1] = part(piece[1], piece[2])
    end
  end
  return texts
end

--- What goes on, with the key that stops it: always shown.
---@param transcript sessiond.Transcript
---@return [string, string][] pieces
local function state_of(transcript)
  local state = engine.state()
  if state.name == "failed" or state.name == "restarting" or state.name == "starting" then
    return { { state.name == "failed" and "SessiondFailed" or "SessiondWarning", "engine " .. state.name .. " " } }
  end
  local doing = tail.doing(transcript)
  if not doing then
    return {}
  end
  local stop = keys.label("chat", "abort")
  local waits = #transcript.permissions + #transcript.questions > 0
  return {
    { waits and "SessiondQuestion" or "SessiondRunning", waits and "? asks " or "◐ works " },
    { "SessiondKey", stop and " " .. stop or "" },
    { "SessiondBarMuted", stop and " stops " or "" },
  }
end

local function shortened(text, width)
  if vim.api.nvim_strwidth(text) <= width then
    return text
  end
  return vim.fn.strcharpart(text, 0, math.max(1, width - 1)) .. "…"
end

local function width_of(pieces)
  local width = 0
  for _, piece in ipairs(pieces) do
    width = width + vim.api.nvim_strwidth(piece[2])
  end
  return width
end

--- The model as it is known: the session's, the one that answers, the one that answered last.
---@param transcript sessiond.Transcript
---@return string
function M.model(transcript)
  local last = transcript.messages[#transcript.messages]
  return transcript.session.model
    or (transcript.turn and transcript.turn.model)
    or (last and last.model)
    or config.get().model
    or ""
end

--- Above the transcript.
---@param transcript sessiond.Transcript
---@param width integer of the window
---@return string
function M.transcript(transcript, width)
  local state = state_of(transcript)
  local room = width - width_of(state) - 1
  local title = transcript.session.title ~= "" and transcript.session.title or "New session"
  title = " " .. shortened(title, math.max(8, math.min(room - 2, math.floor(room * 0.45)))) .. " "
  local tokens, cost = M.spent(transcript)
  local model, context = M.model(transcript), M.context(transcript)
  local money = cost and cost > 0 and M.cost(cost) or ""
  local pieces = {}
  for _, text in ipairs({ model, context, money, tokens > 0 and M.tokens(tokens) .. " tokens" or "" }) do
    if text ~= "" then
      pieces[#pieces + 1] = { "SessiondBarMuted", (#pieces > 0 and "· " or "") .. text .. " " }
    end
  end
  local meter = fitting(pieces, room - vim.api.nvim_strwidth(title))
  return part("SessiondBar", title) .. table.concat(meter) .. "%=" .. table.concat(fitting(state, width))
end

--- Above the prompt.
---@param transcript sessiond.Transcript
---@param width integer
---@return string
function M.prompt(transcript, width)
  local busy = transcript.turn ~= nil
  local option = config.get().prompt.when_busy
  local pieces = {}
  local function hint(name, text)
    local key = keys.label("prompt", name)
    if key then
      pieces[#pieces + 1] = { "SessiondKey", key, text }
    end
  end
  hint("send", not busy and "sends" or option == "queue" and "queues" or "steers")
  if #transcript.queue > 0 then
    hint("queue", ("%d wait%s"):format(#transcript.queue, #transcript.queue == 1 and "s" or ""))
  end
  if busy and option == "queue" then
    hint("steer", "steers")
  end
  hint("help", "keys")
  local texts, room = {}, width - 9
  for _, piece in ipairs(pieces) do
    local own = vim.api.nvim_strwidth(piece[2] .. piece[3]) + 3
    if own <= room then
      room = room - own
      texts[#texts + 1] = part(piece[1], piece[2]) .. part("SessiondBarMuted", " " .. piece[3] .. "  ")
    end
  end
  return part("SessiondBar", " Prompt ") .. "%=" .. table.concat(texts)
end

return M
