-- The MCP servers of the project: how each is and why, what it gives; started, stopped, logged in at.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local log = require("sessiond.log")
local page = require("sessiond.pages.page")
local text = require("sessiond.ui.text")

local M = {}

local WAIT = 20

local MARKS = {
  ready = { "✓ ", "SessiondCompleted" },
  starting = { "◐ ", "SessiondRunning" },
  restarting = { "◐ ", "SessiondWarning" },
  failed = { "✗ ", "SessiondFailed" },
  needsAuth = { "? ", "SessiondQuestion" },
  untrusted = { "? ", "SessiondQuestion" },
}

---@param server sessiond.McpServer
---@return string
local function gives(server)
  local words = { ("%d tools"):format(#(server.tools or {})) }
  words[#words + 1] = (server.prompts or 0) > 0 and ("%d prompts"):format(server.prompts) or nil
  words[#words + 1] = (server.resources or 0) > 0 and ("%d resources"):format(server.resources) or nil
  words[#words + 1] = #(server.leftOut or {}) > 0 and ("%d tools left out"):format(#server.leftOut) or nil
  return table.concat(words, ", ")
end

---@param servers sessiond.McpServer[]
---@return sessiond.Line[] lines
---@return table<integer, sessiond.McpServer> items
function M.lines(servers)
  local lines, items = {}, {}
  local function add(server, line)
    lines[#lines + 1] = line
    items[#lines] = server
  end
  for _, server in ipairs(servers) do
    add(server, {
      MARKS[server.state] or { "  ", nil },
      { ("%-18s "):format(text.one_line(server.name, 40)), "SessiondTool" },
      { ("%-11s"):format(server.state), "SessiondMuted" },
      { " " .. (server.state == "ready" and gives(server) or ""), "SessiondToolTitle" },
      { server.source and "  " .. text.path(server.source, 40) or "", "SessiondMuted" },
    })
    for _, line in ipairs(server.reason and text.lines(server.reason, 4) or {}) do
      add(server, { { "    " .. line, "SessiondWarning" } })
    end
    for _, left in ipairs(server.leftOut or {}) do
      add(server, { { "    left out: " .. text.one_line(left), "SessiondMuted" } })
    end
  end
  if #lines == 0 then
    lines[1] = { { "No MCP server is configured for this project.", "SessiondMuted" } }
  end
  return lines, items
end

local function load(show)
  local function ask(wait)
    engine.request("mcp/list", { directory = config.directory(), wait = wait }, function(err, result)
      if err then
        return show(page.problem(err))
      end
      show(M.lines(result.servers))
      local starting = vim.iter(result.servers):any(function(server)
        return server.state == "starting"
      end)
      if starting and not wait then
        ask(WAIT)
      end
    end)
  end
  ask()
end

function M.open()
  page.open({
    title = "MCP servers",
    place = "mcp",
    hints = {
      { "mcp_connect", "starts" },
      { "mcp_disconnect", "stops" },
      { "mcp_login", "logs in" },
      { "mcp_log", "log" },
    },
    load = load,
  })
end

---@param method "mcp/connect"|"mcp/disconnect"
---@param server sessiond.McpServer
function M.change(method, server)
  engine.request(method, { name = server.name, directory = config.directory() }, function(err)
    if err then
      log.tell("error", ("%s: %s"):format(server.name, err.message))
    end
    page.refresh()
  end)
end

--- Opens the address where the user logs in, of the browser's kinds only.
---@param server sessiond.McpServer
function M.login(server)
  if server.authUrl and server.authUrl:find("^https?://") then
    vim.ui.open(server.authUrl)
  else
    log.tell("info", ("%s asks for no login"):format(server.name))
  end
end

--- What a server has written, in a buffer of its own.
---@param server sessiond.McpServer
function M.show_log(server)
  engine.request("mcp/logs", { name = server.name, directory = config.directory() }, function(err, result)
    if err then
      return log.tell("error", err.message)
    end
    page.open({
      title = server.name .. ": " .. text.path(result.file, 50),
      load = function(show)
        show(vim.tbl_map(function(line)
          return { { line } }
        end, text.lines(result.text ~= "" and result.text or "It has written nothing.")))
      end,
    })
  end)
end

return M
