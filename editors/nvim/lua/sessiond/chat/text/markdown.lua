-- Markdown read line by line, as it streams: what each line is, its marks, and which lines make a paragraph or a piece
-- of code that is whole now. Pure; a line is looked at once. What stands inside of lines is for `inline.lua`.
local M = {}

---@class sessiond.Mark
---@field [1] integer first column, from 0
---@field [2] integer behind the last
---@field [3] string highlight group

--- Lines that are whole and can be looked at closer: `first` and `last` count from 0 in the text.
---@class sessiond.Passage
---@field kind "inline"|"code"
---@field first integer
---@field last integer
---@field language? string

---@class sessiond.Markdown
---@field count integer lines taken so far
---@field passage? sessiond.Passage the one that is not whole yet
---@field fence? {mark: string, size: integer}
---@field done sessiond.Passage[] whole ones that nobody has taken yet

---@return sessiond.Markdown
function M.new()
  return { count = 0, done = {} }
end

local function finish(state)
  local passage = state.passage
  if passage and passage.last >= passage.first then
    state.done[#state.done + 1] = passage
  end
  state.passage = nil
end

---@param line string
---@return string? mark
---@return integer size
---@return string language
local function fence_of(line)
  local ticks, rest = line:match("^%s*(```+)([^`]*)$")
  if not ticks then
    ticks, rest = line:match("^%s*(~~~+)(.*)$")
  end
  return ticks and ticks:sub(1, 1), ticks and #ticks or 0, rest and rest:match("^%s*([%w_+#.-]*)") or ""
end

local function whole(line, group)
  return { { 0, #line, group } }
end

local function line_in_fence(state, line)
  local mark, size, language = fence_of(line)
  if mark == state.fence.mark and size >= state.fence.size and language == "" then
    state.fence = nil
    finish(state)
    return whole(line, "SessiondFence")
  end
  state.passage.last = state.count
end

local function open_fence(state, line, mark, size, language)
  finish(state)
  state.fence = { mark = mark, size = size }
  state.passage = {
    kind = "code",
    first = state.count + 1,
    last = state.count,
    language = language ~= "" and language:lower() or nil,
  }
  return whole(line, "SessiondFence")
end

--- Whether a line begins a paragraph of its own though none has ended: an item, a heading, a row.
local function begins_anew(line)
  return line:find("^%s*[-*+] ") or line:find("^%s*%d+[.)] ") or line:find("^#+ ") or line:find("^%s*|")
end

--- The bars of a table's row.
local function bars(line)
  local marks = {}
  for col in line:gmatch("()|") do
    marks[#marks + 1] = { col - 1, col, "SessiondTable" }
  end
  return marks
end

---@param line string
---@return sessiond.Mark[]?
local function marks_of(line)
  local hashes = line:match("^(#+) ")
  if hashes and #hashes <= 6 then
    return whole(line, "@markup.heading." .. #hashes .. ".markdown")
  end
  local first, last = line:find("^%s*[-*+] ")
  if not first then
    first, last = line:find("^%s*%d+[.)] ")
  end
  if first then
    if line:find("^%s*([-*_])%s*%1%s*%1[-*_%s]*$") then
      return whole(line, "SessiondRule")
    end
    return { { 0, last, "SessiondListMarker" } }
  elseif line:find("^%s*>") then
    return whole(line, "SessiondQuote")
  elseif line:find("^%s*|") then
    return line:find("^[%s|:-]*$") and whole(line, "SessiondRule") or bars(line)
  elseif line:find("^%s*([-*_])%s*%1%s*%1[-*_%s]*$") then
    return whole(line, "SessiondRule")
  end
end

--- Takes the next line.
---@param state sessiond.Markdown
---@param line string
---@return sessiond.Mark[]? marks
function M.take(state, line)
  local marks
  if state.fence then
    marks = line_in_fence(state, line)
    state.count = state.count + 1
    return marks
  elseif line:find("^%a") then -- most lines are words of a paragraph
    state.passage = state.passage or { kind = "inline", first = state.count, last = state.count }
    state.passage.last = state.count
    state.count = state.count + 1
    return nil
  end
  local mark, size, language = fence_of(line)
  if mark then
    marks = open_fence(state, line, mark, size, language)
  elseif not line:find("%S") then
    finish(state)
  else
    if begins_anew(line) then
      finish(state)
    end
    state.passage = state.passage or { kind = "inline", first = state.count, last = state.count }
    state.passage.last = state.count
    marks = marks_of(line)
  end
  state.count = state.count + 1
  return marks
end

--- The marks of a line that is not whole yet; nothing is kept of it.
---@param state sessiond.Markdown
---@param line string
---@return sessiond.Mark[]?
function M.peek(state, line)
  if not state.fence then
    return marks_of(line)
  end
end

--- No more lines will come.
---@param state sessiond.Markdown
function M.close(state)
  finish(state)
  state.fence = nil
end

--- The passages that have become whole since the last call.
---@param state sessiond.Markdown
---@return sessiond.Passage[]
function M.passages(state)
  local done = state.done
  state.done = {}
  return done
end

return M
