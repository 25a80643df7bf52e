-- What waits for an answer of the user, kept in sight: as a card at the end of its chat, else as a float in the corner
-- and a notification. Gone as soon as it is answered, wherever that was.
local card = require("sessiond.asking.card")
local chat = require("sessiond.chat")
local config = require("sessiond.config")
local corner = require("sessiond.asking.corner")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")
local waiting = require("sessiond.asking.waiting")

local M = {}

M.waiting = waiting.all

local told = {} ---@type table<string, true> requests that the user was told of
local mapped = {} ---@type table<integer, true> buffers of chats that have the keys

--- Tells of questions that have come while their chat is not shown.
local function tell()
  local known = told
  told = {}
  for _, each in ipairs(waiting.all()) do
    local id = each.request.id
    told[id] = true
    if not known[id] and config.get().notify.asks and not chat.is_seen(each.session_id) then
      local transcript = session.get(each.session_id)
      local title = transcript and transcript.session.title or "a session"
      -- Never longer than the screen is wide, else it would ask for a key.
      log.tell("info", text.one_line(("%s asks: %s"):format(title, card.title(each)), math.max(20, vim.o.columns - 25)))
    end
  end
end

local function refresh()
  waiting.note()
  tell()
  corner.touch()
end

--- Whether the keys answer in a chat's buffer: the cursor is on the question, or in a prompt without a text.
---@param buf integer
---@return boolean
local function applies(buf)
  local id = vim.b[buf].sessiond_session
  local transcript = id and session.get(id)
  local first = transcript and waiting.of(transcript)[1]
  if not first or not waiting.is_settled(first) then
    return false
  elseif vim.bo[buf].filetype == "sessiond-prompt" then
    return vim.api.nvim_buf_line_count(buf) == 1 and vim.api.nvim_buf_get_lines(buf, 0, 1, false)[1] == ""
  end
  local block = chat.block()
  return block ~= nil and block.kind == "question"
end

--- Maps the keys in the buffers of a chat, once; where no question waits they do what they always do.
---@param view sessiond.View
local function map(view)
  for _, buf in ipairs({ view.buf, view.prompt_buf }) do
    if not mapped[buf] then
      mapped[buf] = true
      keys.map("question", buf, nil, function()
        return applies(buf)
      end)
    end
  end
end

--- Whether a change may have changed what waits.
---@param change sessiond.Change
local function concerns(change)
  if change.reset then
    return true
  end
  for _, event in ipairs(change.events) do
    if event.type:find("^permission%.") or event.type:find("^question%.") or event.type == "session.deleted" then
      return true
    end
  end
  return false
end

function M.attach()
  chat.add_tail({ name = "questions", order = 30, blocks = card.blocks })
  session.listen(function(change)
    if concerns(change) then
      refresh()
    end
  end)
  local group = vim.api.nvim_create_augroup("sessiond-asking", { clear = true })
  vim.api.nvim_create_autocmd("User", {
    group = group,
    pattern = "SessiondChatOpened",
    callback = function(event)
      map(event.data)
      corner.touch()
    end,
  })
  vim.api.nvim_create_autocmd({ "WinClosed", "TabEnter", "VimResized", "WinEnter" }, {
    group = group,
    callback = function()
      if #waiting.all() > 0 then
        corner.touch()
      end
    end,
  })
end

return M
