-- Finds mentions in a prompt: `@buffer`, `@buffer:3`, `@selection`, `@diagnostics`, `@diff`, `@src/app.py:10-20`,
-- `@"a file.txt"`, and `/command arguments` at the start. Pure but for the questions it is given.
local M = {}

M.WORDS = { buffer = true, selection = true, diagnostics = true, diff = true }

---@class sessiond.Mention
---@field first integer the byte of its `@`, from 1
---@field last integer its last byte
---@field kind "buffer"|"selection"|"diagnostics"|"diff"|"file"
---@field path? string of a file
---@field buf? integer of a buffer that is named by its number
---@field from? integer lines, from 1
---@field to? integer

--- A name with the lines behind it.
---@return string name
---@return integer? from
---@return integer? to
local function lines_of(word)
  local name, from, to = word:match("^(.+):(%d+)%-(%d+)$")
  if not name then
    name, from = word:match("^(.+):(%d+)$")
  end
  from, to = tonumber(from), tonumber(to) or tonumber(from)
  return name or word, from, to
end

---@param word string without its `@`
---@param is_path fun(path: string): boolean
---@return table? mention without its place
local function meaning(word, is_path)
  if M.WORDS[word] then
    return { kind = word }
  end
  local buf, rest = word:match("^buffer:(%d+)(.*)$")
  if buf then
    local _, from, to = lines_of("b" .. rest)
    return { kind = "buffer", buf = tonumber(buf), from = from, to = to }
  end
  if is_path(word) then
    return { kind = "file", path = word }
  end
  local path, from, to = lines_of(word)
  return from and is_path(path) and { kind = "file", path = path, from = from, to = to } or nil
end

--- The mention that begins at an `@`.
local function at(text, first, is_path)
  local quoted, behind = text:match('^@"([^"\n]+)"():?', first)
  if quoted then
    local lines = text:match("^:%d+%-?%d*", behind) or ""
    lines = lines:gsub("%-$", "")
    local found = meaning(quoted .. lines, is_path)
    return found and vim.tbl_extend("error", found, { first = first, last = behind + #lines - 1 })
  end
  local word = text:match("^@([^%s]+)", first)
  while word and word ~= "" do
    local found = meaning(word, is_path)
    if found then
      return vim.tbl_extend("error", found, { first = first, last = first + #word })
    end
    word = word:match("^(.*)[%p]$") -- "@a.py, and": what ends the clause is no part of the name
  end
end

--- The mentions of a text, in order. An `@` within a word, as in an address, begins none.
---@param text string
---@param is_path fun(path: string): boolean whether there is such a file or directory
---@return sessiond.Mention[]
function M.mentions(text, is_path)
  local found, from = {}, 1
  while true do
    local first = text:find("@", from, true)
    if not first then
      return found
    end
    local before = first == 1 and " " or text:sub(first - 1, first - 1)
    local mention = before:find("[%s%(%[{'\"`]") and at(text, first, is_path)
    found[#found + 1] = mention or nil
    from = (mention and mention.last or first) + 1
  end
end

--- The command that a text begins with.
---@param text string
---@param known fun(name: string): boolean
---@return string? name
---@return string? arguments
---@return string? rest what stands below its line
function M.command(text, known)
  local name, arguments, rest = text:match("^/(%S+)[ \t]*([^\n]*)\n?(.*)$")
  if name and known(name) then
    return name, vim.trim(arguments), rest
  end
end

--- How a file is mentioned.
---@param path string
---@param from? integer
---@param to? integer
---@return string
function M.mention_of(path, from, to)
  local lines = from and (to and to ~= from and (":%d-%d"):format(from, to) or (":%d"):format(from)) or ""
  local plain = not path:find('[%s"]') and not path:find("%p$")
  return "@" .. (plain and path or ('"%s"'):format(path)) .. lines
end

return M
