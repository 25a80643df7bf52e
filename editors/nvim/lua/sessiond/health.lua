-- `:checkhealth sessiond`: whether the engine is found and starts, what Neovim lacks, what is wrong with options.
local M = {}

local health = vim.health

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

local function check_engine()
  health.start("Engine")
  local command, problem = require("sessiond.engine.binary").find()
  if not command then
    return health.error(problem --[[@as string]])
  end
  health.ok("found: " .. table.concat(command, " "))
  local well, result = pcall(function()
    return vim
      .system(vim.list_extend(vim.list_slice(command), { "--version" }), { text = true, timeout = 10000 })
      :wait()
  end)
  if not well or result.code ~= 0 then
    return health.error("it does not run: " .. vim.trim(well and (result.stderr or "") or tostring(result)))
  end
  health.ok(vim.trim(result.stdout))
  local state = require("sessiond.engine").state()
  health.info(("the connection is %s%s"):format(state.name, state.problem and (": " .. state.problem) or ""))
  health.info("log: " .. require("sessiond.log").path())
end

function M.check()
  check_neovim()
  check_options()
  check_engine()
end

return M
