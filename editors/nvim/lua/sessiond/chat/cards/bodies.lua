-- What stands in an open card of a tool call: the diff of what it changed, the command and its output, or the arguments
-- and the output. Pure; long outputs are cut, and the key `open` shows all of them.
local config = require("sessiond.config")
local diff = require("sessiond.chat.cards.diff")

local M = {}

local INDENT = "    "

--- What a call has changed, of the tool's metadata.
---@param part sessiond.ToolPart
---@return {path: string, diff?: string, saved?: boolean}[]
function M.files(part)
  local files = part.state.metadata and part.state.metadata.files
  return type(files) == "table"
      and vim.tbl_filter(function(file)
        return type(file) == "table" and type(file.diff) == "string"
      end, files)
    or {}
end

--- Lines of a text, the first or the last ones of many.
---@param text string
---@param group? string
---@param keep? "first"|"last"
---@return sessiond.Line[]
function M.text(text, group, keep)
  local all = vim.split(text:gsub("\n+$", ""), "\n", { plain = true })
  local most = config.get().chat.output_lines
  local first, last = 1, #all
  if #all > most then
    first, last = keep == "last" and #all - most + 1 or 1, keep == "last" and #all or most
  end
  local lines = {}
  local cut = { { INDENT .. ("… %d more lines"):format(#all - most), "SessiondMuted" } }
  if first > 1 then
    lines[1] = cut
  end
  for index = first, last do
    lines[#lines + 1] = { { INDENT .. all[index]:sub(1, 1000):gsub("\r", ""), group } }
  end
  if last < #all then
    lines[#lines + 1] = cut
  end
  return lines
end

local function arguments(input)
  local lines = {}
  local names = vim.tbl_keys(input)
  table.sort(names, function(one, other)
    return tostring(one) < tostring(other)
  end)
  for _, name in ipairs(names) do
    local value = input[name]
    local text = type(value) == "string" and value or vim.json.encode(value)
    local own = vim.split(text, "\n", { plain = true })
    lines[#lines + 1] = {
      { INDENT .. tostring(name):gsub("%c", " ") .. ": ", "SessiondMuted" },
      { own[1]:sub(1, 200) .. (#own > 1 and (" … (%d lines)"):format(#own) or "") },
    }
  end
  return lines
end

---@param part sessiond.ToolPart
---@param input table
---@return sessiond.Line[]
function M.lines(part, input)
  local state = part.state
  local lines = {}
  local files = M.files(part)
  if part.name == "bash" and type(input.command) == "string" then
    for index, line in ipairs(vim.split(input.command, "\n", { plain = true })) do
      lines[#lines + 1] = { { INDENT .. (index == 1 and "$ " or "  "), "SessiondMuted" }, { line, "SessiondCode" } }
    end
  elseif #files == 0 then
    vim.list_extend(lines, arguments(input))
  end
  for _, file in ipairs(files) do
    vim.list_extend(lines, diff.lines(file.diff, INDENT, #files == 1))
  end
  if state.error then
    vim.list_extend(lines, M.text(state.error, "SessiondFailed"))
  elseif state.output and #files == 0 then
    vim.list_extend(lines, M.text(state.output, "SessiondMuted", part.name == "bash" and "last" or "first"))
  end
  return lines
end

return M
