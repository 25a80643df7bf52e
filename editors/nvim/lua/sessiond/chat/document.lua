-- What a transcript's buffer shows: items one below the other, each some rows high. Only here the buffer is written.
-- Rows are sums of heights, so nothing moves by itself; an item that is above another one may grow.
local M = {}

M.namespace = vim.api.nvim_create_namespace("sessiond-chat")

---@class sessiond.Item
---@field key string unique in the document
---@field height integer rows
---@field block? sessiond.Block what is drawn there, of a card
---@field version? string
---@field flow? sessiond.Flow of a text that streams
---@field message_id? string

---@class sessiond.Document
---@field buf integer
---@field items sessiond.Item[]
---@field rows integer
local Document = {}
Document.__index = Document

---@param buf integer
---@return sessiond.Document
function M.new(buf)
  return setmetatable({ buf = buf, items = {}, rows = 0 }, Document)
end

---@param line sessiond.Line
---@return string
function M.text_of(line)
  if #line == 1 then
    return line[1][1]
  end
  local texts = {}
  for index, chunk in ipairs(line) do
    texts[index] = chunk[1]
  end
  return table.concat(texts)
end

--- Replaces rows of the buffer.
---@param row integer
---@param count integer
---@param texts string[]
function Document:write(row, count, texts)
  local buf = self.buf
  if count > 0 then
    vim.api.nvim_buf_clear_namespace(buf, M.namespace, row, row + count)
  end
  if count == 0 and #texts == 0 then
    return
  end
  -- A buffer always has a line; the document's rows are the rest of it.
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, row, row + count, false, texts)
  vim.bo[buf].modifiable = false
  self.rows = self.rows + #texts - count
end

---@param row integer
---@param line sessiond.Line
function Document:mark_line(row, line)
  local col = 0
  for _, chunk in ipairs(line) do
    local stop = col + #chunk[1]
    if chunk[2] and stop > col then
      vim.api.nvim_buf_set_extmark(self.buf, M.namespace, row, col, { end_col = stop, hl_group = chunk[2] })
    end
    col = stop
  end
  if line.hl then
    vim.api.nvim_buf_set_extmark(self.buf, M.namespace, row, 0, { line_hl_group = line.hl })
  end
end

---@param index integer
---@return integer row the first one of the item, from 0
function Document:row(index)
  local row = 0
  for before = 1, index - 1 do
    row = row + self.items[before].height
  end
  return row
end

---@param item sessiond.Item
---@return integer? index
function Document:index(item)
  for index = #self.items, 1, -1 do
    if self.items[index] == item then
      return index
    end
  end
end

--- The item in a row, and where it begins.
---@param wanted integer from 0
---@return sessiond.Item?
---@return integer row
function Document:at(wanted)
  local row = 0
  for _, item in ipairs(self.items) do
    if wanted < row + item.height then
      return item, row
    end
    row = row + item.height
  end
  return self.items[#self.items], row
end

--- Puts items in the place of some others. Those with a block are drawn; texts draw themselves.
---@param index integer
---@param count integer how many go
---@param items sessiond.Item[]
function Document:splice(index, count, items)
  local row, height = self:row(index), 0
  for gone = index, index + count - 1 do
    height = height + self.items[gone].height
  end
  local texts, lines = {}, {}
  for _, item in ipairs(items) do
    local own = item.block and item.block.lines or {}
    item.height = #own
    for _, line in ipairs(own) do
      lines[#lines + 1] = line
      texts[#texts + 1] = M.text_of(line)
    end
  end
  self:write(row, height, texts)
  for offset, line in ipairs(lines) do
    self:mark_line(row + offset - 1, line)
  end
  for _ = 1, count do
    table.remove(self.items, index)
  end
  for offset, item in ipairs(items) do
    table.insert(self.items, index + offset - 1, item)
  end
end

return M
