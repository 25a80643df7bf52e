-- Draws lines of chunks into a buffer that nobody edits: floats, pickers, pages. The chat has its own way.
local M = {}

M.namespace = vim.api.nvim_create_namespace("sessiond-ui")

---@param line sessiond.Line
---@return string
function M.text_of(line)
  local texts = {}
  for index, chunk in ipairs(line) do
    texts[index] = chunk[1]
  end
  return table.concat(texts)
end

local function mark(buf, row, line)
  local col = 0
  for _, chunk in ipairs(line) do
    local stop = col + #chunk[1]
    if chunk[2] and stop > col then
      vim.api.nvim_buf_set_extmark(buf, M.namespace, row, col, { end_col = stop, hl_group = chunk[2] })
    end
    col = stop
  end
  if line.hl then
    vim.api.nvim_buf_set_extmark(buf, M.namespace, row, 0, { line_hl_group = line.hl })
  end
end

--- Makes the lines all that stands in the buffer. Cursors stay in their line.
---@param buf integer
---@param lines sessiond.Line[]
function M.lines(buf, lines)
  vim.api.nvim_buf_clear_namespace(buf, M.namespace, 0, -1)
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.tbl_map(M.text_of, lines))
  vim.bo[buf].modifiable = false
  for index, line in ipairs(lines) do
    mark(buf, index - 1, line)
  end
end

--- A buffer for it: no file, gone when it is no longer shown.
---@param filetype string
---@return integer buf
function M.buffer(filetype)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].swapfile = false
  vim.bo[buf].undolevels = -1
  vim.bo[buf].filetype = filetype
  return buf
end

return M
