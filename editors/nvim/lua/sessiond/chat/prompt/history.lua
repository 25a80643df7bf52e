-- The prompts that were sent, the newest last, kept in a file over restarts and shared by all chats.
local config = require("sessiond.config")

local M = {}

local entries ---@type string[]?

local function path()
  return vim.fs.joinpath(vim.fn.stdpath("state") --[[@as string]], "sessiond", "prompts.json")
end

---@return string[]
function M.all()
  if not entries then
    local file = io.open(path(), "r")
    local text = file and file:read("*a") or "[]"
    if file then
      file:close()
    end
    local well, read = pcall(vim.json.decode, text)
    entries = well
        and type(read) == "table"
        and vim.tbl_filter(function(entry)
          return type(entry) == "string"
        end, read)
      or {}
  end
  return entries
end

--- Written whole beside the old file and moved over it.
local function save()
  vim.fn.mkdir(vim.fs.dirname(path()), "p", "0o700")
  local fresh = path() .. ".new"
  local file = io.open(fresh, "w")
  if file then
    file:write(vim.json.encode(entries))
    file:close()
    vim.uv.fs_chmod(fresh, 384) -- 0600
    vim.uv.fs_rename(fresh, path())
  end
end

---@param text string
function M.add(text)
  local all = M.all()
  for index = #all, 1, -1 do
    if all[index] == text then
      table.remove(all, index)
    end
  end
  all[#all + 1] = text
  while #all > config.get().prompt.history do
    table.remove(all, 1)
  end
  save()
end

return M
