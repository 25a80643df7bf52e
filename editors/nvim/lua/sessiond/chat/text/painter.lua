-- Paints what is whole, paragraphs and code, behind the drawing: a few milliseconds at a time, so that typing goes on.
-- A piece of work gives spans, which are put where its text stands by then.
local code = require("sessiond.chat.text.code")
local config = require("sessiond.config")
local inline = require("sessiond.chat.text.inline")

local M = {}

local SLICE_NS = 2e6
local PAUSE_MS = 8

--- Where a text is drawn.
---@class sessiond.Canvas
---@field buf integer
---@field namespace integer
---@field row fun(): integer? the first row of the text by now; nil when it is gone

---@class sessiond.Painting
---@field canvas sessiond.Canvas
---@field first integer line of the text
---@field next fun(): sessiond.Span[]?

--- The newest come first: they are what the user sees.
local waiting = {} ---@type (fun(): sessiond.Painting?)[]
local current ---@type sessiond.Painting?
local running = false

---@param canvas sessiond.Canvas
---@param row integer the row of the buffer that the spans count from
---@param spans sessiond.Span[]
function M.put(canvas, row, spans)
  for _, span in ipairs(spans) do
    pcall(vim.api.nvim_buf_set_extmark, canvas.buf, canvas.namespace, row + span.row, span.col, {
      end_row = row + span.end_row,
      end_col = span.end_col,
      hl_group = span.group,
      conceal = span.conceal,
      priority = span.priority or 110,
      strict = false,
    })
  end
end

local function step()
  if not current then
    current = table.remove(waiting)()
    return
  end
  local row = current.canvas.row()
  local spans = row and current.next()
  if spans and row then
    M.put(current.canvas, row + current.first, spans)
  else
    current = nil
  end
end

local function run()
  running = false
  local stop = vim.uv.hrtime() + SLICE_NS
  while not M.idle() and vim.uv.hrtime() < stop do
    step()
  end
  if not M.idle() then
    running = true
    vim.defer_fn(run, PAUSE_MS)
  end
end

---@param make fun(): sessiond.Painting?
local function add(make)
  waiting[#waiting + 1] = make
  if not running then
    running = true
    vim.defer_fn(run, PAUSE_MS)
  end
end

local function once(spans)
  return function()
    local all = spans
    spans = nil
    return all
  end
end

--- Paints a passage later.
---@param canvas sessiond.Canvas
---@param passage sessiond.Passage
function M.paint(canvas, passage)
  local count = passage.last - passage.first + 1
  if passage.kind == "code" and (not passage.language or count > config.get().chat.code_lines) then
    return
  end
  add(function()
    local row = canvas.row()
    if not row or not vim.api.nvim_buf_is_valid(canvas.buf) then
      return nil
    end
    local lines = vim.api.nvim_buf_get_lines(canvas.buf, row + passage.first, row + passage.last + 1, false)
    local next_spans
    if passage.kind == "code" then
      next_spans = code.work(lines, passage.language)
    else
      next_spans = once(inline.spans(lines))
    end
    return next_spans and { canvas = canvas, first = passage.first, next = next_spans } or nil
  end)
end

--- Whether nothing waits to be painted.
---@return boolean
function M.idle()
  return not current and #waiting == 0
end

return M
