-- The log as it grows, in a tab of its own: filtered by a text or to warnings and errors. What the engine writes to its
-- stderr is in it.
local draw = require("sessiond.ui.draw")
local log = require("sessiond.log")
local text = require("sessiond.ui.text")

local M = {}

local MOST_BYTES = 1024 * 1024
local POLL_MS = 500

local GROUPS =
  { error = "SessiondError", warn = "SessiondWarning", info = "SessiondToolTitle", debug = "SessiondMuted" }

---@type {buf: integer, filter: string, severe: boolean, poll: uv.uv_fs_poll_t}?
local current

---@return string[]
local function read()
  local file = io.open(log.path(), "rb")
  if not file then
    return {}
  end
  local size = file:seek("end")
  file:seek("set", math.max(0, size - MOST_BYTES))
  local lines = vim.split(file:read("*a"), "\n", { plain = true, trimempty = true })
  file:close()
  return lines
end

local function is_wanted(self, line, level)
  if self.severe and level ~= "warn" and level ~= "error" then
    return false
  end
  return self.filter == "" or line:lower():find(self.filter:lower(), 1, true) ~= nil
end

---@param raw string[]
---@return sessiond.Line[]
local function lines_of(self, raw)
  local lines = {}
  for _, line in ipairs(raw) do
    local level = line:match("^%S+ %S+ (%l+)") or "info"
    if is_wanted(self, line, level) then
      local time, rest = line:match("^(%S+ %S+ )(.*)$")
      lines[#lines + 1] = time and { { log.plain(time), "SessiondMuted" }, { log.plain(rest), GROUPS[level] } }
        or { { log.plain(line) } }
    end
  end
  return #lines > 0 and lines or { { { "No line of the log is like this.", "SessiondMuted" } } }
end

--- Draws it anew; windows whose cursor is at its end stay there.
local function update()
  local self = current
  if not self or not vim.api.nvim_buf_is_valid(self.buf) then
    return
  end
  local last = vim.api.nvim_buf_line_count(self.buf)
  local wins = vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_cursor(win)[1] >= last
  end, vim.fn.win_findbuf(self.buf))
  draw.lines(self.buf, lines_of(self, read()))
  for _, win in ipairs(wins) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(self.buf), 0 })
  end
  for _, win in ipairs(vim.fn.win_findbuf(self.buf)) do
    vim.wo[win].winbar = ("%%#SessiondBar# Log%s%s  %%#SessiondBarMuted#%%<%s"):format(
      self.severe and ", warnings and errors" or "",
      self.filter ~= "" and (", with %s"):format(self.filter:gsub("%%", "%%%%")) or "",
      (text.path(log.path()):gsub("%%", "%%%%"))
    )
  end
end

---@param filter string
function M.open(filter)
  vim.cmd.tabnew()
  local win, buf = vim.api.nvim_get_current_win(), draw.buffer("sessiond-log")
  vim.api.nvim_win_set_buf(win, buf)
  vim.wo[win].wrap = false
  local keys = require("sessiond.keys")
  keys.map("log", buf)
  keys.map("page", buf, { page_close = vim.cmd.tabclose, page_refresh = update })
  local poll = assert(vim.uv.new_fs_poll())
  current = { buf = buf, filter = filter, severe = false, poll = poll }
  poll:start(log.path(), POLL_MS, vim.schedule_wrap(update))
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = buf,
    callback = function()
      poll:stop()
      poll:close()
    end,
  })
  update()
end

--- Asks for a text that lines must have.
function M.filter()
  local self = current
  if self then
    require("sessiond.ui.input").ask({ title = "Only lines with", text = self.filter }, function(wanted)
      self.filter = wanted or self.filter
      update()
    end)
  end
end

function M.level()
  if current then
    current.severe = not current.severe
    update()
  end
end

return M
