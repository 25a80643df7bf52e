-- Questions of sessions that this editor does not follow: the engine knows them, and their chat is opened.
local chat = require("sessiond.chat")
local engine = require("sessiond.engine")
local log = require("sessiond.log")

local M = {}

local function open_oldest(requests)
  table.sort(requests, function(one, other)
    return (one.createdAt or 0) < (other.createdAt or 0)
  end)
  if requests[1] then
    chat.open({ session_id = requests[1].sessionId })
  else
    log.tell("info", "nothing waits for an answer")
  end
end

--- Opens the session whose question waits longest, of all that the engine has.
function M.show()
  engine.request("permission/list", {}, function(err, permissions)
    if err then
      return log.tell("error", "what waits cannot be had: " .. err.message)
    end
    engine.request("question/list", {}, function(other_err, questions)
      open_oldest(vim.list_extend(permissions.permissions, not other_err and questions.questions or {}))
    end)
  end)
end

return M
