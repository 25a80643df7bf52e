-- The chat as the other rooms see it: opened, closed, asked where the user is, added to. The parts behind it are in
-- this folder; nobody else loads them.
local conversation = require("sessiond.chat.conversation")
local engine = require("sessiond.engine")
local log = require("sessiond.log")
local prompt = require("sessiond.chat.prompt")
local session = require("sessiond.session")
local tail = require("sessiond.chat.cards.tail")
local tool = require("sessiond.chat.cards.tool")
local watch = require("sessiond.chat.watch")
local winbar = require("sessiond.chat.winbar")
local window = require("sessiond.chat.window")

local M = {}

M.add_tail = tail.add
M.add_tool_card = tool.add
M.on_send = prompt.on_send
M.view = window.view

function M.attach()
  session.listen(conversation.hear)
  watch.attach()
end

--- The conversation of this tab page's chat; in a buffer of one, that one.
---@return sessiond.Conversation?
function M.conversation()
  local view = window.view()
  return conversation.of_buffer(vim.api.nvim_get_current_buf()) or (view and window.conversation(view))
end

---@return string?
function M.session_id()
  local pair = M.conversation()
  return pair and pair.session_id
end

--- The block under the cursor of the transcript.
---@return sessiond.Block?
function M.block()
  local view, pair = window.view(), M.conversation()
  if view and pair then
    return (pair.renderer:block(vim.api.nvim_win_get_cursor(view.win)[1] - 1))
  end
end

--- Opens the chat in this tab page, or shows another session in it; the cursor goes to the prompt.
---@param options? {session_id?: string, fresh?: boolean, layout?: "split"|"float"|"tab"}
---@return sessiond.View
function M.open(options)
  options = options or {}
  local pair = options.session_id and conversation.of_session(options.session_id)
    or (not options.fresh and M.conversation())
    or conversation.fresh()
  local view = window.view()
  if view and options.layout and options.layout ~= view.layout then
    window.close(view)
    view = nil
  end
  if not view then
    view = window.open(pair, options.layout)
  elseif view.buf ~= pair.buf then
    window.show(view, pair)
  end
  window.focus_prompt(view)
  if engine.state().name == "stopped" then
    engine.start() -- so that it runs when the prompt is written
  end
  pair.renderer:touch()
  return view
end

function M.close()
  local view = window.view()
  if view then
    window.close(view)
  end
end

--- Draws a session's chats soon, after a change that is not one of the session.
---@param id string
function M.redraw(id)
  for _, pair in ipairs(conversation.all()) do
    if pair.session_id == id then
      pair.renderer:touch()
    end
  end
end

--- Whether a session's transcript is in a window of this tab page.
---@param id string
---@return boolean
function M.is_seen(id)
  local view = window.view()
  local pair = view and window.conversation(view)
  return pair ~= nil and pair.session_id == id
end

--- Sends a prompt that was written elsewhere, in this tab page's chat, which is opened for it.
---@param text string
---@param fields? sessiond.Prompt
function M.send(text, fields)
  M.open()
  local pair = assert(M.conversation())
  prompt.deliver(pair, vim.tbl_extend("force", { text = text }, fields or {}), text)
end

---@return string
function M.prompt_text()
  local pair = M.conversation()
  return pair and prompt.text(pair.prompt_buf) or ""
end

--- Opens the chat with this text in its prompt.
---@param text string
function M.set_prompt(text)
  prompt.set(M.open().prompt_buf, text)
end

--- Opens the chat and adds to its prompt.
---@param text string
function M.insert_prompt(text)
  prompt.insert(M.open().prompt_buf, text)
end

--- The session of this chat, or a word to the user that there is none.
---@return string?
function M.need_session()
  local id = M.session_id()
  if not id then
    log.tell("info", "there is no session here yet; send a prompt first, or choose one by :Sessiond sessions")
  end
  return id
end

M.tokens = winbar.tokens
M.cost = winbar.cost

return M
