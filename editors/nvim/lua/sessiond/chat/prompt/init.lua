-- The prompt: a normal buffer whose text is sent. It is emptied when it is sent and gets its text back when the engine
-- did not take it; walking through the history keeps what was being written.
local conversation = require("sessiond.chat.conversation")
local history = require("sessiond.chat.prompt.history")
local log = require("sessiond.log")
local session = require("sessiond.session")

local M = {}

local hooks = {} ---@type fun(prompt: sessiond.Prompt)[]
local walks = {} ---@type table<integer, {at: integer, draft: string}>

--- May change what is sent: mentions become parts.
---@param hook fun(prompt: sessiond.Prompt)
function M.on_send(hook)
  hooks[#hooks + 1] = hook
end

---@param buf integer
---@return string
function M.text(buf)
  return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n")
end

---@param buf integer
---@param text string
function M.set(buf, text)
  local lines = vim.split(text, "\n", { plain = true })
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.api.nvim_win_set_cursor(win, { #lines, #lines[#lines] })
  end
end

--- Adds a text at the prompt's end.
---@param buf integer
---@param text string
function M.insert(buf, text)
  local before = M.text(buf)
  local glue = (before == "" or before:find("%s$")) and "" or " "
  M.set(buf, before .. glue .. text)
end

--- What was not taken stands before what was written since.
local function give_back(pair, text)
  if vim.api.nvim_buf_is_valid(pair.prompt_buf) then
    local since = M.text(pair.prompt_buf)
    M.set(pair.prompt_buf, since == "" and text or (text .. "\n" .. since))
  end
end

--- Sends a prompt in a conversation; without a session one is made.
---@param pair sessiond.Conversation
---@param prompt sessiond.Prompt
---@param written string what goes back to the prompt when it is not taken
function M.deliver(pair, prompt, written)
  for _, hook in ipairs(hooks) do
    hook(prompt)
  end
  local function settle(err)
    pair.renderer:touch()
    if err then
      give_back(pair, written)
      log.tell("error", "the prompt was not taken: " .. err.message)
    end
  end
  conversation.with_session(pair, function(err, id)
    if not id then
      return settle(err)
    end
    session.prompt(id, prompt, settle)
    pair.renderer:touch()
  end)
end

--- Sends what stands in the prompt's buffer.
---@param pair sessiond.Conversation
---@param fields? sessiond.Prompt such as `whenBusy`
function M.send(pair, fields)
  local text = M.text(pair.prompt_buf)
  if not text:find("%S") then
    return
  end
  history.add(text)
  walks[pair.prompt_buf] = nil
  M.set(pair.prompt_buf, "")
  M.deliver(pair, vim.tbl_extend("force", { text = vim.trim(text) }, fields or {}), text)
end

--- Shows an older or a newer prompt; past the newest, what was being written.
---@param buf integer
---@param step -1|1
function M.walk(buf, step)
  local all = history.all()
  local walk = walks[buf] or { at = #all + 1, draft = M.text(buf) }
  local at = math.max(1, math.min(#all + 1, walk.at + step))
  if at == walk.at then
    return
  end
  if walk.at == #all + 1 then
    walk.draft = M.text(buf)
  end
  walk.at = at
  walks[buf] = walk
  M.set(buf, all[at] or walk.draft)
end

return M
