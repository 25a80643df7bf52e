-- What the user should know without looking into a chat: a text for statuslines, kept up by events, and a word when a
-- turn ends unseen, at the terminal too while Neovim has no focus.
local chat = require("sessiond.chat")
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local session = require("sessiond.session")
local terminal = require("sessiond.attention.terminal")
local text = require("sessiond.ui.text")

local M = {}

---@class sessiond.Overview
---@field engine string its state: "ready", "restarting", …
---@field running integer sessions with a turn that runs
---@field waiting integer sessions with a question that waits
---@field session? string the title of this tab page's chat
---@field model? string
---@field context? number how full it is, from 0 to 1
---@field cost? number of the session, in US dollars

local overview ---@type sessiond.Overview?
local line ---@type string?
local focused = true

---@return sessiond.Overview
local function look()
  local found = { engine = engine.state().name, running = 0, waiting = 0 }
  for _, transcript in pairs(session.all()) do
    local asks = #transcript.permissions + #transcript.questions > 0
    found.waiting = found.waiting + (asks and 1 or 0)
    found.running = found.running + (transcript.turn and not asks and 1 or 0)
  end
  local id = chat.session_id()
  local transcript = id and session.get(id)
  if transcript then
    local context = transcript.context
    found.session, found.model = transcript.session.title, transcript.session.model
    found.cost = transcript.session.cost
    found.context = context and context.limit and context.limit > 0 and context.used / context.limit or nil
  end
  return found
end

---@return sessiond.Overview
function M.status()
  overview = overview or look()
  return overview
end

local function make_line()
  local found, texts = M.status(), {}
  texts[#texts + 1] = found.waiting > 0 and ("? %d"):format(found.waiting) or nil
  texts[#texts + 1] = found.running > 0 and ("◐ %d"):format(found.running) or nil
  if found.engine == "failed" or found.engine == "restarting" then
    texts[#texts + 1] = "engine " .. found.engine
  end
  texts[#texts + 1] = found.cost and found.cost > 0 and chat.cost(found.cost) or nil
  return table.concat(texts, " ")
end

---@return string
function M.statusline()
  line = line or make_line()
  return line
end

--- Something may be another; statuslines are drawn again.
local function forget()
  local before = line
  overview, line = nil, nil
  if before ~= M.statusline() then
    vim.cmd.redrawstatus({ bang = true })
  end
end

--- A line that needs no key to be gone: never longer than the screen is wide.
---@param words string
---@param level integer
local function tell(words, level)
  vim.notify(text.one_line("sessiond: " .. words, math.max(20, vim.o.columns - 14)), level)
end

---@param transcript sessiond.Transcript
---@param event sessiond.TurnEnded
local function tell_end(transcript, event)
  local options, turn = config.get().notify, transcript.turns[event.turnId]
  local seconds = turn and turn.started_at and (event.at - turn.started_at) / 1000 or 0
  local away = not focused and seconds >= options.long_s
  if event.stopReason == "aborted" or (chat.is_seen(transcript.id) and not away) then
    return
  end
  local title = transcript.session.title
  local words = event.error and ("%s failed: %s"):format(title, event.error.message) or title .. " is done"
  if (event.error and options.failed) or (not event.error and options.done) then
    tell(words, event.error and vim.log.levels.WARN or vim.log.levels.INFO)
    if away and options.terminal then
      terminal.notify(words)
    end
  end
end

---@param change sessiond.Change
local function hear(change)
  local news = change.reset
  for _, event in ipairs(change.events) do
    news = news or event.seq ~= nil or event.type == "context"
    if event.type == "turn.ended" and not change.replayed then
      tell_end(change.transcript, event)
    elseif event.type == "permission.asked" and not focused and config.get().notify.terminal then
      terminal.notify(("%s asks: %s"):format(change.transcript.session.title, event.request.title))
    end
  end
  if news then
    forget()
  end
end

function M.attach()
  session.listen(hear)
  local group = vim.api.nvim_create_augroup("sessiond-attention", { clear = true })
  local function on(events, callback, pattern)
    vim.api.nvim_create_autocmd(events, { group = group, pattern = pattern, callback = callback })
  end
  on({ "FocusGained", "FocusLost" }, function(event)
    focused = event.event == "FocusGained"
  end)
  on({ "TabEnter", "WinClosed" }, vim.schedule_wrap(forget))
  on(
    "User",
    forget,
    { "SessiondReady", "SessiondRestarting", "SessiondFailed", "SessiondStopped", "SessiondChatOpened" }
  )
end

return M
