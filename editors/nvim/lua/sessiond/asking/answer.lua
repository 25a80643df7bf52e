-- Gives answers to the engine. The first answer to a question wins: one that comes second is told of, and does no harm.
local card = require("sessiond.asking.card")
local engine = require("sessiond.engine")
local log = require("sessiond.log")

local M = {}

local GONE = { alreadyAnswered = true, permissionNotFound = true, questionNotFound = true }

local underway = {} ---@type table<string, true> by request

---@param waiting sessiond.Waiting
---@param err sessiond.Error
local function tell(waiting, err)
  if GONE[err.kind] then
    local by = err.data and err.data.by
    log.tell("info", ("%s: it was answered already%s"):format(card.title(waiting), by and ", by " .. by or ""))
  else
    log.tell("error", ("%s: it could not be answered: %s"):format(card.title(waiting), err.message))
  end
end

---@param waiting sessiond.Waiting
---@param method string
---@param params table
---@param callback? fun(err: sessiond.Error?, result: any) gets errors that are not told here
local function reply(waiting, method, params, callback)
  local id = waiting.request.id
  if underway[id] then
    return
  end
  underway[id] = true
  params.requestId = id
  engine.request(method, params, function(err, result)
    underway[id] = nil
    if err and not (callback and not GONE[err.kind]) then
      tell(waiting, err)
    elseif callback then
      callback(err, result)
    end
  end)
end

--- Decides about a call.
---@param waiting sessiond.Waiting
---@param decision sessiond.Decision
---@param feedback? string for the model
function M.decide(waiting, decision, feedback)
  reply(waiting, "permission/reply", { decision = decision, feedback = feedback }, function(err, result)
    if err then
      tell(waiting, err)
    elseif decision == "allowAlways" and result.decision ~= decision then
      log.tell("info", "no rule could be saved for it; it was allowed this once")
    end
  end)
end

--- Answers what a tool or a server wants to know. The callback hears of content that does not fit.
---@param waiting sessiond.Waiting
---@param answer sessiond.QuestionAnswer
---@param callback? fun(err: sessiond.Error?)
function M.question(waiting, answer, callback)
  reply(waiting, "question/reply", { answer = answer }, callback)
end

return M
