-- Emphasis, code and links inside of a paragraph, by Neovim's parser `markdown_inline`. A paragraph is parsed by
-- itself, so the cost is that of the paragraph, however long the answer is.
local M = {}

--- Longer paragraphs stay plain.
local MOST_BYTES = 16 * 1024

---@class sessiond.Span
---@field row integer from 0, in the lines given
---@field col integer
---@field end_row integer
---@field end_col integer
---@field group? string
---@field conceal? string
---@field priority? integer

local query ---@type vim.treesitter.Query|false|nil

local function highlights()
  if query == nil then
    local well, found = pcall(vim.treesitter.query.get, "markdown_inline", "highlights")
    query = well and found or false
  end
  return query
end

--- Where a link leads is always seen: its words may say something else.
local function is_link(node)
  local parent = node:parent()
  local kind = parent and parent:type() or ""
  return kind:find("link") ~= nil or kind == "image"
end

---@param lines string[]
---@return sessiond.Span[]
function M.spans(lines)
  local text = table.concat(lines, "\n")
  if #text > MOST_BYTES or not text:find("[*_`%[~<\\]") or not highlights() then
    return {}
  end
  local found = {}
  local well, parser = pcall(vim.treesitter.get_string_parser, text, "markdown_inline")
  if not well then
    return {}
  end
  local root = assert(parser:parse())[1]:root()
  local names = query.captures
  for id, node, metadata in query:iter_captures(root, text) do
    local row, col, end_row, end_col = node:range()
    local name = names[id]
    local own = metadata[id] or {}
    local shown = name ~= "spell" and name ~= "nospell" and name ~= "conceal" and name:sub(1, 1) ~= "_"
    found[#found + 1] = {
      row = row,
      col = col,
      end_row = end_row,
      end_col = end_col,
      group = shown and "@" .. name .. ".markdown_inline" or nil,
      conceal = not is_link(node) and (own.conceal or metadata.conceal) or nil,
    }
  end
  return found
end

return M
