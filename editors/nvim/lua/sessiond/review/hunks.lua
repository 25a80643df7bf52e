-- What differs between a file as it was before sessions changed it and as it is now, hunk by hunk; and what becomes of
-- the former when the user changes the latter. Pure, on lists of lines.
local M = {}

--- `count` lines behind the first `at` lines of the text stand where `base_count` lines behind the first `base` stood.
---@class sessiond.Hunk
---@field base integer
---@field base_count integer
---@field at integer
---@field count integer

local function whole(lines)
  return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
end

---@param base string[]
---@param text string[]
---@return sessiond.Hunk[] in order
function M.of(base, text)
  local diff = vim.text and vim.text.diff or vim.diff
  local found = diff(whole(base), whole(text), { result_type = "indices", algorithm = "histogram" })
  return vim.tbl_map(function(each)
    local base_from, base_count, from, count = unpack(each)
    return {
      base = base_count == 0 and base_from or base_from - 1,
      base_count = base_count,
      at = count == 0 and from or from - 1,
      count = count,
    }
  end, found)
end

--- Lines with some of them replaced.
---@param lines string[]
---@param from integer how many stay before them
---@param count integer how many go
---@param new string[]
---@return string[]
function M.spliced(lines, from, count, new)
  local result = vim.list_slice(lines, 1, from)
  vim.list_extend(result, new)
  return vim.list_extend(result, lines, from + count + 1)
end

--- The lines that a hunk has in the text.
---@param hunk sessiond.Hunk
---@param text string[]
---@return string[]
function M.added(hunk, text)
  return vim.list_slice(text, hunk.at + 1, hunk.at + hunk.count)
end

--- The lines that it had in the base.
---@param hunk sessiond.Hunk
---@param base string[]
---@return string[]
function M.removed(hunk, base)
  return vim.list_slice(base, hunk.base + 1, hunk.base + hunk.base_count)
end

--- Whether a change of some lines reaches into a hunk. One that only borders on it does not.
local function reaches_into(edit, hunk)
  local edit_end, hunk_end = edit.base + edit.base_count, hunk.at + hunk.count
  return edit.base < hunk_end and edit_end > hunk.at
end

--- The base after the user has changed the text: what they change outside of hunks is no hunk, what reaches into one
--- becomes part of it.
---@param base string[]
---@param old string[] the text before the user's change
---@param new string[]
---@return string[] base
function M.rebased(base, old, new)
  local hunks, result = M.of(base, old), base
  local edits = M.of(old, new)
  for index = #edits, 1, -1 do
    local edit, shift, apart = edits[index], 0, true
    for _, hunk in ipairs(hunks) do
      apart = apart and not reaches_into(edit, hunk)
      if hunk.at + hunk.count <= edit.base then
        shift = shift + hunk.base_count - hunk.count
      end
    end
    if apart then
      result = M.spliced(result, edit.base + shift, edit.base_count, M.added(edit, new))
    end
  end
  return result
end

--- The hunk that a line belongs to; of one that only removes lines, those around it.
---@param hunks sessiond.Hunk[]
---@param row integer from 0
---@return sessiond.Hunk?
---@return integer? index
function M.at(hunks, row)
  for index, hunk in ipairs(hunks) do
    if row >= hunk.at and row < hunk.at + hunk.count then
      return hunk, index
    end
  end
  for index, hunk in ipairs(hunks) do
    if hunk.count == 0 and (row == hunk.at or row == hunk.at - 1) then
      return hunk, index
    end
  end
end

return M
