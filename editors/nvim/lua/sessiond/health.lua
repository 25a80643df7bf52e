-- `:checkhealth sessiond`: what Neovim lacks, what is wrong with options, whether the engine is found, starts and can
-- store, which models can be used, what waits for trust.
local health = vim.health

local M = {}

local WAIT_MS = 15000

local function check_neovim()
  health.start("Neovim")
  if vim.fn.has("nvim-0.11") == 1 then
    health.ok(tostring(vim.version()))
  else
    health.error("Neovim 0.11 or newer is needed")
  end
  if pcall(vim.treesitter.language.inspect, "markdown_inline") then
    health.ok("the parser markdown_inline is there: emphasis and links are highlighted")
  else
    health.warn("the parser markdown_inline is missing: emphasis and links are shown plain")
  end
  if vim.o.termguicolors or vim.fn.has("gui_running") == 1 then
    health.ok("true colours")
  else
    health.info("without 'termguicolors' there are fewer colours; everything can be told apart without them")
  end
  if vim.o.encoding ~= "utf-8" or vim.o.ambiwidth ~= "single" then
    health.warn("'ambiwidth' is double: symbols such as ✓ may stand too wide; the option `chat.symbols` changes them")
  end
end

local function check_options()
  health.start("Options")
  local _, problems = require("sessiond.config").resolve(vim.g.sessiond)
  for _, problem in ipairs(problems) do
    health.error(problem)
  end
  if #problems == 0 then
    health.ok("they can all be used")
  end
end

---@return boolean found
local function check_binary()
  health.start("Engine")
  local command, problem = require("sessiond.engine.binary").find()
  if not command then
    health.error(problem --[[@as string]], {
      "Install sessiond so that it is on the PATH of Neovim",
      'Or name it: vim.g.sessiond = { cmd = { "/path/to/sessiond" } }',
    })
    return false
  end
  health.ok("found: " .. table.concat(command, " "))
  local run = vim.list_extend(vim.list_slice(command), { "--version" })
  local well, result = pcall(function()
    return vim.system(run, { text = true, timeout = WAIT_MS }):wait()
  end)
  if not well or result.code ~= 0 then
    health.error("it does not run: " .. vim.trim(well and (result.stderr or "") or tostring(result)))
    return false
  end
  health.ok(vim.trim(result.stdout))
  return true
end

--- Asks the engine, and waits for its answer.
---@param method string
---@param params? table
---@return any result
local function ask(method, params)
  local done, problem, answer = false, nil, nil
  require("sessiond.engine").request(method, params, function(err, result)
    done, problem, answer = true, err, result
  end)
  vim.wait(WAIT_MS, function()
    return done
  end, 20)
  if problem or not done then
    health.error(("%s: %s"):format(method, problem and problem.message or "there is no answer"))
  end
  return answer
end

---@param status sessiond.StatusResult
local function report_status(status)
  health.ok(
    ("it answers: version %s, protocol %d, process %d"):format(status.version, status.protocolVersion, status.pid)
  )
  local stores = status.storage == "open" or status.storage == "closed"
  local storage = ("storage in %s: %s"):format(status.dataDirectory, status.storage)
  local report = stores and health.ok or health.error
  report(storage)
  local sandbox = status.sandbox
  if sandbox.state == "none" then
    health.warn("shell commands run without a sandbox" .. (sandbox.reason and ": " .. sandbox.reason or ""))
  else
    health.ok("shell commands run in a sandbox: " .. sandbox.state)
  end
end

local function check_models()
  local result = ask("model/list", { directory = require("sessiond.config").directory() })
  if not result then
    return
  end
  local usable = vim.tbl_filter(function(model)
    return model.usable
  end, result.models)
  local default = require("sessiond.config").get().model or result.default
  if default then
    health.ok("model: " .. default)
  end
  if #usable > 0 then
    health.ok(("%d of %d models can be used"):format(#usable, #result.models))
  elseif not default then
    health.warn("no model can be used", { ":Sessiond key enters a provider's key", "`sessiond doctor` says more" })
  end
end

local function check_project()
  local status = ask("project/status", { directory = require("sessiond.config").directory() })
  if status and #status.waiting > 0 then
    health.warn(("%d settings of this project wait for trust"):format(#status.waiting), { ":Sessiond trust" })
  end
end

local function check_engine()
  local status = ask("server/status")
  if status then
    report_status(status)
    check_models()
    check_project()
  end
  health.info("log: " .. require("sessiond.log").path())
end

function M.check()
  check_neovim()
  check_options()
  if check_binary() then
    check_engine()
  end
end

return M
