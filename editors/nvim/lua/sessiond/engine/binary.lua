-- Finds the engine: the option `cmd`, else `sessiond` on the PATH. Called by the connection and by `:checkhealth`.
local config = require("sessiond.config")

local M = {}

M.ADVICE = "install it with `pipx install sessiond` (or `uv tool install sessiond`), or set the option `cmd`"

---@return string[]? command
---@return string? problem what is wrong and what to do, for people
function M.find()
  local cmd = config.get().cmd
  if cmd == nil then
    local path = vim.fn.exepath("sessiond")
    if path == "" then
      return nil, "there is no `sessiond` on the PATH; " .. M.ADVICE
    end
    return { path }
  end
  if type(cmd[1]) ~= "string" or vim.fn.executable(cmd[1]) == 0 then
    return nil, ("the option `cmd` names %s, which cannot be run"):format(vim.inspect(cmd[1]))
  end
  return cmd
end

return M
