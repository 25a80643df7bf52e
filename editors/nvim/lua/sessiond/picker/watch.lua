-- Keeps lists of sessions true without polling: the engine tells of every change. One that cannot is made up for by the
-- events of the sessions that this editor follows.
local engine = require("sessiond.engine")
local session = require("sessiond.session")

local M = {}

---@class sessiond.Watcher
---@field directory? string
---@field take fun(changed: sessiond.Session[], deleted: string[])
---@field again fun() nothing is known any more: list anew

local watchers = {} ---@type table<sessiond.Watcher, true>

local TOLD = { ["session.updated"] = true, ["turn.started"] = true, ["turn.ended"] = true, ["session.deleted"] = true }

local function each(run)
  for watcher in pairs(vim.tbl_extend("force", {}, watchers)) do
    run(watcher)
  end
end

local function ask(watcher)
  if engine.has("sessions/watch") then
    engine.request("sessions/watch", { directory = watcher.directory })
  end
end

--- Watches from now on; to be called before the sessions are listed.
---@param watcher sessiond.Watcher
---@return fun() stop
function M.begin(watcher)
  watchers[watcher] = true
  ask(watcher)
  return function()
    watchers[watcher] = nil
    if next(watchers) == nil and engine.has("sessions/unwatch") then
      engine.request("sessions/unwatch", {})
    end
  end
end

local function again()
  each(function(watcher)
    ask(watcher)
    watcher.again()
  end)
end

function M.attach()
  engine.on_notification("sessions/changed", function(params)
    each(function(watcher)
      watcher.take(params.changed or {}, params.deleted or {})
    end)
  end)
  engine.on_notification("sessions/resync", again)
  engine.on_ready(again)
  session.listen(function(change)
    if engine.has("sessions/watch") or next(watchers) == nil then
      return
    end
    for _, event in ipairs(change.events) do
      if TOLD[event.type] then
        return each(function(watcher)
          watcher.again()
        end)
      end
    end
  end)
end

return M
