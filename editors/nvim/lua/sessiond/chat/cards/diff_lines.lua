-- The lines of a unified diff, each with what it is. Pure. Lines of a hunk are known by the counts in its head: a
-- removed `-- comment` looks like the head of a file and is none.
local M = {}

---@alias sessiond.DiffKind "old"|"new"|"hunk"|"added"|"removed"|"other" names of files before and after, heads of hunks

local marks = { ["+"] = "added", ["-"] = "removed" }

---@param line string which is in no hunk
---@return sessiond.DiffKind
local function kind_outside(line)
  if vim.startswith(line, "--- ") then
    return "old"
  elseif vim.startswith(line, "+++ ") then
    return "new"
  end
  return marks[line:sub(1, 1)] or "other"
end

---@param diff string
---@return {kind: sessiond.DiffKind, text: string}[] without empty lines
function M.of(diff)
  local lines, old, new = {}, 0, 0 -- what the hunk still has of both sides
  for line in diff:gmatch("[^\n]+") do
    local mark, kind = line:sub(1, 1), kind_outside(line)
    local old_count, new_count = line:match("^@@ %-%d+,?(%d*) %+%d+,?(%d*) @@")
    if (old > 0 or new > 0) and mark:find("[ +-]") then
      kind = marks[mark] or "other"
      old = old - (mark == "+" and 0 or 1)
      new = new - (mark == "-" and 0 or 1)
    elseif old_count then
      kind, old, new = "hunk", tonumber(old_count) or 1, tonumber(new_count) or 1
    end
    lines[#lines + 1] = { kind = kind, text = line }
  end
  return lines
end

return M
