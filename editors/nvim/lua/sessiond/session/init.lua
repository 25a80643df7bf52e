-- The sessions as the other rooms see them: transcripts to read and to listen to, and everything that can be done with
-- a session. Callbacks get an error of the engine, or the result; they run on the main loop.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local fold = require("sessiond.session.fold")
local outbox = require("sessiond.session.outbox")
local store = require("sessiond.session.store")
local subscription = require("sessiond.session.subscription")

local M = {}

---@alias sessiond.Callback fun(err: sessiond.Error?, result: any)

M.get = store.get
M.all = store.all
M.listen = store.listen
M.text = fold.text
M.part = fold.part
M.follow = subscription.follow
M.leave = subscription.leave
M.unsent = outbox.of

function M.attach()
  subscription.attach()
  outbox.attach()
end

---@param callback? sessiond.Callback
---@return sessiond.Callback
local function then_adopt(callback)
  return function(err, session)
    if not err then
      subscription.adopt(session)
    end
    if callback then
      callback(err, session)
    end
  end
end

--- Makes a session in the options' directory, and follows it.
---@param params? {directory?: string, title?: string, model?: string}
---@param callback? fun(err: sessiond.Error?, session: sessiond.Session?)
function M.create(params, callback)
  local own = { directory = config.directory(), model = config.get().model }
  engine.request("session/create", vim.tbl_extend("force", own, params or {}), then_adopt(callback))
end

--- Prompts. It is kept until the engine has taken it, over the engine's death as well; with an error it was not taken,
--- and whoever called has it back.
---@param id string
---@param prompt sessiond.Prompt
---@param callback? fun(err: sessiond.Error?, accepted: sessiond.ChatAccepted?)
function M.prompt(id, prompt, callback)
  local own = { sessionId = id, respond = "accepted", whenBusy = config.get().prompt.when_busy }
  outbox.add(vim.tbl_extend("force", own, prompt), callback or function() end)
end

---@param id string
---@param callback? sessiond.Callback
function M.abort(id, callback)
  engine.request("session/abort", { sessionId = id }, callback)
end

---@param id string
---@param params? {model?: string, instructions?: string}
---@param callback? sessiond.Callback
function M.summarize(id, params, callback)
  local own = { sessionId = id, respond = "accepted" }
  engine.request("session/summarize", vim.tbl_extend("force", own, params or {}), callback)
end

---@param id string
---@param callback? sessiond.Callback
function M.init_project(id, callback)
  engine.request("session/initProject", { sessionId = id, respond = "accepted" }, callback)
end

---@param id string
---@param params {title?: string, archived?: boolean, model?: string}
---@param callback? sessiond.Callback
function M.update(id, params, callback)
  engine.request("session/update", vim.tbl_extend("force", { sessionId = id }, params), callback)
end

--- Makes a session of another's messages up to one, and follows it.
---@param id string
---@param message_id? string the last one that is kept
---@param callback? fun(err: sessiond.Error?, session: sessiond.Session?)
function M.fork(id, message_id, callback)
  engine.request("session/fork", { sessionId = id, messageId = message_id }, then_adopt(callback))
end

---@param id string
---@param params {messageId: string, conversation?: boolean, files?: boolean, dryRun?: boolean}
---@param callback? fun(err: sessiond.Error?, result: sessiond.RevertResult?)
function M.revert(id, params, callback)
  engine.request("session/revert", vim.tbl_extend("force", { sessionId = id }, params), callback)
end

---@param id string
---@param params? {dryRun?: boolean}
---@param callback? fun(err: sessiond.Error?, result: sessiond.RevertResult?)
function M.unrevert(id, params, callback)
  engine.request("session/unrevert", vim.tbl_extend("force", { sessionId = id }, params or {}), callback)
end

---@param id string
---@param callback? sessiond.Callback
function M.delete(id, callback)
  engine.request("session/delete", { sessionId = id }, callback)
end

---@param params? sessiond.ListParams
---@param callback fun(err: sessiond.Error?, result: sessiond.ListResult?)
function M.list(params, callback)
  engine.request("session/list", params, callback)
end

---@param id string
---@param callback fun(err: sessiond.Error?, result: sessiond.UsageResult?)
function M.usage(id, callback)
  engine.request("session/usage", { sessionId = id }, callback)
end

--- `queue/update`, `queue/remove`, `queue/reorder`, `queue/resume`.
---@param id string
---@param verb "update"|"remove"|"reorder"|"resume"
---@param params? table
---@param callback? sessiond.Callback
function M.queue(id, verb, params, callback)
  engine.request("queue/" .. verb, vim.tbl_extend("force", { sessionId = id }, params or {}), callback)
end

--- Puts an older page in front of the transcript, where there is one.
---@param id string
---@param callback? fun(err: sessiond.Error?)
function M.older(id, callback)
  local transcript = store.get(id)
  if not transcript or not transcript.cursor then
    return
  end
  engine.request("session/messages", { sessionId = id, before = transcript.cursor }, function(err, page)
    if not err then
      fold.prepend(transcript, page)
      store.tell({ id = id, transcript = transcript, events = {}, reset = true })
    end
    if callback then
      callback(err)
    end
  end)
end

return M
