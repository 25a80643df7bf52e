-- What a message looks like: a list of blocks, of a transcript that it only reads. Pure; the renderer draws those whose
-- version has changed. A text is a block without lines: it draws itself as it streams.
local config = require("sessiond.config")
local tool = require("sessiond.chat.cards.tool")

local M = {}

---@param folds table<string, boolean> by block id, whether it was opened (true) or closed by the user
---@param id string
---@param otherwise boolean
---@return boolean
local function is_open(folds, id, otherwise)
  if folds[id] == nil then
    return otherwise
  end
  return folds[id]
end

local function clock(at)
  return at and os.date("%H:%M", math.floor(at / 1000)) or ""
end

--- The text of the user, and what is attached to it.
local function user(message)
  local lines = { {}, { { "You", "SessiondUser" }, { "  " .. clock(message.createdAt), "SessiondMuted" } } }
  local texts = {}
  for _, part in ipairs(message.parts) do
    local attached = part.type == "text" and part.text:match("^Attached: ([^\n]+)\n")
    if attached then
      lines[#lines + 1] = { { "@" .. tool.short(attached), "SessiondLink" }, hl = "SessiondUserLine" }
    elseif part.type == "text" then
      texts[#texts + 1] = part.text
      for _, line in ipairs(vim.split(part.text, "\n", { plain = true })) do
        lines[#lines + 1] = { { (line:gsub("\r$", "")), "SessiondUserText" }, hl = "SessiondUserLine" }
      end
    elseif part.type == "file" then
      local name = tool.short(part.name or part.uri)
      lines[#lines + 1] = { { "@" .. name, "SessiondLink" }, { "  " .. part.mediaType, "SessiondMuted" } }
      lines[#lines].hl = "SessiondUserLine"
    end
  end
  return { id = message.id, kind = "user", lines = lines, version = "whole", text = table.concat(texts, "\n") }
end

--- The first message of a turn's answer names the model.
local function heading(message, transcript)
  local turn = transcript.turns[message.turnId]
  local model = message.model or (turn and turn.model) or "assistant"
  local line = { { tool.short(model), "SessiondAssistant" }, { "  " .. clock(message.createdAt), "SessiondMuted" } }
  return { id = message.id .. ":head", kind = "heading", lines = { {}, line, {} }, version = model }
end

local function reasoning(transcript, part, folds, blocks)
  local option = config.get().chat.reasoning
  local streams = transcript.open[part.id] ~= nil
  if option == "hidden" and not streams then
    return
  end
  local open = is_open(folds, part.id, option == "open")
  local symbols = config.get().chat.symbols
  local size = streams and 0 or select(2, part.text:gsub("\n", "")) + 1
  local label = streams and "Thinking…" or ("Thought, %d line%s"):format(size, size == 1 and "" or "s")
  blocks[#blocks + 1] = {
    id = part.id,
    kind = "reasoning",
    part_id = part.id,
    lines = { { { (open and symbols.open or symbols.folded) .. " " .. label, "SessiondReasoning" } } },
    version = label .. tostring(open),
  }
  if open then
    blocks[#blocks + 1] = { id = part.id .. ":text", kind = "flow", part_id = part.id, style = "SessiondReasoning" }
  end
end

local function version_of(transcript, part, open)
  local progress = transcript.progress[part.id]
  local streamed = transcript.open[part.id]
  return table.concat({
    part.state.status,
    tostring(open),
    tostring(transcript.trimmed[part.id] ~= nil),
    progress and progress.at or "",
    part.state.status == "pending" and streamed and math.min(#streamed.pieces, 50) or "",
  }, " ")
end

local function call(transcript, part, folds, blocks)
  if config.get().chat.tools == "hidden" and part.state.status == "completed" then
    return
  end
  local open = is_open(folds, part.id, tool.begins_open(part))
  blocks[#blocks + 1] = {
    id = part.id,
    kind = "tool",
    part_id = part.id,
    lines = tool.lines(transcript, part, open),
    version = version_of(transcript, part, open),
    text = part.state.error or part.state.output,
    data = part,
  }
end

local endings = {
  aborted = { "■ stopped", "SessiondMuted" },
  interrupted = { "■ interrupted: the engine ended", "SessiondWarning" },
  length = { "■ cut off: the model's limit of output is reached", "SessiondWarning" },
  contentFilter = { "■ withheld by the provider's filter", "SessiondWarning" },
}

local function ending(message, transcript)
  local failure = message.error
  local turn = transcript.turns[message.turnId]
  if not failure and turn and turn.error and transcript.messages[#transcript.messages] == message then
    failure = turn.error
  end
  local lines
  if failure then
    local kind = { "  " .. tool.short(failure.kind, 60), "SessiondMuted" }
    lines = { {}, { { "✗ The answer failed", "SessiondFailed" }, kind } }
    for _, line in ipairs(vim.split(failure.message, "\n", { plain = true })) do
      lines[#lines + 1] = { { "  " .. line:gsub("%c", " "), "SessiondError" } }
    end
    if failure.retryable then
      lines[#lines + 1] = { { "  Asking again may help: the prompt is kept.", "SessiondMuted" } }
    end
  elseif endings[message.finishReason] then
    lines = { { endings[message.finishReason] } }
  end
  local version = failure and failure.message or message.finishReason
  return lines and { id = message.id .. ":end", kind = "ending", lines = lines, version = version }
end

local function summary(message, transcript, folds)
  local texts = {}
  for _, part in ipairs(message.parts) do
    if part.type == "text" then
      texts[#texts + 1] = table.concat((transcript.open[part.id] or { pieces = { part.text } }).pieces)
    end
  end
  local text = table.concat(texts, "\n")
  local open = is_open(folds, message.id, false)
  local symbol = config.get().chat.symbols[open and "open" or "folded"]
  local label = message.finishReason and "Summary of the conversation up to here" or "Summarizing the conversation…"
  local lines = { {}, { { symbol .. " " .. label, "SessiondWarning" } } }
  for _, line in ipairs(open and vim.split(text, "\n", { plain = true }) or {}) do
    lines[#lines + 1] = { { "  " .. line, "SessiondMuted" } }
  end
  return { id = message.id, kind = "summary", lines = lines, version = label .. tostring(open) .. #text, text = text }
end

--- A blank line between text and cards; cards stand close.
---@param blocks sessiond.Block[]
---@param after? "text"|"card" what the message before ends with, where this one goes on with its turn
---@return sessiond.Block[]
local function spaced(blocks, after)
  local result = {}
  for _, block in ipairs(blocks) do
    local kind = block.kind == "flow" and not block.style and "text" or "card"
    if after and (kind == "text" or after == "text") and block.kind ~= "ending" then
      result[#result + 1] = { id = block.id .. ":gap", kind = "gap", lines = { {} }, version = "gap" }
    end
    after = block.kind ~= "heading" and kind or nil
    result[#result + 1] = block
  end
  return result
end

---@param transcript sessiond.Transcript
---@param index integer of the message
---@param folds table<string, boolean>
---@return sessiond.Block[]
function M.of_message(transcript, index, folds)
  local message = transcript.messages[index]
  local before = transcript.messages[index - 1]
  local blocks = {}
  if message.role == "user" then
    blocks = { user(message) }
  elseif message.summary then
    blocks = { summary(message, transcript, folds), ending(message, transcript) }
  else
    local continues = before and before.role == "assistant" and before.turnId == message.turnId and not before.summary
    if not continues then
      blocks[1] = heading(message, transcript)
    end
    for _, part in ipairs(message.parts) do
      if part.type == "text" then
        blocks[#blocks + 1] = { id = part.id, kind = "flow", part_id = part.id, text = part.text }
      elseif part.type == "reasoning" then
        reasoning(transcript, part, folds, blocks)
      elseif part.type == "tool" then
        call(transcript, part, folds, blocks)
      end
    end
    blocks[#blocks + 1] = ending(message, transcript)
    local last = continues and before.parts[#before.parts]
    blocks = spaced(blocks, last and (last.type == "text" and "text" or "card") or nil)
  end
  for _, block in ipairs(blocks) do
    block.message_id = message.id
  end
  return blocks
end

return M
