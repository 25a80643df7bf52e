-- The actions of this room: what is selected (or the buffer) is asked about, explained, fixed, edited, mentioned; a
-- buffer is compared with its file.
local focus = require("sessiond.context.focus")
local chat = require("sessiond.chat")
local compare = require("sessiond.context.compare")
local diagnostics = require("sessiond.context.diagnostics")
local documents = require("sessiond.context.documents")
local instruction = require("sessiond.context.instruction")
local log = require("sessiond.log")
local mentions = require("sessiond.context.mentions")

local M = {}

function M.complete(action, lead)
  return action == "add" and vim.fn.getcompletion(lead, "file") or {}
end

--- How the lines of an invocation are mentioned; without a range, the buffer.
---@param invocation sessiond.Invocation
---@return string?
local function mention(invocation)
  local buf = focus.buffer()
  if not buf then
    return log.tell("info", "there is no buffer to speak of; open a file first")
  end
  local ranged = invocation.range > 0 and buf == vim.api.nvim_get_current_buf()
  local from, to = ranged and invocation.line1 or nil, ranged and invocation.line2 or nil
  if not documents.is_file(buf) then
    return ("@buffer:%d%s"):format(buf, from and (":%d-%d"):format(from, to) or "")
  end
  local path = vim.api.nvim_buf_get_name(buf)
  return mentions.mention_of(vim.fs.relpath(mentions.directory(), path) or path, from, to)
end

--- Visual mode ends, so that its selection is the last one.
local function leave_visual(invocation)
  if invocation.visual then
    vim.cmd.normal({ vim.keycode("<Esc>"), bang = true })
  end
end

function M.ask(invocation)
  leave_visual(invocation)
  local text = mention(invocation)
  if not text then
    return
  elseif invocation.args ~= "" then
    return chat.send(("%s %s"):format(invocation.args, text))
  end
  chat.insert_prompt(text .. " ")
  vim.cmd.startinsert({ bang = true })
end

function M.explain(invocation)
  leave_visual(invocation)
  local text = mention(invocation)
  if text then
    chat.send(vim.trim(("Explain %s. %s"):format(text, invocation.args)))
  end
end

function M.fix(invocation)
  leave_visual(invocation)
  local text = mention(invocation)
  if not text then
    return
  end
  local first = invocation.range > 0 and invocation.line1 or 1
  local last = invocation.range > 0 and invocation.line2 or math.huge
  local found = diagnostics.lines(focus.buffer(), first, last)
  local problems = #found > 0 and ("The language servers say:\n\n" .. table.concat(found, "\n")) or ""
  chat.send(vim.trim(("Fix %s. %s\n\n%s"):format(text, invocation.args, problems)))
end

function M.edit(invocation)
  leave_visual(invocation)
  local text = mention(invocation)
  local buf = focus.buffer()
  if text and buf then
    local last = invocation.range > 0 and invocation.line2 or vim.api.nvim_win_get_cursor(0)[1]
    local first = invocation.range > 0 and invocation.line1 or last
    instruction.ask({ buf = buf, first = first, last = last, mention = text, text = invocation.args })
  end
end

function M.add(invocation)
  leave_visual(invocation)
  local text
  if invocation.args ~= "" then
    local path = vim.fn.fnamemodify(vim.fn.expand(invocation.args), ":p")
    text = mentions.mention_of(vim.fs.relpath(mentions.directory(), path) or path)
  else
    text = mention(invocation)
  end
  if text then
    chat.insert_prompt(text .. " ")
    vim.cmd.startinsert({ bang = true })
  end
end

function M.compare()
  compare.open()
end

return M
