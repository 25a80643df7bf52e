-- Draws a transcript into its buffer: what has changed, once in `chat.redraw_ms`, a few milliseconds at a time. Blocks
-- that are the same are not touched, and texts only grow. One renderer a buffer.
local blocks = require("sessiond.chat.blocks")
local config = require("sessiond.config")
local document = require("sessiond.chat.document")
local flow = require("sessiond.chat.text.flow")
local follow = require("sessiond.chat.follow")
local log = require("sessiond.log")
local tail = require("sessiond.chat.cards.tail")

local M = {}

local SLICE_NS = 5e6
local PAUSE_MS = 4

---@class sessiond.Renderer
---@field document sessiond.Document
---@field transcript sessiond.Transcript
---@field folds table<string, boolean>
---@field groups {id: string, count: integer}[] how many items each message has; the rest are the tail's
---@field dirty table<string, true> message ids
---@field all boolean the list of messages may be another one
---@field drawn_at integer
---@field due boolean
---@field on_drawn fun()
local Renderer = {}
Renderer.__index = Renderer

---@param buf integer
---@param transcript sessiond.Transcript
---@param on_drawn fun()
---@return sessiond.Renderer
function M.new(buf, transcript, on_drawn)
  return setmetatable({
    document = document.new(buf),
    transcript = transcript,
    folds = {},
    groups = {},
    dirty = {},
    all = true,
    drawn_at = 0,
    due = false,
    on_drawn = on_drawn,
  }, Renderer)
end

---@param block sessiond.Block
---@return sessiond.Item
local function item_of(self, block)
  local item = { key = block.id, height = 0, version = block.version, message_id = block.message_id }
  if block.kind == "flow" then
    item.flow = flow.new(self.document, item, block.style, block.style and "  " or nil)
    item.part_id = block.part_id
  else
    item.block = block
  end
  return item
end

--- Makes the items from `first` on, `count` of them, those of the blocks.
---@param first integer
---@param count integer
---@param wanted sessiond.Block[]
function Renderer:reconcile(first, count, wanted)
  local same = 0
  while same < count and same < #wanted do
    local item, block = self.document.items[first + same], wanted[same + 1]
    if item.key ~= block.id then
      break
    end
    if not item.flow and (block.version == nil or item.version ~= block.version) then
      self.document:splice(first + same, 1, { item_of(self, block) })
    elseif item.block then
      item.block = block
    end
    same = same + 1
  end
  local fresh = {}
  for index = same + 1, #wanted do
    fresh[#fresh + 1] = item_of(self, wanted[index])
  end
  if count > same or #fresh > 0 then
    self.document:splice(first + same, count - same, fresh)
  end
end

--- Draws the texts of a message on. True when there is more to draw.
local function draw_flows(self, first, count)
  local more = false
  for index = first, first + count - 1 do
    local item = self.document.items[index]
    if item.flow and not item.flow.closed then
      local part = require("sessiond.session.fold").part(self.transcript, item.message_id, item.part_id)
      local open = self.transcript.open[item.part_id]
      if not flow.continue(item.flow, open and open.pieces or { part and part.text or "" }) then
        self.document:splice(index, 1, { item })
        item.flow = flow.new(self.document, item, item.flow.style, item.flow.indent)
        flow.continue(item.flow, open and open.pieces or { part.text })
      end
      local own_more = flow.draw(item.flow)
      more = more or own_more
      if not open and not own_more then
        flow.close(item.flow)
      end
    end
  end
  return more
end

--- Where a message's items begin.
function Renderer:first_of(group)
  local first = 1
  for index = 1, group - 1 do
    first = first + self.groups[index].count
  end
  return first
end

--- Drops what is drawn of messages that are gone, and makes room for new ones.
function Renderer:align()
  local messages = self.transcript.messages
  local offset = #messages - #self.groups
  local older = offset > 0 and #self.groups > 0 and messages[1].id ~= self.groups[1].id
  if older and messages[offset + 1].id == self.groups[1].id then
    for index = 1, offset do
      table.insert(self.groups, index, { id = messages[index].id, count = 0 })
      self.dirty[messages[index].id] = true
    end
    -- The message that was the first may go on with the turn of the one above.
    self.dirty[messages[offset + 1].id] = true
  end
  local same = 0
  while messages[same + 1] and self.groups[same + 1] and messages[same + 1].id == self.groups[same + 1].id do
    same = same + 1
  end
  if same < #self.groups then
    local first, count = self:first_of(same + 1), 0
    for index = #self.groups, same + 1, -1 do
      count = count + self.groups[index].count
      table.remove(self.groups, index)
    end
    self.document:splice(first, count, {})
  end
  for index = same + 1, #messages do
    self.groups[index] = { id = messages[index].id, count = 0 }
    self.dirty[messages[index].id] = true
  end
end

--- Draws the messages that have changed, until the time is up. True when some are left.
local function draw_messages(self)
  local stop = vim.uv.hrtime() + SLICE_NS
  local first = 1
  for index, group in ipairs(self.groups) do
    if self.dirty[group.id] then
      if vim.uv.hrtime() > stop then
        return true
      end
      local wanted = blocks.of_message(self.transcript, index, self.folds)
      self:reconcile(first, group.count, wanted)
      group.count = #wanted
      self.dirty[group.id] = draw_flows(self, first, group.count) or nil
    end
    first = first + group.count
  end
  return next(self.dirty) ~= nil
end

local function draw_tail(self, width)
  local first = self:first_of(#self.groups + 1)
  self:reconcile(first, #self.document.items - first + 1, tail.blocks(self.transcript, width))
end

function Renderer:draw()
  local buf = self.document.buf
  if not vim.api.nvim_buf_is_valid(buf) then
    return
  end
  local wins = vim.fn.win_findbuf(buf)
  if #wins == 0 then
    return -- drawn when it is shown
  end
  local following = follow.before(buf, wins)
  self:align()
  local more = draw_messages(self)
  draw_tail(self, vim.api.nvim_win_get_width(wins[1]))
  follow.after(buf, following)
  self.drawn_at = vim.uv.hrtime()
  self.on_drawn()
  if more then
    self:later(PAUSE_MS)
  end
end

---@param ms integer
function Renderer:later(ms)
  if self.due then
    return
  end
  self.due = true
  vim.defer_fn(function()
    self.due = false
    local well, problem = xpcall(self.draw, debug.traceback, self)
    if not well then
      log.write("error", "a defect in what handles drawing: " .. problem)
      vim.notify_once("sessiond: a defect in drawing the chat; see :Sessiond log", vim.log.levels.ERROR)
    end
  end, ms)
end

--- Draws soon: at once when the last drawing is long enough ago.
function Renderer:touch()
  local passed = (vim.uv.hrtime() - self.drawn_at) / 1e6
  self:later(math.max(0, math.floor(config.get().chat.redraw_ms - passed)))
end

--- Takes a change of the session in; nothing is drawn yet.
---@param change sessiond.Change
function Renderer:hear(change)
  if change.reset then
    self:touch_all()
  end
  for _, event in ipairs(change.events) do
    local id = event.messageId or (event.message and event.message.id)
    if id then
      self.dirty[id] = true
    elseif event.type == "turn.ended" and #self.transcript.messages > 0 then
      self.dirty[self.transcript.messages[#self.transcript.messages].id] = true
    elseif event.type == "context.trimmed" then
      self:touch_all()
    end
  end
  self:touch()
end

function Renderer:touch_all()
  for _, message in ipairs(self.transcript.messages) do
    self.dirty[message.id] = true
  end
  self:touch()
end

--- Another transcript in the same buffer: that of a session which has just been made.
---@param transcript sessiond.Transcript
function Renderer:show(transcript)
  self.transcript = transcript
  self:touch_all()
end

--- The block in a row, and the row where it begins.
---@param row integer from 0
---@return sessiond.Block?
---@return integer
function Renderer:block(row)
  local item, first = self.document:at(row)
  if not item then
    return nil, 0
  elseif item.flow then
    local part = require("sessiond.session.fold").part(self.transcript, item.message_id, item.part_id)
    local text = part and require("sessiond.session.fold").text(self.transcript, part) or ""
    return {
      id = item.key,
      kind = "text",
      lines = {},
      message_id = item.message_id,
      part_id = item.part_id,
      text = text,
    },
      first
  end
  return item.block, first
end

--- The first row of each message, from 0.
---@return integer[]
function Renderer:message_rows()
  local rows, first = {}, 1
  for _, group in ipairs(self.groups) do
    rows[#rows + 1] = self.document:row(first)
    first = first + group.count
  end
  return rows
end

return M
