-- The actions of this room: hunks accepted, taken back, walked through, listed.
local chat = require("sessiond.chat")
local context = require("sessiond.context")
local log = require("sessiond.log")
local past = require("sessiond.review.past")
local session = require("sessiond.session")
local store = require("sessiond.review.store")
local walk = require("sessiond.review.walk")

local M = {}

--- The file under the cursor and its hunk there; the user is told where there is none.
---@return sessiond.Reviewed?
---@return sessiond.Hunk?
local function under_cursor()
  context.look(vim.api.nvim_get_current_buf())
  local entry = walk.here()
  local hunk = entry and walk.hunk(entry)
  if not hunk then
    log.tell("info", entry and "there is no hunk under the cursor" or "nothing in this file waits for review")
  end
  return entry, hunk
end

--- The buffer of a file, loaded for it where there is none.
local function buffer_for(path)
  local buf = context.buffer_of(path)
  if not buf then
    buf = vim.fn.bufadd(path)
    vim.cmd.call({ args = { ("bufload(%d)"):format(buf) }, mods = { noswapfile = true } })
  end
  return buf
end

--- Takes hunks back: the old text comes with one step to undo, and is saved where the buffer was saved.
---@param entry sessiond.Reviewed
---@param hunk? sessiond.Hunk all of the file, where none is given
local function take_back(entry, hunk)
  local buf = buffer_for(entry.path)
  if not vim.bo[buf].modifiable then
    return log.tell("warn", entry.path .. " is not modifiable; nothing was taken back")
  end
  local text = store.without(entry, hunk)
  local removes, revives = entry.created and #text == 0, entry.deleted
  store.rejected(entry, text)
  if removes then
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, {})
    local well, problem = os.remove(entry.path)
    vim.bo[buf].modified = not well
    return not well and log.tell("warn", ("%s could not be removed: %s"):format(entry.path, problem)) or nil
  end
  if revives then
    vim.fn.mkdir(vim.fs.dirname(entry.path), "p")
  end
  context.change(buf, text)
  if revives and vim.uv.fs_stat(entry.path) == nil then
    context.save(buf)
  end
end

function M.accept()
  local entry, hunk = under_cursor()
  if entry and hunk then
    store.accept(entry, hunk)
  end
end

function M.reject_hunk()
  local entry, hunk = under_cursor()
  if entry and hunk then
    take_back(entry, hunk)
  end
end

local function with_file(run)
  context.look(vim.api.nvim_get_current_buf())
  local entry = walk.here()
  if not entry then
    return log.tell("info", "nothing in this file waits for review")
  end
  run(entry)
end

function M.accept_file()
  with_file(store.accept)
end

function M.reject_file()
  with_file(take_back)
end

local function with_all(run, done)
  local all = store.all()
  for _, entry in ipairs(all) do
    local buf = context.buffer_of(entry.path)
    if buf then
      context.look(buf)
    end
    store.settle(entry)
    run(entry)
  end
  local files = ("%d file%s"):format(#all, #all == 1 and "" or "s")
  log.tell("info", #all == 0 and "nothing waits for review" or done:format(files))
end

function M.accept_all()
  with_all(store.accept, "all hunks of %s are accepted")
end

function M.reject_all()
  with_all(take_back, "all hunks of %s are taken back; undo brings them again")
end

function M.next_hunk()
  walk.go(1)
end

function M.previous_hunk()
  walk.go(-1)
end

function M.hunks()
  walk.list()
end

--- What the last turn of the chat's session has changed, where nothing waits.
local function review_last_turn()
  local id = chat.session_id()
  local transcript = id and session.get(id)
  local turn_id = transcript and past.last_turn(transcript)
  if not transcript or not turn_id then
    return log.tell("info", "nothing waits for review")
  end
  past.load(transcript, turn_id, nil, function(err)
    if err then
      log.tell("error", "what was changed cannot be found: " .. err.message)
    elseif not walk.first() then
      log.tell("info", "nothing is left of what the last turn has changed")
    end
  end)
end

function M.review()
  if not walk.first() then
    review_last_turn()
  end
end

return M
