-- The text of one part, drawn as it streams: whole lines are written once and never again, the last one grows. A few
-- kilobytes at a time, so that a long text does not stop typing.
local document = require("sessiond.chat.document")
local inline = require("sessiond.chat.text.inline")
local markdown = require("sessiond.chat.text.markdown")
local painter = require("sessiond.chat.text.painter")

local M = {}

M.SLICE_BYTES = 8 * 1024
--- Longer lines are broken where they are shown: Neovim is slow with them.
M.LINE_BYTES = 2000
--- The paragraph that streams is painted with every drawing as long as it is short.
local SHORT_LINES = 12

---@class sessiond.Flow
---@field document sessiond.Document
---@field item sessiond.Item
---@field style? string a group for all of it; without one it is Markdown
---@field indent string
---@field pieces string[] what has been drawn, and what is to be
---@field taken integer pieces drawn as a whole
---@field offset integer bytes of the next one that are drawn
---@field bytes integer drawn so far
---@field last string the last of them
---@field partial string the last line, which may grow
---@field markdown sessiond.Markdown
---@field code_mark? integer the mark of the code that streams
---@field closed? boolean

---@param doc sessiond.Document
---@param item sessiond.Item
---@param style? string
---@param indent? string
---@return sessiond.Flow
function M.new(doc, item, style, indent)
  return {
    document = doc,
    item = item,
    style = style,
    indent = indent or "",
    pieces = {},
    taken = 0,
    offset = 0,
    bytes = 0,
    last = "",
    partial = "",
    markdown = markdown.new(),
  }
end

---@param flow sessiond.Flow
---@return sessiond.Canvas
local function canvas(flow)
  return {
    buf = flow.document.buf,
    namespace = document.namespace,
    row = function()
      local index = flow.document:index(flow.item)
      return index and flow.document:row(index)
    end,
  }
end

--- Takes the pieces that are there by now. False when they do not go on from what is drawn: it is to be drawn anew.
--- Deltas and the end of a part say the same, so that its length and the last line tell whether it does.
---@param flow sessiond.Flow
---@param pieces string[] all of the text
---@return boolean
function M.continue(flow, pieces)
  if flow.pieces == pieces then
    return true
  end
  local whole = #pieces == 1 and pieces[1] or table.concat(pieces)
  if whole:sub(flow.bytes - #flow.last + 1, flow.bytes) ~= flow.last then
    return false
  end
  flow.pieces, flow.taken, flow.offset = { whole }, 0, flow.bytes
  return true
end

--- The next bytes that are to be drawn, not many at a time.
---@return string text
---@return boolean more
local function take(flow)
  local texts, size = {}, 0
  while size < M.SLICE_BYTES do
    local piece = flow.pieces[flow.taken + 1]
    if not piece then
      return table.concat(texts), false
    end
    local text = piece:sub(flow.offset + 1, flow.offset + M.SLICE_BYTES - size)
    size = size + #text
    texts[#texts + 1] = text
    flow.offset = flow.offset + #text
    if flow.offset >= #piece then
      flow.taken, flow.offset = flow.taken + 1, 0
    end
  end
  return table.concat(texts), flow.pieces[flow.taken + 1] ~= nil
end

--- Breaks a line that is too long, between characters.
local function broken(line, lines)
  while #line > M.LINE_BYTES do
    local stop = M.LINE_BYTES + vim.str_utf_start(line, M.LINE_BYTES + 1)
    lines[#lines + 1] = line:sub(1, stop)
    line = line:sub(stop + 1)
  end
  lines[#lines + 1] = line
end

---@return string[] lines the last of them is not whole
local function lines_of(text)
  local lines = {}
  for _, line in ipairs(vim.split(text, "\n", { plain = true })) do
    broken((line:gsub("\r$", "")), lines)
  end
  return lines
end

local function mark(flow, row, marks)
  local indent = #flow.indent
  for _, each in ipairs(marks or {}) do
    vim.api.nvim_buf_set_extmark(flow.document.buf, document.namespace, row, each[1] + indent, {
      end_col = each[2] + indent,
      hl_group = each[3],
      priority = 100,
    })
  end
end

--- The background of code reaches as far as its lines do.
local function mark_code(flow, row)
  local state = flow.markdown
  if not state.fence then
    flow.code_mark = nil
    return
  end
  local passage = assert(state.passage)
  flow.code_mark = vim.api.nvim_buf_set_extmark(flow.document.buf, document.namespace, row + passage.first, 0, {
    id = flow.code_mark,
    end_row = row + flow.item.height,
    end_col = 0,
    hl_group = "SessiondCodeBlock",
    hl_eol = true,
    priority = 90,
    strict = false,
  })
end

--- Marks whole lines; what they complete is painted later.
local function mark_whole(flow, row, lines)
  local state = flow.markdown
  for index = 1, #lines do
    local was_code = state.fence
    local passage = state.passage
    local marks = markdown.take(state, lines[index])
    mark(flow, row + state.count - 1, marks)
    if was_code and not state.fence and passage.last >= passage.first then
      vim.api.nvim_buf_set_extmark(flow.document.buf, document.namespace, row + passage.first, 0, {
        id = flow.code_mark,
        end_row = row + passage.last + 1,
        end_col = 0,
        hl_group = "SessiondCodeBlock",
        hl_eol = true,
        priority = 90,
      })
      flow.code_mark = nil
    end
  end
  for _, passage in ipairs(markdown.passages(state)) do
    painter.paint(canvas(flow), passage)
  end
end

--- The paragraph that is not whole yet, painted as far as it has come.
local function paint_tail(flow, row)
  local passage = flow.markdown.passage
  local first = passage and passage.kind == "inline" and passage.first or flow.markdown.count
  if flow.markdown.fence or flow.item.height - first > SHORT_LINES then
    return
  end
  local lines = vim.api.nvim_buf_get_lines(flow.document.buf, row + first, row + flow.item.height, false)
  painter.put(canvas(flow), row + first, inline.spans(lines))
end

local function clear_tail(flow, row)
  local passage = flow.markdown.passage
  if passage and passage.kind == "inline" then
    local first, last = row + passage.first, row + flow.item.height
    if last - first <= SHORT_LINES then
      vim.api.nvim_buf_clear_namespace(flow.document.buf, document.namespace, first, last)
      for at = first, last - 2 do
        mark(
          flow,
          at,
          markdown.peek(flow.markdown, vim.api.nvim_buf_get_lines(flow.document.buf, at, at + 1, false)[1])
        )
      end
    end
  end
end

--- Draws some more. True when there is still more to draw.
---@param flow sessiond.Flow
---@return boolean more
function M.draw(flow)
  local text, more = take(flow)
  flow.bytes, flow.last = flow.bytes + #text, text ~= "" and text:sub(-256) or flow.last
  local index = flow.document:index(flow.item)
  if flow.item.height == 0 then
    text = text:gsub("^%s*\n", "")
  end
  if text == "" or not index then
    return more
  end
  local row = flow.document:row(index)
  local grows = flow.item.height > 0 and 1 or 0
  local lines = lines_of(flow.partial .. text)
  flow.partial = lines[#lines]
  local shown = lines
  if flow.indent ~= "" then
    shown = vim.tbl_map(function(line)
      return flow.indent .. line
    end, lines)
  end
  if not flow.style then
    clear_tail(flow, row)
  end
  flow.document:write(row + flow.item.height - grows, grows, shown)
  flow.item.height = flow.item.height - grows + #lines
  if flow.style then
    for at = flow.item.height - #lines, flow.item.height - 1 do
      mark(flow, row + at, { { 0, #lines[at - flow.item.height + #lines + 1], flow.style } })
    end
    return more
  end
  lines[#lines] = nil
  mark_whole(flow, row, lines)
  mark(flow, row + flow.item.height - 1, markdown.peek(flow.markdown, flow.partial))
  mark_code(flow, row)
  paint_tail(flow, row)
  return more
end

--- Empty lines at the end are not shown.
local function trim(flow, row)
  local count, stop = 0, row + flow.item.height
  local function line(at)
    return vim.api.nvim_buf_get_lines(flow.document.buf, at, at + 1, false)[1]
  end
  while count < flow.item.height - 1 and not line(stop - 1 - count):find("%S") do
    count = count + 1
  end
  flow.document:write(row + flow.item.height - count, count, {})
  flow.item.height = flow.item.height - count
end

--- The text is whole: its last line too.
---@param flow sessiond.Flow
function M.close(flow)
  local index = flow.document:index(flow.item)
  if flow.closed or not index or flow.item.height == 0 then
    flow.closed = true
    return
  end
  flow.closed = true
  local row = flow.document:row(index)
  if flow.style then
    return trim(flow, row)
  end
  vim.api.nvim_buf_clear_namespace(
    flow.document.buf,
    document.namespace,
    row + flow.markdown.count,
    row + flow.item.height
  )
  mark_whole(flow, row, { flow.partial })
  markdown.close(flow.markdown)
  for _, passage in ipairs(markdown.passages(flow.markdown)) do
    painter.paint(canvas(flow), passage)
  end
  trim(flow, row)
end

return M
