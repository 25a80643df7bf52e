-- Files on the disk as the review reads and removes them.
local M = {}

local MOST_BYTES = 8 * 1024 * 1024

--- The lines of a file; nil where it is not there, not plain, or too large to be reviewed.
---@param path string
---@return string[]?
function M.lines(path)
  local stat = vim.uv.fs_stat(path)
  local file = stat and stat.type == "file" and stat.size <= MOST_BYTES and io.open(path, "rb")
  if not file then
    return nil
  end
  local content = file:read("*a") or ""
  file:close()
  if content == "" then
    return {}
  end
  local lines =
    vim.split((content:gsub("^\239\187\191", ""):gsub("\r\n", "\n"):gsub("%z", "\n")), "\n", { plain = true })
  if lines[#lines] == "" then
    lines[#lines] = nil
  end
  return lines
end

return M
