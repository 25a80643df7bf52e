-- What is kept true around the drawing: the windows' bars, the seconds of what runs, a word to the user when something
-- ends that they do not see, and the text for a statusline.
local config = require("sessiond.config")
local conversation = require("sessiond.chat.conversation")
local engine = require("sessiond.engine")
local session = require("sessiond.session")
local tail = require("sessiond.chat.cards.tail")
local winbar = require("sessiond.chat.winbar")
local window = require("sessiond.chat.window")

local M = {}

--- After these the text for a statusline may be another.
local STATUS_EVENTS = {
  ["turn.started"] = true,
  ["turn.ended"] = true,
  ["permission.asked"] = true,
  ["permission.replied"] = true,
  ["question.asked"] = true,
  ["question.answered"] = true,
}

local default_model ---@type string?
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

local function is_seen(id)
  for _, pair in ipairs(conversation.all()) do
    if pair.session_id == id and #vim.fn.win_findbuf(pair.buf) > 0 then
      return true
    end
  end
  return false
end

---@param change sessiond.Change
local function tell_ends(change)
  if change.replayed or change.reset or is_seen(change.id) then
    return
  end
  local options = config.get().notify
  for _, event in ipairs(change.events) do
    if event.type == "turn.ended" then
      local title = change.transcript.session.title
      if event.error and options.failed then
        vim.notify(("sessiond: %s failed: %s"):format(title, event.error.message), vim.log.levels.WARN)
      elseif event.stopReason == "endTurn" and options.done then
        vim.notify(("sessiond: %s is done"):format(title), vim.log.levels.INFO)
      end
    end
  end
end

--- A short text for a statusline: what goes on in all open sessions.
---@return string
function M.statusline()
  local running, waiting = 0, 0
  for _, transcript in pairs(session.all()) do
    local asks = #transcript.permissions + #transcript.questions > 0
    waiting = waiting + (asks and 1 or 0)
    running = running + (transcript.turn and not asks and 1 or 0)
  end
  local state = engine.state().name
  local texts = {}
  texts[#texts + 1] = waiting > 0 and ("? %d"):format(waiting) or nil
  texts[#texts + 1] = running > 0 and ("◐ %d"):format(running) or nil
  texts[#texts + 1] = (state == "failed" or state == "restarting") and ("engine " .. state) or nil
  return table.concat(texts, " ")
end

--- The model that new sessions get, once the engine has said it.
---@return string?
function M.default_model()
  return config.get().model or default_model
end

local function ask_default_model()
  engine.request("model/list", { directory = config.directory() }, function(err, result)
    default_model = not err and result.default or default_model
    conversation.touch_all()
  end)
end

function M.attach()
  engine.on_ready(function()
    vim.schedule(ask_default_model)
  end)
  conversation.on_drawn(function(pair)
    update(pair)
    if tail.doing(pair.renderer.transcript) then
      M.tick_later()
    end
  end)
  session.listen(function(change)
    tell_ends(change)
    for _, event in ipairs(change.events) do
      if event.seq and STATUS_EVENTS[event.type] then
        vim.cmd.redrawstatus({ bang = true })
        return
      end
    end
  end)
  local group = vim.api.nvim_create_augroup("sessiond-chat", { clear = true })
  local states = { "SessiondStarting", "SessiondReady", "SessiondRestarting", "SessiondFailed", "SessiondStopped" }
  vim.api.nvim_create_autocmd("User", { group = group, pattern = states, callback = conversation.touch_all })
  vim.api.nvim_create_autocmd("WinResized", { group = group, callback = conversation.touch_all })
end

return M
