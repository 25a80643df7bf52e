-- What a turn has changed, found afterwards: a revert that is only tried says what files were before. For files that
-- commands have changed, and for `:Sessiond review` of a session that was opened later.
local context = require("sessiond.context")
local disk = require("sessiond.review.disk")
local log = require("sessiond.log")
local session = require("sessiond.session")
local store = require("sessiond.review.store")
local unified = require("sessiond.review.unified")

local M = {}

--- The first message of a turn.
---@param transcript sessiond.Transcript
---@param turn_id string
---@return string?
local function first_message(transcript, turn_id)
  for _, message in ipairs(transcript.messages) do
    if message.turnId == turn_id then
      return message.id
    end
  end
end

--- The last turn that has changed files.
---@param transcript sessiond.Transcript
---@return string? turn_id
function M.last_turn(transcript)
  for index = #transcript.messages, 1, -1 do
    local message = transcript.messages[index]
    for _, part in ipairs(message.parts) do
      if next((context.touched({ type = "part.ended", part = part }))) then
        return message.turnId
      end
    end
  end
end

--- The file of a result that a diff is of: diffs have paths relative to the project.
local function path_of(diff, files)
  local name = diff.old or diff.new
  for _, file in ipairs(files) do
    if name and (file.path == name or vim.endswith(file.path, "/" .. name)) then
      return file.path
    end
  end
end

---@param result sessiond.RevertResult
---@param wanted? table<string, true>
local function take(result, wanted)
  for _, diff in ipairs(unified.parse(result.diff)) do
    local path = path_of(diff, result.files)
    if path and (not wanted or wanted[path]) then
      local buf = context.buffer_of(path)
      local now = buf and context.lines(buf) or disk.lines(path)
      local before = unified.apply(now or {}, diff)
      if before then
        store.changed(path, before, now or {}, { created = diff.new == nil, deleted = now == nil })
      else
        log.write("info", path .. " cannot be reviewed: its change is too long, or it was changed since")
      end
    end
  end
end

--- Lets what a turn and those after it have changed wait for review.
---@param transcript sessiond.Transcript
---@param turn_id string
---@param wanted? table<string, true> only these files
---@param callback? fun(err: sessiond.Error?)
function M.load(transcript, turn_id, wanted, callback)
  local message_id = first_message(transcript, turn_id)
  if not message_id then
    return
  end
  local params = { messageId = message_id, conversation = false, files = true, dryRun = true }
  session.revert(transcript.id, params, function(err, result)
    if result then
      take(result, wanted)
    end
    if callback then
      callback(err)
    end
  end)
end

return M
