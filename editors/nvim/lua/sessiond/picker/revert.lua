-- What a revert would take back, shown before it is done: the messages that go, each file with what becomes of it, the
-- diff. Then one key takes back messages and files, or either.
local chat = require("sessiond.chat")
local diff = require("sessiond.chat.cards.diff")
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")

local M = {}

local current ---@type {id: string, message_id: string, words?: string, win: integer}?

local GROUPS = { restored = "SessiondCompleted", removed = "SessiondRemoved", kept = "SessiondWarning" }

---@param result sessiond.RevertResult
---@return sessiond.Line[]
local function lines_of(result)
  local count = result.hidden
  local lines = { { { ("%d message%s go away"):format(count, count == 1 and "" or "s"), "SessiondUser" } }, {} }
  if #result.files == 0 then
    lines[#lines + 1] = { { "No file would change.", "SessiondMuted" } }
  end
  for _, file in ipairs(result.files) do
    lines[#lines + 1] = {
      { ("%-9s"):format(file.outcome), GROUPS[file.outcome] },
      { text.path(file.path) },
      { file.reason and "  " .. text.one_line(file.reason) or "", "SessiondMuted" },
    }
  end
  for _, note in ipairs(result.notes) do
    lines[#lines + 1] = { { text.one_line(note, 400), "SessiondWarning" } }
  end
  if result.diff ~= "" then
    lines[#lines + 1] = {}
    vim.list_extend(lines, diff.lines(result.diff))
  end
  return lines
end

---@param id string
---@param message_id string
---@return string? words of a prompt, to be written anew
local function prompt_of(id, message_id)
  local transcript = session.get(id)
  local message = transcript and transcript.by_id[message_id]
  if not message or message.role ~= "user" then
    return nil
  end
  local texts = {}
  for _, part in ipairs(message.parts) do
    texts[#texts + 1] = part.type == "text" and part.text or nil
  end
  return table.concat(texts, "\n")
end

local function open(id, message_id, result)
  local buf, lines = draw.buffer("sessiond-revert"), lines_of(result)
  draw.lines(buf, lines)
  local win = float.open(buf, {
    title = "Revert",
    footer = float.hints({
      { keys.label("revert", "revert_all"), "takes back all" },
      { keys.label("revert", "revert_messages"), "messages only" },
      { keys.label("revert", "revert_files"), "files only" },
      { "q", "nothing" },
    }),
    width = math.min(100, math.floor(vim.o.columns * 0.8)),
    height = math.max(6, math.min(#lines, math.floor(vim.o.lines * 0.7))),
  })
  vim.wo[win].wrap = false
  current = { id = id, message_id = message_id, words = prompt_of(id, message_id), win = win }
  keys.map("revert", buf)
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, "<cmd>close<CR>", { buffer = buf, nowait = true })
  end
end

--- Shows what taking back this message, and all behind it, would do.
---@param id string
---@param message_id string
function M.show(id, message_id)
  session.revert(id, { messageId = message_id, files = true, dryRun = true }, function(err, result)
    if err then
      log.tell("error", "nothing can be taken back: " .. err.message)
    else
      open(id, message_id, result)
    end
  end)
end

--- Does it. A prompt that was taken back stands in the prompt again, unless there is another.
---@param conversation boolean
---@param files boolean
function M.run(conversation, files)
  local self = current
  if not self then
    return
  end
  current = nil
  pcall(vim.api.nvim_win_close, self.win, true)
  local params = { messageId = self.message_id, conversation = conversation, files = files }
  session.revert(self.id, params, function(err, result)
    if err then
      return log.tell("error", "nothing was taken back: " .. err.message)
    end
    if conversation and self.words and chat.session_id() == self.id and chat.prompt_text() == "" then
      chat.set_prompt(self.words)
    end
    local kept = #vim.tbl_filter(function(file)
      return file.outcome == "kept"
    end, result.files)
    local more = kept > 0 and (", %d files were left as they are"):format(kept) or ""
    log.tell("info", ("taken back%s; `:Sessiond unrevert` brings it again"):format(more))
  end)
end

return M
