-- Reads unified diffs, and makes the text before a change of the one after it, or the other way round. Pure. A diff
-- that was cut, or does not fit the text exactly, gives nothing.
local M = {}

---@class sessiond.FileDiff
---@field old? string the name before; nil where there was no file
---@field new? string
---@field hunks {from: integer, to: integer, lines: [string, string][]}[] lines before it on both sides
---@field cut? boolean

local function name_of(text)
  return text ~= "/dev/null" and text or nil
end

--- How many lines stand before a span such as `3,7`; an empty one names the line before it.
local function before(start, count)
  return (count == "0") and tonumber(start) or tonumber(start) - 1
end

---@param diff string
---@return sessiond.FileDiff[]
function M.parse(diff)
  local files = {}
  local file, hunk, left_old, left_new
  for line in diff:gmatch("([^\n]*)\n?") do
    local mark = line:sub(1, 1)
    if hunk and (left_old > 0 or left_new > 0) and mark:find("[ +-]") then
      hunk.lines[#hunk.lines + 1] = { mark, line:sub(2) }
      left_old = left_old - (mark == "+" and 0 or 1)
      left_new = left_new - (mark == "-" and 0 or 1)
    elseif vim.startswith(line, "--- ") then
      file, hunk = { old = name_of(line:sub(5)), hunks = {} }, nil
      files[#files + 1] = file
    elseif file and vim.startswith(line, "+++ ") then
      file.new = name_of(line:sub(5))
    elseif file and vim.startswith(line, "@@ ") then
      local old, old_count, new, new_count = line:match("^@@ %-(%d+),?(%d*) %+(%d+),?(%d*) @@")
      if not old then
        file.cut = true
      else
        hunk = { from = before(old, old_count), to = before(new, new_count), lines = {} }
        left_old, left_new = tonumber(old_count) or 1, tonumber(new_count) or 1
        file.hunks[#file.hunks + 1] = hunk
      end
    elseif file and (vim.startswith(line, "(…") or line:find("^Binary file")) then
      file.cut = true
    end
  end
  if hunk and (left_old > 0 or left_new > 0) then
    file.cut = true
  end
  return files
end

--- The text that a diff makes of a text: the new one of the old one, or with `back` the old one of the new one.
---@param lines string[]
---@param file sessiond.FileDiff
---@param back? boolean
---@return string[]? lines
function M.apply(lines, file, back)
  if file.cut then
    return nil
  end
  local goes = back and "+" or "-"
  local result, at = {}, 0
  for _, hunk in ipairs(file.hunks) do
    local start = back and hunk.to or hunk.from
    if start < at then
      return nil
    end
    vim.list_extend(result, lines, at + 1, start)
    at = start
    for _, entry in ipairs(hunk.lines) do
      if entry[1] == " " or entry[1] == goes then
        at = at + 1
        if lines[at] ~= entry[2] then
          return nil
        end
      end
      if entry[1] ~= goes then
        result[#result + 1] = entry[2]
      end
    end
  end
  return vim.list_extend(result, lines, at + 1)
end

return M
