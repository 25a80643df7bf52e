-- The actions of the chat: its windows, what is sent, and what is done with what is under the cursor.
local chat = require("sessiond.chat")
local log = require("sessiond.log")
local prompt = require("sessiond.chat.prompt")
local session = require("sessiond.session")
local window = require("sessiond.chat.window")

local M = {}

local LAYOUTS = { "split", "float", "tab" }

function M.complete(action, lead)
  local choices = action == "chat" and LAYOUTS or {}
  return vim.tbl_filter(function(choice)
    return vim.startswith(choice, lead)
  end, choices)
end

--- What an error of the engine is told with.
local function or_tell(what)
  return function(err)
    if err then
      log.tell("error", what .. ": " .. err.message)
    end
  end
end

function M.chat(invocation)
  local layout = invocation.words[1]
  if layout and not vim.tbl_contains(LAYOUTS, layout) then
    return log.tell("error", ("a chat opens as split, float or tab, not as %s"):format(layout))
  end
  if window.view() and not layout then
    return chat.close()
  end
  chat.open({ layout = layout })
end

function M.new()
  chat.open({ fresh = true })
end

function M.close()
  chat.close()
end

function M.prompt()
  chat.open()
  vim.cmd.startinsert({ bang = true })
end

function M.transcript()
  local view = window.view() or chat.open()
  vim.api.nvim_set_current_win(view.win)
end

function M.send(invocation)
  if invocation.args ~= "" then
    return chat.send(invocation.args)
  end
  local pair = chat.conversation()
  if pair then
    prompt.send(pair)
  end
end

function M.steer(invocation)
  local pair = chat.conversation()
  if invocation.args ~= "" then
    chat.send(invocation.args, { whenBusy = "steer" })
  elseif pair then
    prompt.send(pair, { whenBusy = "steer" })
  end
end

function M.abort()
  local id = chat.session_id()
  local transcript = id and session.get(id)
  if id and transcript and transcript.turn then
    session.abort(id, or_tell("it could not be stopped"))
  elseif vim.api.nvim_get_mode().mode == "i" then
    vim.cmd.stopinsert() -- the key's own meaning, where nothing is to be stopped
  end
end

function M.summarize(invocation)
  local id = chat.need_session()
  if id then
    local instructions = invocation.args ~= "" and invocation.args or nil
    session.summarize(id, { instructions = instructions }, or_tell("the conversation was not summarized"))
  end
end

function M.init()
  chat.open()
  local pair = assert(chat.conversation())
  require("sessiond.chat.conversation").with_session(pair, function(err, id)
    if id then
      session.init_project(id, or_tell("the project was not surveyed"))
    else
      or_tell("there is no session")(err)
    end
  end)
end

--- Opens or closes the cards of the transcript, or the one that is named.
local function set_folds(open, only)
  local pair = chat.conversation()
  if not pair then
    return
  end
  for _, item in ipairs(pair.renderer.document.items) do
    local block = item.block
    local folds = block and (block.kind == "tool" or block.kind == "reasoning" or block.kind == "summary")
    if folds and (not only or block.id == only) then
      pair.renderer.folds[block.id] = open
      pair.renderer.dirty[block.message_id] = true
    end
  end
  pair.renderer:draw()
end

function M.fold()
  local block = chat.block()
  if block and (block.kind == "tool" or block.kind == "reasoning" or block.kind == "summary") then
    local text = block.lines[block.kind == "summary" and 2 or 1][1][1]
    local open = vim.startswith(text, require("sessiond.config").get().chat.symbols.open)
    set_folds(not open, block.id)
  end
end

function M.fold_all()
  set_folds(false)
end

function M.unfold_all()
  set_folds(true)
end

--- All of a text in a buffer of its own, beside the chat.
local function show_text(text, filetype)
  vim.cmd.new({ mods = { split = "topleft" } })
  local buf = vim.api.nvim_get_current_buf()
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = "nofile", "wipe", false
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(text, "\n", { plain = true }))
  vim.bo[buf].modifiable = false
  vim.bo[buf].filetype = filetype or ""
  vim.keymap.set("n", "q", "<cmd>close<CR>", { buffer = buf })
end

--- A file named in the line under the cursor, opened outside of the chat.
local function open_file(path)
  local directory = session.get(chat.session_id() or "")
  local root = directory and directory.session.directory or vim.fn.getcwd()
  path = vim.startswith(path, "/") and path or vim.fs.joinpath(root, path)
  if vim.fn.filereadable(path) == 0 then
    return false
  end
  vim.cmd.wincmd("p")
  local view = window.view()
  local win = vim.api.nvim_get_current_win()
  if view and (win == view.win or win == view.prompt_win) then
    vim.cmd.new({ mods = { split = "topleft" } })
  end
  vim.cmd.edit({ args = { path }, magic = { file = false, bar = false } })
  return true
end

function M.open()
  local block = chat.block()
  if not block then
    return
  end
  local input = block.data and type(block.data.state) == "table" and block.data.state.input
  if type(input) == "table" and type(input.filePath) == "string" and open_file(input.filePath) then
    return
  elseif block.kind == "tool" and block.text then
    return show_text(block.text)
  end
  open_file(vim.fn.expand("<cfile>"))
end

function M.copy()
  local block = chat.block()
  if block and block.text then
    vim.fn.setreg(vim.v.register, block.text)
    vim.fn.setreg("+", block.text)
    vim.notify(("sessiond: copied %d characters"):format(vim.fn.strchars(block.text)))
  end
end

local function go(step)
  local view, pair = window.view(), chat.conversation()
  if not view or not pair then
    return
  end
  local here, target = vim.api.nvim_win_get_cursor(view.win)[1] - 1, nil
  for _, row in ipairs(pair.renderer:message_rows()) do
    if step > 0 and row > here and not target then
      target = row
    elseif step < 0 and row < here then
      target = row
    end
  end
  if target then
    vim.api.nvim_win_set_cursor(view.win, { target + 1, 0 })
  elseif step < 0 and pair.session_id then
    session.older(pair.session_id, or_tell("older messages cannot be had"))
  end
end

function M.next_message()
  go(1)
end

function M.previous_message()
  go(-1)
end

function M.history_back()
  prompt.walk(vim.api.nvim_get_current_buf(), -1)
end

function M.history_on()
  prompt.walk(vim.api.nvim_get_current_buf(), 1)
end

function M.help()
  require("sessiond.chat.help").show()
end

return setmetatable(M, { __index = require("sessiond.chat.prompt.queue") })
