-- The actions of this room: the pickers opened, and what is done with the session of the chat.
local chat = require("sessiond.chat")
local engine = require("sessiond.engine")
local list = require("sessiond.picker.list")
local log = require("sessiond.log")
local models = require("sessiond.picker.sources.models")
local picker = require("sessiond.picker")
local revert = require("sessiond.picker.revert")
local session = require("sessiond.session")
local sessions = require("sessiond.picker.sources.sessions")

local M = {}

local AGAIN_MS = 8000
local asked = { id = nil, at = 0 } -- a session that was to be deleted, once

local function whole(id)
  local transcript = session.get(id)
  return transcript and transcript.session or { id = id, title = "" }
end

--- Once an engine runs its abilities are known, and a list can watch from the first on.
local function when_ready(run)
  if engine.state().name == "ready" then
    return run()
  end
  engine.request("server/status", nil, function(err)
    if err and err.kind == "engineLost" then
      log.tell("error", err.message)
    else
      run()
    end
  end)
end

function M.sessions(invocation)
  when_ready(function()
    picker.open(picker.source("sessions"), invocation.args)
  end)
end

--- With an argument it is the model itself.
function M.models(invocation)
  if invocation.args:find("/") then
    return models.set(invocation.args)
  end
  picker.open(picker.source("models"), invocation.args)
end

function M.messages(invocation)
  if chat.need_session() then
    picker.open(picker.source("messages"), invocation.args)
  end
end

function M.rename(invocation)
  local id = chat.need_session()
  if not id then
    return
  elseif invocation.args == "" then
    return sessions.rename(whole(id))
  end
  session.update(id, { title = invocation.args }, function(err)
    if err then
      log.tell("error", "the session was not renamed: " .. err.message)
    end
  end)
end

--- The message under the cursor of the transcript; elsewhere none.
local function message_here()
  local block = vim.bo.filetype == "sessiond" and chat.block()
  return block and block.message_id or nil
end

function M.fork()
  local id = chat.need_session()
  if id then
    sessions.fork(id, message_here())
  end
end

--- A session is deleted by the command given twice.
function M.delete()
  local id = chat.need_session()
  if not id then
    return
  elseif asked.id == id and vim.uv.now() - asked.at < AGAIN_MS then
    asked.id = nil
    return sessions.delete(id)
  end
  asked = { id = id, at = vim.uv.now() }
  log.tell("warn", ("once more deletes %q for good"):format(whole(id).title))
end

function M.archive()
  local id = chat.need_session()
  if id then
    local archived = not whole(id).archived
    sessions.archive(id, archived, function()
      log.tell("info", archived and "archived; once more brings it back" or "it is among the sessions again")
    end)
  end
end

function M.revert()
  local id = chat.need_session()
  local message_id = message_here()
  if id and message_id then
    revert.show(id, message_id)
  elseif id then
    picker.open(picker.source("messages"))
  end
end

function M.unrevert()
  local id = chat.need_session()
  if id then
    session.unrevert(id, nil, function(err)
      if err then
        log.tell("error", "nothing was brought again: " .. err.message)
      end
    end)
  end
end

function M.revert_all()
  revert.run(true, true)
end

function M.revert_messages()
  revert.run(true, false)
end

function M.revert_files()
  revert.run(false, true)
end

for _, name in ipairs({ "pick", "pick_next", "pick_previous", "pick_close", "pick_everywhere", "pick_archived" }) do
  M[name] = function()
    list.act(name)
  end
end

return M
