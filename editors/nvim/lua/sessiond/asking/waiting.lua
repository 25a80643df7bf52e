-- The questions that wait, of all sessions that this editor follows: each once, the oldest first. Cards, floats and
-- answers are made of these.
local chat = require("sessiond.chat")
local config = require("sessiond.config")
local session = require("sessiond.session")

local M = {}

---@class sessiond.Waiting
---@field kind "permission"|"question" about a call, or what a tool or a server wants to know
---@field request sessiond.PermissionRequest|sessiond.QuestionRequest
---@field session_id string of the followed session; the request's own may be a child of it

local shown_since = {} ---@type table<string, number> by request, the ms of the clock that runs evenly

---@param one sessiond.Waiting
---@param other sessiond.Waiting
local function is_older(one, other)
  local mine, its = one.request.createdAt or 0, other.request.createdAt or 0
  return mine < its or (mine == its and one.request.id < other.request.id)
end

--- What waits in a session and its children.
---@param transcript sessiond.Transcript
---@return sessiond.Waiting[]
function M.of(transcript)
  local list = {}
  if transcript.deleted then
    return list
  end
  for kind, requests in pairs({ permission = transcript.permissions, question = transcript.questions }) do
    for _, request in ipairs(requests) do
      list[#list + 1] = { kind = kind, request = request, session_id = transcript.id }
    end
  end
  table.sort(list, is_older)
  return list
end

--- What waits anywhere. A child's question is told to those who follow its parent too: it is taken where it is seen.
---@return sessiond.Waiting[]
function M.all()
  local by_id, list = {}, {}
  for _, transcript in pairs(session.all()) do
    for _, waiting in ipairs(M.of(transcript)) do
      local known = by_id[waiting.request.id]
      if not known or chat.is_seen(waiting.session_id) then
        by_id[waiting.request.id] = waiting
      end
    end
  end
  for _, waiting in pairs(by_id) do
    list[#list + 1] = waiting
  end
  table.sort(list, is_older)
  return list
end

--- What waits in sessions whose chat is not shown in this tab page.
---@return sessiond.Waiting[]
function M.unseen()
  return vim.tbl_filter(function(waiting)
    return not chat.is_seen(waiting.session_id)
  end, M.all())
end

--- The one that an answer is for: the oldest of this chat's session, else the oldest of all.
---@return sessiond.Waiting?
function M.current()
  local id = chat.session_id()
  local transcript = id and session.get(id)
  return transcript and M.of(transcript)[1] or M.all()[1]
end

--- Notes what stands first now, and so is shown with its keys; forgets what is gone.
function M.note()
  local known = shown_since
  shown_since = {}
  for _, transcript in pairs(session.all()) do
    local first = M.of(transcript)[1]
    if first then
      shown_since[first.request.id] = known[first.request.id] or vim.uv.now()
    end
  end
end

--- Whether it has been shown long enough to have been read.
---@param waiting sessiond.Waiting
---@return boolean
function M.is_settled(waiting)
  local since = shown_since[waiting.request.id]
  return since ~= nil and vim.uv.now() - since >= config.get().asking.settle_ms
end

return M
