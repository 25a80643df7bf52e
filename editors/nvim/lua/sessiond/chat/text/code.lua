-- Highlights of a piece of code that is whole: by a treesitter parser where Neovim has one for the language, else by
-- Vim's syntax files, in a hidden buffer and line by line, so that no line of work takes long.
local M = {}

local aliases = {
  sh = "bash",
  shell = "bash",
  zsh = "bash",
  js = "javascript",
  ts = "typescript",
  py = "python",
  rs = "rust",
  yml = "yaml",
  md = "markdown",
  ["c++"] = "cpp",
  console = "bash",
  viml = "vim",
}

---@param language string as it stands behind the fence
---@return string filetype
local function filetype_of(language)
  local name = aliases[language] or language
  return vim.filetype.match({ filename = "x." .. name }) or name
end

---@param text string
---@param language string
---@return sessiond.Span[]?
local function by_treesitter(text, language)
  local lang = vim.treesitter.language.get_lang(filetype_of(language)) or language
  if not pcall(vim.treesitter.language.add, lang) or not vim.treesitter.language.add(lang) then
    return nil
  end
  local well, query = pcall(vim.treesitter.query.get, lang, "highlights")
  if not well or not query then
    return nil
  end
  local root = assert(vim.treesitter.get_string_parser(text, lang):parse())[1]:root()
  local found = {}
  for id, node, metadata in query:iter_captures(root, text) do
    local name = query.captures[id]
    if name ~= "spell" and name ~= "nospell" and name:sub(1, 1) ~= "_" then
      local row, col, end_row, end_col = node:range()
      local span = { row = row, col = col, end_row = end_row, end_col = end_col, group = "@" .. name .. "." .. lang }
      span.priority = tonumber(metadata.priority)
      found[#found + 1] = span
    end
  end
  return found
end

--- The spans of one line of the current buffer, by its syntax.
local function spans_of_line(row, line, found)
  local col, length = 0, #line
  while col < length do
    local id = vim.fn.synID(row + 1, col + 1, 1)
    local stop = col + 1
    while stop < length and vim.fn.synID(row + 1, stop + 1, 1) == id do
      stop = stop + 1
    end
    local group = id ~= 0 and vim.fn.synIDattr(vim.fn.synIDtrans(id), "name") or ""
    if group ~= "" then
      found[#found + 1] = { row = row, col = col, end_row = row, end_col = stop, group = group }
    end
    col = stop
  end
end

local buffers = {} ---@type table<string, integer|false> by filetype; sourcing its syntax is what takes long

--- A hidden buffer with the code and the syntax of its language; nil where Vim has none.
local function syntax_buffer(lines, filetype)
  local buf = buffers[filetype]
  if buf == nil or (buf and not vim.api.nvim_buf_is_valid(buf)) then
    if #vim.api.nvim_get_runtime_file("syntax/" .. filetype .. ".vim", false) == 0 then
      buffers[filetype] = false
      return nil
    end
    buf = vim.api.nvim_create_buf(false, true)
    buffers[filetype] = buf
    vim.api.nvim_buf_call(buf, function()
      vim.bo[buf].synmaxcol = 500
      vim.bo[buf].syntax = filetype
    end)
  end
  if buf then
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  end
  return buf or nil
end

--- Work that is done a line at a time: each call gives the spans of some lines, nil when all is done. One piece of work
--- is done after the other: they share buffers.
---@param lines string[]
---@param language string
---@return (fun(): sessiond.Span[]?)? next_spans nil where nothing can be done
function M.work(lines, language)
  if not language:find("^[%w_+#.-]+$") then
    return nil
  end
  local spans = by_treesitter(table.concat(lines, "\n"), language)
  if spans then
    return function()
      local all = spans
      spans = nil
      return all
    end
  end
  local buf = syntax_buffer(lines, filetype_of(language))
  if not buf then
    return nil
  end
  local row = 0
  return function()
    if row >= #lines or not vim.api.nvim_buf_is_valid(buf) then
      return nil
    end
    local found = {}
    vim.api.nvim_buf_call(buf, function()
      spans_of_line(row, lines[row + 1]:sub(1, 500), found)
    end)
    row = row + 1
    return found
  end
end

return M
