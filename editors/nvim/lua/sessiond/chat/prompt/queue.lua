-- The prompts that wait, as a list to be changed: edited, moved, withdrawn, let go on. It follows the session, so that
-- what another editor changes is seen here.
local chat = require("sessiond.chat")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local session = require("sessiond.session")

local M = {}

local namespace = vim.api.nvim_create_namespace("sessiond-queue")
local current ---@type {buf: integer, id: string}?

---@param entry sessiond.QueuedPrompt
---@return string
local function text_of(entry)
  local texts = {}
  for _, part in ipairs(entry.parts) do
    if part.type == "text" then
      texts[#texts + 1] = part.text
    end
  end
  return table.concat(texts, "\n")
end

local function or_tell(err)
  if err then
    log.tell("error", "the queue was not changed: " .. err.message)
  end
end

local function draw()
  if not current or not vim.api.nvim_buf_is_valid(current.buf) then
    return
  end
  local transcript = session.get(current.id)
  local lines = {}
  for _, entry in ipairs(transcript and transcript.queue or {}) do
    lines[#lines + 1] = (text_of(entry):match("^%s*([^\n]*)"))
  end
  vim.bo[current.buf].modifiable = true
  vim.api.nvim_buf_set_lines(current.buf, 0, -1, false, #lines > 0 and lines or { "No prompt waits." })
  vim.bo[current.buf].modifiable = false
  vim.api.nvim_buf_clear_namespace(current.buf, namespace, 0, -1)
  for row = 0, #lines - 1 do
    local mode = transcript.queue[row + 1].mode == "steer" and "next step" or "next turn"
    local chunk = { { "  " .. mode, "SessiondMuted" } }
    vim.api.nvim_buf_set_extmark(current.buf, namespace, row, 0, { virt_text = chunk, virt_text_pos = "right_align" })
  end
end

--- The waiting prompt under the cursor.
local function entry_here()
  local transcript = current and session.get(current.id)
  local row = vim.api.nvim_win_get_cursor(0)[1]
  return transcript and transcript.queue[row], row, transcript
end

--- What the window's bar says of the keys.
local function bar()
  local texts = {}
  for _, pair in ipairs({
    { "queue_edit", "edits" },
    { "queue_remove", "withdraws" },
    { "help", "keys" },
  }) do
    local key = keys.label("queue", pair[1])
    texts[#texts + 1] = key and ("%%#SessiondKey#%s%%#SessiondBarMuted# %s"):format(key, pair[2]) or nil
  end
  return "%#SessiondBar# Waiting  " .. table.concat(texts, "  ")
end

local stop_listening

function M.queue()
  local id = chat.need_session()
  if not id then
    return
  end
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].filetype = "sessiond-queue"
  current = { buf = buf, id = id }
  local win = vim.api.nvim_open_win(buf, true, { split = "below", height = 8 })
  vim.wo[win].winbar = bar()
  vim.wo[win].fillchars = "eob: "
  vim.wo[win].wrap = false
  keys.map("queue", buf)
  vim.keymap.set("n", "q", "<cmd>close<CR>", { buffer = buf })
  draw()
  if not stop_listening then
    stop_listening = session.listen(function(change)
      if current and change.id == current.id then
        draw()
      end
    end)
  end
end

--- The text of the prompt in a buffer: writing it changes the prompt.
function M.queue_edit()
  local entry = entry_here()
  if not entry then
    return
  end
  local id, buf = current.id, vim.api.nvim_create_buf(false, false)
  vim.api.nvim_buf_set_name(buf, "sessiond://waiting/" .. entry.id)
  vim.bo[buf].buftype, vim.bo[buf].bufhidden, vim.bo[buf].swapfile = "acwrite", "wipe", false
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, vim.split(text_of(entry), "\n", { plain = true }))
  vim.bo[buf].modified = false
  vim.bo[buf].filetype = "markdown"
  vim.api.nvim_create_autocmd("BufWriteCmd", {
    buffer = buf,
    callback = function()
      local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\n")
      vim.bo[buf].modified = false -- at once, for `:wq`
      session.queue(id, "update", { queueId = entry.id, text = text }, function(err)
        or_tell(err)
        if err and vim.api.nvim_buf_is_valid(buf) then
          vim.bo[buf].modified = true
        end
      end)
    end,
  })
  local win = vim.api.nvim_open_win(buf, true, { split = "above", height = 8 })
  vim.wo[win].winbar = "%#SessiondBar# Waiting prompt  %#SessiondKey#:w%#SessiondBarMuted# keeps the change"
end

function M.queue_remove()
  local entry = entry_here()
  if entry then
    session.queue(current.id, "remove", { queueId = entry.id }, or_tell)
  end
end

local function move(step)
  local entry, row, transcript = entry_here()
  local target = entry and row + step or 0
  if target < 1 or target > #transcript.queue then
    return
  end
  local ids = vim.tbl_map(function(each)
    return each.id
  end, transcript.queue)
  table.insert(ids, target, table.remove(ids, row))
  session.queue(current.id, "reorder", { queueIds = ids }, or_tell)
  vim.api.nvim_win_set_cursor(0, { target, 0 })
end

function M.queue_up()
  move(-1)
end

function M.queue_down()
  move(1)
end

function M.queue_resume()
  local id = current and current.id or chat.need_session()
  if id then
    session.queue(id, "resume", nil, or_tell)
  end
end

return M
