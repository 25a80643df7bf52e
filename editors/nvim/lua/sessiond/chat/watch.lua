-- What is kept true around the drawing: the windows' bars, and the seconds of what runs.
local conversation = require("sessiond.chat.conversation")
local default_model = require("sessiond.chat.default_model")
local tail = require("sessiond.chat.cards.tail")
local winbar = require("sessiond.chat.winbar")
local window = require("sessiond.chat.window")

local M = {}

local shown = {} ---@type table<integer, string>
local ticking = false

local function set_bar(win, text)
  if vim.api.nvim_win_is_valid(win) and (shown[win] ~= text or vim.wo[win].winbar == "") then
    shown[win] = text
    vim.api.nvim_set_option_value("winbar", text, { scope = "local", win = win })
  end
end

local function update(pair)
  local transcript = pair.renderer.transcript
  for _, view in ipairs(window.views()) do
    if view.buf == pair.buf then
      view.session_id = pair.session_id
      set_bar(view.win, winbar.transcript(transcript, vim.api.nvim_win_get_width(view.win)))
      set_bar(view.prompt_win, winbar.prompt(transcript, vim.api.nvim_win_get_width(view.prompt_win)))
    end
  end
end

--- While a turn runs in a chat that is shown, its seconds count.
local function tick()
  ticking = false
  local runs = false
  for _, pair in ipairs(conversation.all()) do
    if pair.renderer.transcript.turn and #vim.fn.win_findbuf(pair.buf) > 0 then
      runs = true
      pair.renderer:touch()
    end
  end
  if runs then
    M.tick_later()
  end
end

function M.tick_later()
  if not ticking then
    ticking = true
    vim.defer_fn(tick, 1000)
  end
end

function M.attach()
  default_model.attach(conversation.touch_all)
  conversation.on_drawn(function(pair)
    update(pair)
    if tail.doing(pair.renderer.transcript) then
      M.tick_later()
    end
  end)
  local group = vim.api.nvim_create_augroup("sessiond-chat", { clear = true })
  local states = { "SessiondStarting", "SessiondReady", "SessiondRestarting", "SessiondFailed", "SessiondStopped" }
  vim.api.nvim_create_autocmd("User", { group = group, pattern = states, callback = conversation.touch_all })
  vim.api.nvim_create_autocmd("WinResized", { group = group, callback = conversation.touch_all })
end

return M
