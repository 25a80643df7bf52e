-- The windows of a chat: the transcript with the prompt below it, as a split, a float or in a tab of their own; one
-- chat a tab page. What stands in them belongs to a conversation.
local autocmds = require("sessiond.autocmds")
local config = require("sessiond.config")
local conversation = require("sessiond.chat.conversation")

local M = {}

--- A split has at least so many columns where the editor has room for them.
local LEAST_COLUMNS = 48
--- The prompt begins with so many lines, and grows with its text.
local PROMPT_LINES = 3

local views = {} ---@type table<integer, sessiond.View>

---@return sessiond.View?
function M.view()
  local tab = vim.api.nvim_get_current_tabpage()
  local view = views[tab]
  if view and vim.api.nvim_win_is_valid(view.win) then
    return view
  end
  views[tab] = nil
end

---@return sessiond.View[]
function M.views()
  local found = {}
  for tab, view in pairs(views) do
    if vim.api.nvim_tabpage_is_valid(tab) and vim.api.nvim_win_is_valid(view.win) then
      found[#found + 1] = view
    else
      views[tab] = nil
    end
  end
  return found
end

local function share(total, part)
  return math.max(3, math.floor(total * part))
end

local function float(buf, geometry, options)
  local own = { relative = "editor", style = "minimal", border = options.border }
  return vim.api.nvim_open_win(buf, false, vim.tbl_extend("force", own, geometry))
end

--- Both windows of a float, one above the other in the middle of the editor.
local function open_float(pair)
  local options = config.get().chat
  local width = share(vim.o.columns, options.float.width) - 2
  local height = share(vim.o.lines - vim.o.cmdheight, options.float.height) - 4
  local prompt_height = math.min(PROMPT_LINES + 1, math.max(1, height - 4))
  local row = math.max(0, math.floor((vim.o.lines - height - 4) / 2))
  local col = math.max(0, math.floor((vim.o.columns - width - 2) / 2))
  local top = { row = row, col = col, width = width, height = height - prompt_height }
  local win = float(pair.buf, top, options.float)
  local below = { row = row + top.height + 2, col = col, width = width, height = prompt_height }
  return win, float(pair.prompt_buf, below, options.float)
end

local function open_split(pair, layout)
  local options = config.get().chat
  local win
  if layout == "tab" then
    vim.cmd.tabnew()
    win = vim.api.nvim_get_current_win()
    local empty = vim.api.nvim_win_get_buf(win)
    vim.api.nvim_win_set_buf(win, pair.buf)
    pcall(vim.api.nvim_buf_delete, empty, {})
  else
    local upright = options.side == "left" or options.side == "right"
    local least = math.max(20, math.min(LEAST_COLUMNS, vim.o.columns - LEAST_COLUMNS + 12))
    win = vim.api.nvim_open_win(pair.buf, false, {
      split = options.side,
      win = -1,
      width = upright and math.max(least, share(vim.o.columns, options.size)) or nil,
      height = not upright and share(vim.o.lines, options.size) or nil,
    })
  end
  local prompt_win = vim.api.nvim_open_win(pair.prompt_buf, false, {
    split = "below",
    win = win,
    height = PROMPT_LINES + 1,
  })
  return win, prompt_win
end

local LIST = [[^\s*\%(\d\+[.)]\|[-*+>]\)\s\+]]

local function set_up(win, own)
  local options = {
    number = false,
    relativenumber = false,
    signcolumn = "no",
    foldcolumn = "0",
    list = false,
    spell = false,
    wrap = true,
    linebreak = true,
    breakindent = true,
    cursorline = false,
    colorcolumn = "",
    statuscolumn = " ",
    fillchars = "eob: ",
    breakindentopt = "list:-1",
    winfixbuf = true,
  }
  for name, value in pairs(vim.tbl_extend("force", options, own)) do
    vim.api.nvim_set_option_value(name, value, { scope = "local", win = win })
  end
end

--- The prompt's window is as high as its text, up to `chat.prompt_height`.
local function grow(view)
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "BufWinEnter" }, {
    group = vim.api.nvim_create_augroup("sessiond-prompt-" .. view.prompt_win, { clear = true }),
    callback = function(event)
      if event.buf ~= view.prompt_buf or not vim.api.nvim_win_is_valid(view.prompt_win) then
        return
      end
      local most = math.max(PROMPT_LINES, config.get().chat.prompt_height)
      local lines = vim.api.nvim_win_text_height(view.prompt_win, {}).all
      local height = math.max(PROMPT_LINES, math.min(most, lines))
      if vim.api.nvim_win_get_height(view.prompt_win) ~= height + 1 then
        vim.api.nvim_win_set_height(view.prompt_win, height + 1) -- the bar above it counts
      end
    end,
  })
end

--- A window of the chat that is closed takes the other one with it.
local function close_together(view)
  vim.api.nvim_create_autocmd("WinClosed", {
    pattern = { tostring(view.win), tostring(view.prompt_win) },
    once = true,
    callback = function()
      vim.schedule(function()
        vim.api.nvim_create_augroup("sessiond-prompt-" .. view.prompt_win, { clear = true })
        M.close(view)
      end)
    end,
  })
end

---@param pair sessiond.Conversation
---@param layout? "split"|"float"|"tab"
---@return sessiond.View
function M.open(pair, layout)
  layout = layout or config.get().chat.layout
  local win, prompt_win
  if layout == "float" then
    win, prompt_win = open_float(pair)
  else
    win, prompt_win = open_split(pair, layout)
  end
  vim.bo[pair.buf].formatlistpat = LIST
  set_up(win, { conceallevel = 2, concealcursor = "nc", scrolloff = 0, winfixwidth = layout == "split" })
  set_up(prompt_win, { winfixheight = true })
  local view = {
    tab = vim.api.nvim_get_current_tabpage(),
    layout = layout,
    win = win,
    prompt_win = prompt_win,
    buf = pair.buf,
    prompt_buf = pair.prompt_buf,
    session_id = pair.session_id,
  }
  views[view.tab] = view
  close_together(view)
  if layout ~= "float" then
    grow(view)
  end
  M.to_end(view)
  autocmds.emit("SessiondChatOpened", view)
  return view
end

--- Shows another conversation in the windows there are.
---@param view sessiond.View
---@param pair sessiond.Conversation
function M.show(view, pair)
  for win, buf in pairs({ [view.win] = pair.buf, [view.prompt_win] = pair.prompt_buf }) do
    vim.wo[win].winfixbuf = false
    vim.api.nvim_win_set_buf(win, buf)
    vim.wo[win].winfixbuf = true
  end
  view.buf, view.prompt_buf, view.session_id = pair.buf, pair.prompt_buf, pair.session_id
  M.to_end(view)
  pair.renderer:touch()
  autocmds.emit("SessiondChatOpened", view)
end

---@param view sessiond.View
function M.to_end(view)
  vim.api.nvim_win_set_cursor(view.win, { vim.api.nvim_buf_line_count(view.buf), 0 })
end

---@param view sessiond.View
function M.close(view)
  views[view.tab] = nil
  for _, win in ipairs({ view.prompt_win, view.win }) do
    if vim.api.nvim_win_is_valid(win) then
      local only = #vim.api.nvim_list_wins() == 1
      if only then
        vim.wo[win].winfixbuf = false
        vim.api.nvim_win_set_buf(win, vim.api.nvim_create_buf(true, false))
      else
        pcall(vim.api.nvim_win_close, win, true)
      end
    end
  end
end

---@param view sessiond.View
function M.focus_prompt(view)
  vim.api.nvim_set_current_win(view.prompt_win)
end

---@param view sessiond.View
---@return sessiond.Conversation?
function M.conversation(view)
  return conversation.of_buffer(view.buf)
end

return M
