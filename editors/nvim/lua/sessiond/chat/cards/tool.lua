-- The card of a tool call: one line with its state and what it is about, and below it, when it is open, what it did.
-- Pure. Other rooms add titles and bodies for tools of theirs.
local bodies = require("sessiond.chat.cards.bodies")
local config = require("sessiond.config")
local diff_lines = require("sessiond.chat.cards.diff_lines")

local M = {}

local groups = {
  pending = "SessiondPending",
  running = "SessiondRunning",
  completed = "SessiondCompleted",
  failed = "SessiondFailed",
}

local added = {} ---@type table<string, sessiond.ToolCard>

---@param name string
---@param card sessiond.ToolCard
function M.add(name, card)
  added[name] = card
end

--- A text of elsewhere as one short line.
---@param text any
---@param most? integer
---@return string
function M.short(text, most)
  local line = tostring(text):match("^%s*([^\n]*)"):gsub("%c", " ")
  most = most or 120
  return vim.fn.strchars(line) > most and vim.fn.strcharpart(line, 0, most - 1) .. "…" or line
end

--- What is known of the arguments while they stream.
local function input_of(transcript, part)
  local input = part.state.input
  if type(input) == "table" then
    return input
  end
  local open = transcript.open[part.id]
  local text = open and table.concat(open.pieces):sub(1, 4000) or ""
  local found = {}
  for name, value in text:gmatch('"(%w+)"%s*:%s*"([^"\\\n]*)') do
    found[name] = value
  end
  return found
end

local function relative(transcript, path)
  local root = transcript.session.directory
  if type(path) ~= "string" then
    return ""
  end
  return root and vim.startswith(path, root .. "/") and path:sub(#root + 2) or path
end

---@param transcript sessiond.Transcript
---@param part sessiond.ToolPart
---@param input table
---@return string
local function title_of(transcript, part, input)
  local own = added[part.name]
  if own and own.title then
    return own.title(part, input)
  end
  local given = part.state.title
  local title = relative(transcript, input.filePath) or ""
  if title == "" then
    title = input.command or input.pattern or input.url or input.description or relative(transcript, input.path)
  end
  if title == nil or title == "" then
    title = given or ""
  end
  return M.short(title)
end

--- How long it took, or has taken.
local function duration(state)
  if not state.startedAt or not state.endedAt or state.endedAt - state.startedAt < 1000 then
    return ""
  end
  return (" %.1f s"):format((state.endedAt - state.startedAt) / 1000)
end

---@param part sessiond.ToolPart
---@return integer added
---@return integer removed
local function counted(part)
  local counts = { added = 0, removed = 0 }
  for _, file in ipairs(bodies.files(part)) do
    for _, line in ipairs(diff_lines.of(file.diff)) do
      counts[line.kind] = (counts[line.kind] or 0) + 1
    end
  end
  return counts.added, counts.removed
end

local function progress_line(transcript, part)
  local progress = transcript.progress[part.id]
  if part.state.status ~= "running" or not progress then
    return nil
  end
  local share = progress.total and progress.done and (" %d/%d"):format(progress.done, progress.total) or ""
  local last = (progress.text or ""):match("([^\n]+)%s*$") or ""
  return { { "    " .. M.short(last) .. share, "SessiondMuted" } }
end

---@param transcript sessiond.Transcript
---@param part sessiond.ToolPart
---@param input table
---@param open boolean
---@return sessiond.Line
local function head(transcript, part, input, open)
  local symbols = config.get().chat.symbols
  local state = part.state
  local line = {
    { (open and symbols.open or symbols.folded) .. " ", "SessiondMuted" },
    { symbols[state.status] .. " ", groups[state.status] },
    { M.short(part.name, 40), "SessiondTool" },
    { " " .. title_of(transcript, part, input), "SessiondToolTitle" },
  }
  local plus, minus = counted(part)
  if plus + minus > 0 then
    vim.list_extend(line, { { (" +%d"):format(plus), "SessiondAdded" }, { (" -%d"):format(minus), "SessiondRemoved" } })
  end
  local code = state.metadata and tonumber(state.metadata.exitCode)
  if code and code ~= 0 then
    line[#line + 1] = { (" exit code %d"):format(code), "SessiondFailed" }
  end
  line[#line + 1] = { duration(state), "SessiondMuted" }
  if transcript.trimmed[part.id] then
    line[#line + 1] = { " · no longer in the context", "SessiondMuted" }
  end
  return line
end

--- Whether a card begins open.
---@param part sessiond.ToolPart
---@return boolean
function M.begins_open(part)
  local options = config.get().chat
  if options.tools == "open" then
    return true
  end
  local lines = 0
  for _, file in ipairs(bodies.files(part)) do
    lines = lines + select(2, (file.diff or ""):gsub("\n", ""))
  end
  return lines > 0 and lines <= options.diff_lines
end

---@param transcript sessiond.Transcript
---@param part sessiond.ToolPart
---@param open boolean
---@return sessiond.Line[]
function M.lines(transcript, part, open)
  local input = input_of(transcript, part)
  local lines = { head(transcript, part, input, open) }
  lines[#lines + 1] = progress_line(transcript, part)
  local own = added[part.name]
  if open then
    vim.list_extend(lines, own and own.body and own.body(part, input, 80) or bodies.lines(part, input))
  elseif part.state.status == "failed" then
    lines[#lines + 1] = { { "    " .. M.short(part.state.error or "it failed"), "SessiondFailed" } }
  end
  return lines
end

return M
