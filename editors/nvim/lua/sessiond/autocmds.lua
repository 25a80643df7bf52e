-- `User` autocommands for others to build on: `SessiondReady`, `SessiondTurnEnded` and so on, with `data`.
-- The help lists them; `docs` of a durable event's type are those of the protocol.
local M = {}

--- The pattern for a type of event: `turn.ended` is `SessiondTurnEnded`.
---@param type string
---@return string
function M.name(type)
  local words = vim.tbl_map(function(word)
    return word:sub(1, 1):upper() .. word:sub(2)
  end, vim.split(type, "%.", { plain = false }))
  return "Sessiond" .. table.concat(words)
end

---@param pattern string such as `SessiondReady`
---@param data? table
function M.emit(pattern, data)
  vim.api.nvim_exec_autocmds("User", { pattern = pattern, modeline = false, data = data })
end

return M
