-- The actions of this room: pages opened, and what is done on them.
local chat = require("sessiond.chat")
local log = require("sessiond.pages.log")
local mcp = require("sessiond.pages.mcp")
local page = require("sessiond.pages.page")
local picker = require("sessiond.picker")
local rules = require("sessiond.pages.rules")
local trust = require("sessiond.pages.trust")
local wire = require("sessiond.pages.wire")

local M = {}

function M.usage()
  local id = chat.need_session()
  if id then
    require("sessiond.pages.usage").open(id)
  end
end

function M.status()
  require("sessiond.pages.status").open()
end

M.mcp = mcp.open
M.trust = trust.open
M.rules = rules.open
M.wire = wire.open
M.wire_clear = wire.clear
M.page_refresh = page.refresh
M.page_close = page.close
M.log_filter = log.filter
M.log_level = log.level

function M.log(invocation)
  log.open(invocation.args)
end

--- The provider may be an argument.
function M.key(invocation)
  if invocation.args ~= "" then
    return require("sessiond.picker.sources.providers").enter_key(invocation.args)
  end
  picker.open(picker.source("providers"))
end

--- Does something with what the line under the cursor is about, where there is something.
local function with_item(run, ...)
  local item, more = page.item(), { ... }
  if item then
    table.insert(more, item)
    run(unpack(more))
  end
end

function M.mcp_connect()
  with_item(mcp.change, "mcp/connect")
end

function M.mcp_disconnect()
  with_item(mcp.change, "mcp/disconnect")
end

function M.mcp_login()
  with_item(mcp.login)
end

function M.mcp_log()
  with_item(mcp.show_log)
end

function M.trust_accept()
  trust.decide(true)
end

function M.trust_withdraw()
  trust.decide(false)
end

function M.rule_remove()
  with_item(rules.remove)
end

return M
