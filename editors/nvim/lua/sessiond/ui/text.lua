-- Text of elsewhere (models, tools, servers, files) as text that can be drawn: printable, bounded, in lines.
local M = {}

local HARMFUL = { "%c", "\194[\128-\159]", "\226\128[\170-\174]", "\226\129[\166-\169]" }
-- Control characters, and what turns the direction of writing, so that something else is read than stands there.

---@param text string
---@param mark string what is put in their place
---@return string
local function harmless(text, mark)
  for _, pattern in ipairs(HARMFUL) do
    text = text:gsub(pattern, mark)
  end
  return text
end

--- The first line of a text that has any, printable and not longer than `most` characters.
---@param text any
---@param most? integer
---@return string
function M.one_line(text, most)
  local line = harmless(tostring(text):match("^%s*([^\n]*)"), " ")
  most = most or 200
  return vim.fn.strchars(line) > most and vim.fn.strcharpart(line, 0, most - 1) .. "…" or line
end

--- All lines of a text, printable; of many, `most` and a last one that says how many more there are.
---@param text string
---@param most? integer
---@return string[]
function M.lines(text, most)
  local all = vim.split(text:gsub("\r\n?", "\n"):gsub("%s+$", ""), "\n", { plain = true })
  local lines = {}
  for index, line in ipairs(all) do
    if most and index > most then
      lines[#lines + 1] = ("… %d more lines"):format(#all - most)
      break
    end
    lines[index] = harmless(line:sub(1, 2000):gsub("\t", "  "), "?")
  end
  return lines
end

--- All of a text in its lines, however long they are: what a user agrees to.
---@param text string
---@return string[]
function M.whole(text)
  return vim.tbl_map(function(line)
    return harmless(line:gsub("\t", "  "), "�")
  end, vim.split(text, "\n", { plain = true }))
end

--- How long ago something was, short: "now", "5 min", "3 h", "2 d", then the date.
---@param at integer ms since the epoch
---@return string
function M.ago(at)
  local seconds = math.max(0, os.time() - at / 1000)
  if seconds < 60 then
    return "now"
  elseif seconds < 3600 then
    return ("%d min"):format(seconds / 60)
  elseif seconds < 86400 then
    return ("%d h"):format(seconds / 3600)
  elseif seconds < 14 * 86400 then
    return ("%d d"):format(seconds / 86400)
  end
  return os.date("%Y-%m-%d", math.floor(at / 1000)) --[[@as string]]
end

--- A duration for people: "250 ms", "42 s", "3 min", "2 h 5 min".
---@param ms number
---@return string
function M.duration(ms)
  local seconds = math.floor(ms / 1000)
  if seconds < 1 then
    return ("%d ms"):format(ms)
  elseif seconds < 60 then
    return ("%d s"):format(seconds)
  elseif seconds < 3600 then
    return ("%d min %d s"):format(seconds / 60, seconds % 60)
  end
  return ("%d h %d min"):format(seconds / 3600, seconds % 3600 / 60)
end

--- A path as people read it: relative to the home directory, its beginning left out where it is too long.
---@param path string
---@param most? integer
---@return string
function M.path(path, most)
  local short = M.one_line(vim.fn.fnamemodify(path, ":~"), 1000)
  local length = vim.fn.strchars(short)
  if most and length > most then
    return "…" .. vim.fn.strcharpart(short, length - most + 1, most - 1)
  end
  return short
end

return M
