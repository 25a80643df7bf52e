-- The sessions that this editor has open, by id, and who listens to them. Filled by the subscriptions.
local fold = require("sessiond.session.fold")

local M = {}

local transcripts = {} ---@type table<string, sessiond.Transcript>
local listeners = {} ---@type fun(change: sessiond.Change)[]

---@param id string
---@return sessiond.Transcript?
function M.get(id)
  return transcripts[id]
end

--- The transcript of a session, an empty one at first.
---@param id string
---@return sessiond.Transcript
function M.open(id)
  transcripts[id] = transcripts[id] or fold.new(id)
  return transcripts[id]
end

---@param id string
function M.forget(id)
  transcripts[id] = nil
end

---@return table<string, sessiond.Transcript>
function M.all()
  return transcripts
end

--- Hears of every change of every session, on the main loop, after the transcript has it.
---@param listener fun(change: sessiond.Change)
---@return fun() stop
function M.listen(listener)
  listeners[#listeners + 1] = listener
  return function()
    for index, each in ipairs(listeners) do
      if each == listener then
        table.remove(listeners, index)
        return
      end
    end
  end
end

---@param change sessiond.Change
function M.tell(change)
  for _, listener in ipairs(vim.list_slice(listeners)) do
    listener(change)
  end
end

return M
