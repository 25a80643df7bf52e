-- The plugin's log file, with what the engine writes to stderr, and `tell`, by which every room speaks to the user.
-- Written in the background and in order; lines from elsewhere are stripped of what a terminal would obey.
local M = {}

local levels = { debug = 1, info = 2, warn = 3, error = 4 }
local told_as = { debug = 1, info = vim.log.levels.INFO, warn = vim.log.levels.WARN, error = vim.log.levels.ERROR }

---@type integer?
local file
local size = 0

---@return string path
function M.path()
  return vim.fs.joinpath(vim.fn.stdpath("log") --[[@as string]], "sessiond.log")
end

--- Opens the file; one that has grown past its size is kept as `.old` and begun anew.
local function open()
  vim.fn.mkdir(vim.fs.dirname(M.path()), "p")
  local known = vim.uv.fs_stat(M.path())
  if known and known.size > require("sessiond.config").get().log.max_kb * 1024 then
    vim.uv.fs_rename(M.path(), M.path() .. ".old")
    known = nil
  end
  size = known and known.size or 0
  file = vim.uv.fs_open(M.path(), "a", 384) -- 0600: prompts may be in it
end

--- One printable line of text from elsewhere.
---@param text string
---@return string
function M.plain(text)
  return (text:gsub("[%z\1-\8\11-\31\127]", "?"))
end

---@param level "debug"|"info"|"warn"|"error"
---@param text string
function M.write(level, text)
  local options = require("sessiond.config").get().log
  if levels[level] < levels[options.level] then
    return
  end
  if not file or size > options.max_kb * 1024 then
    M.close()
    open()
  end
  local line = ("%s %-5s %s\n"):format(os.date("%Y-%m-%d %H:%M:%S"), level, M.plain(text))
  size = size + #line
  if file then
    vim.uv.fs_write(file, line)
  end
end

function M.close()
  if file then
    vim.uv.fs_close(file)
    file = nil
  end
end

local echo = vim.notify

--- What fits into Neovim's own line for messages: a longer one would stop everything until a key is pressed.
local function fitting(text)
  if vim.notify ~= echo or vim.fn.strdisplaywidth(text) <= vim.v.echospace then
    return text
  end
  local more = " … (:Sessiond log)"
  return vim.fn.strcharpart(text, 0, math.max(10, vim.v.echospace - #more)) .. more
end

--- Says something to the user, and keeps it in the log.
---@param level "info"|"warn"|"error"
---@param text string
function M.tell(level, text)
  M.write(level, text)
  vim.notify(fitting("sessiond: " .. M.plain(text):gsub("%s*\n%s*", " ")), told_as[level])
end

return M
