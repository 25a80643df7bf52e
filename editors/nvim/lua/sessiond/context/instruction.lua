-- `:Sessiond edit`: an instruction for some lines, asked for in a float, sent without opening the chat, its progress
-- shown above those lines until its turn ends. The session is the chat's, or one for all such edits.
local chat = require("sessiond.chat")
local documents = require("sessiond.context.documents")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local mentions = require("sessiond.context.mentions")
local session = require("sessiond.session")
local ui_text = require("sessiond.ui.text")

local M = {}

local namespace = vim.api.nvim_create_namespace("sessiond-instruction")

---@class sessiond.Instruction
---@field buf integer
---@field first integer lines, from 1
---@field last integer
---@field mention string
---@field text? string what it says already

---@class sessiond.InstructionRun
---@field target sessiond.Instruction
---@field mark integer
---@field session_id? string
---@field queue_id? string while the prompt waits
---@field turn_id? string

local runs = {} ---@type sessiond.InstructionRun[]
local own_session ---@type string?
local listening = false

---@param run sessiond.InstructionRun
---@param words string
local function show(run, words)
  local buf = run.target.buf
  if not vim.api.nvim_buf_is_valid(buf) then
    return
  end
  local at = vim.api.nvim_buf_get_extmark_by_id(buf, namespace, run.mark, {})
  local row = at[1] or run.target.first - 1
  local stop = keys.label("global", "abort")
  local line = { { "◐ ", "SessiondRunning" }, { ui_text.one_line(words, 60), "SessiondMuted" } }
  vim.list_extend(line, stop and { { "  " .. stop, "SessiondKey" }, { " stops", "SessiondMuted" } } or {})
  vim.api.nvim_buf_set_extmark(buf, namespace, math.min(row, vim.api.nvim_buf_line_count(buf) - 1), 0, {
    id = run.mark,
    virt_lines = { line },
    virt_lines_above = row > 0,
  })
end

---@param run sessiond.InstructionRun
local function finish(run)
  for index, each in ipairs(runs) do
    if each == run then
      table.remove(runs, index)
    end
  end
  if vim.api.nvim_buf_is_valid(run.target.buf) then
    vim.api.nvim_buf_del_extmark(run.target.buf, namespace, run.mark)
  end
end

---@type table<string, fun(run: sessiond.InstructionRun, event: any, transcript: sessiond.Transcript)>
local follow = {
  ["message.added"] = function(run, event)
    if event.message.id == run.queue_id then
      run.turn_id = event.message.turnId
      show(run, "works…")
    end
  end,
  ["tool.changed"] = function(run, event, transcript)
    local part = session.part(transcript, event.messageId, event.partId)
    if part and run.turn_id and transcript.turn and transcript.turn.id == run.turn_id then
      show(run, ("%s %s"):format(part.name, event.state.title or ""))
    end
  end,
  ["permission.asked"] = function(run)
    show(run, "asks for leave: :Sessiond questions")
  end,
  ["turn.ended"] = function(run, event, transcript)
    if event.turnId ~= run.turn_id then
      return
    end
    finish(run)
    local last = transcript.messages[#transcript.messages]
    local said = {}
    for _, part in ipairs(last and last.role == "assistant" and last.parts or {}) do
      said[#said + 1] = part.type == "text" and session.text(transcript, part) or nil
    end
    local words = event.error and event.error.message or table.concat(said, " ")
    if event.error then
      log.tell("error", "the edit failed: " .. words)
    elseif words:find("%S") then
      log.tell("info", ui_text.one_line(words, 160))
    end
  end,
}

local function hear(change)
  for _, run in ipairs(vim.list_slice(runs)) do
    if run.session_id == change.id then
      for _, event in ipairs(change.events) do
        local on = follow[event.type]
        if on then
          on(run, event, change.transcript)
        end
      end
    end
  end
end

--- The session that such edits go to: the chat's, else their own.
---@param callback fun(err: sessiond.Error?, id: string?)
local function with_session(callback)
  local id = chat.session_id() or own_session
  local transcript = id and session.get(id)
  if transcript and not transcript.deleted then
    return callback(nil, id)
  end
  session.create(nil, function(err, made)
    own_session = made and made.id
    callback(err, own_session)
  end)
end

---@param target sessiond.Instruction
---@param text string
local function send(target, text)
  if not listening then
    listening = true
    session.listen(hear)
  end
  local mark = vim.api.nvim_buf_set_extmark(target.buf, namespace, target.first - 1, 0, {})
  local run = { target = target, mark = mark }
  runs[#runs + 1] = run
  show(run, "is sent…")
  documents.flush()
  local written = ("Edit %s as follows, and nothing else: %s"):format(target.mention, text)
  local parts = mentions.parts(target.mention, mentions.directory())
  table.insert(parts, 1, { type = "text", text = written })
  local function settle(err, accepted)
    if err then
      finish(run)
      log.tell("error", "the instruction was not taken: " .. err.message)
    elseif accepted then
      run.turn_id, run.queue_id = accepted.turnId, accepted.queueId
      show(run, run.turn_id and "works…" or "waits for its turn…")
    end
  end
  with_session(function(err, id)
    if not id then
      return settle(err)
    end
    run.session_id = id
    session.prompt(id, { parts = parts }, settle)
  end)
end

--- Where a float of three lines stands: below the lines, above them where there is no room.
---@param target sessiond.Instruction
---@return integer? row
---@return integer? col
local function place(target)
  local first, last = vim.fn.screenpos(0, target.first, 1), vim.fn.screenpos(0, target.last, 1)
  if vim.api.nvim_get_current_buf() ~= target.buf or last.row == 0 then
    return
  elseif last.row + 3 <= vim.o.lines - vim.o.cmdheight - 1 then
    return last.row, last.col - 1
  end
  return first.row >= 4 and first.row - 4 or nil, last.col - 1
end

--- Asks what is to be done with some lines, unless it is said already, and lets it be done.
---@param target sessiond.Instruction
function M.ask(target)
  if target.text and target.text ~= "" then
    return send(target, target.text)
  end
  local lines = target.first == target.last and ("line %d"):format(target.first)
    or ("lines %d-%d"):format(target.first, target.last)
  local row, col = place(target)
  require("sessiond.ui.input").ask({ title = "Edit " .. lines, row = row, col = col }, function(text)
    if text and text:find("%S") then
      send(target, text)
    end
  end)
end

return M
