-- A session with its two buffers: the transcript and the prompt. One that has no session yet gets it with its first
-- prompt. Windows come and go (`window.lua`); what is typed and drawn stays here.
local fold = require("sessiond.session.fold")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local renderer = require("sessiond.chat.renderer")
local session = require("sessiond.session")

local M = {}

---@class sessiond.Conversation
---@field buf integer
---@field prompt_buf integer
---@field renderer sessiond.Renderer
---@field session_id? string
---@field model? string of the session that will be made
---@field making? (fun(err: sessiond.Error?, id: string?))[] who waits for the session that is being made

local all = {} ---@type sessiond.Conversation[]
local on_drawn = function(_) end

--- Called after each drawing of a conversation.
---@param listener fun(conversation: sessiond.Conversation)
function M.on_drawn(listener)
  on_drawn = listener
end

local function scratch(filetype, name)
  local buf = vim.api.nvim_create_buf(false, true)
  pcall(vim.api.nvim_buf_set_name, buf, ("sessiond://%s/%d"):format(name, buf))
  vim.bo[buf].bufhidden = "hide"
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = filetype
  return buf
end

---@return sessiond.Conversation
local function make()
  local conversation = {}
  conversation.buf = scratch("sessiond", "chat")
  conversation.prompt_buf = scratch("sessiond-prompt", "prompt")
  vim.bo[conversation.buf].modifiable = false
  vim.bo[conversation.buf].undolevels = -1
  conversation.renderer = renderer.new(conversation.buf, fold.new(""), function()
    on_drawn(conversation)
  end)
  keys.map("chat", conversation.buf)
  keys.map("prompt", conversation.prompt_buf)
  vim.api.nvim_create_autocmd("BufWinEnter", {
    buffer = conversation.buf,
    callback = function()
      conversation.renderer:touch()
    end,
  })
  all[#all + 1] = conversation
  return conversation
end

local function is_whole(conversation)
  return vim.api.nvim_buf_is_valid(conversation.buf) and vim.api.nvim_buf_is_valid(conversation.prompt_buf)
end

--- The conversations that there are; those whose buffers somebody has wiped are dropped.
---@return sessiond.Conversation[]
function M.all()
  all = vim.tbl_filter(is_whole, all)
  return all
end

--- The one whose buffer this is.
---@param buf integer
---@return sessiond.Conversation?
function M.of_buffer(buf)
  for _, conversation in ipairs(M.all()) do
    if conversation.buf == buf or conversation.prompt_buf == buf then
      return conversation
    end
  end
end

local function bind(conversation, id)
  conversation.session_id = id
  vim.b[conversation.buf].sessiond_session = id
  vim.b[conversation.prompt_buf].sessiond_session = id
  local transcript = session.get(id)
  if transcript then
    conversation.renderer:show(transcript)
  end
end

--- A conversation that has no session yet: the empty one there is, or a new one.
---@return sessiond.Conversation
function M.fresh()
  for _, conversation in ipairs(M.all()) do
    if not conversation.session_id and not conversation.making then
      return conversation
    end
  end
  return make()
end

--- The conversation of a session, which is followed from now on.
---@param id string
---@return sessiond.Conversation
function M.of_session(id)
  for _, conversation in ipairs(M.all()) do
    if conversation.session_id == id then
      return conversation
    end
  end
  local conversation = make()
  bind(conversation, id)
  session.follow(id, function(err)
    if err then
      log.tell("error", ("the session cannot be opened: %s"):format(err.message))
    else
      bind(conversation, id)
    end
  end)
  return conversation
end

--- Its session, made when there is none.
---@param conversation sessiond.Conversation
---@param callback fun(err: sessiond.Error?, id: string?)
function M.with_session(conversation, callback)
  if conversation.session_id then
    return callback(nil, conversation.session_id)
  elseif conversation.making then
    table.insert(conversation.making, callback)
    return
  end
  conversation.making = { callback }
  session.create({ model = conversation.model }, function(err, made)
    local callbacks = conversation.making or {}
    conversation.making = nil
    if made then
      bind(conversation, made.id)
    end
    for _, each in ipairs(callbacks) do
      each(err, made and made.id)
    end
  end)
end

---@param change sessiond.Change
function M.hear(change)
  for _, conversation in ipairs(all) do
    if conversation.session_id == change.id and is_whole(conversation) then
      conversation.renderer.transcript = change.transcript
      conversation.renderer:hear(change)
    end
  end
end

--- All of them are drawn anew: the engine's state is shown in each.
function M.touch_all()
  for _, conversation in ipairs(M.all()) do
    conversation.renderer:touch()
  end
end

return M
