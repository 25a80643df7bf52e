-- Goes from hunk to hunk, over the ends of files, and lists them in the quickfix list, which follows what is answered.
local hunks = require("sessiond.review.hunks")
local log = require("sessiond.log")
local marks = require("sessiond.review.marks")
local store = require("sessiond.review.store")
local context = require("sessiond.context")

local M = {}

local list_id ---@type integer?

--- The file of the current buffer, where it waits for review.
---@return sessiond.Reviewed?
function M.here()
  local buf = vim.api.nvim_get_current_buf()
  local entry = context.is_file(buf) and store.get(context.path_of(buf)) or nil
  if entry then
    store.settle(entry)
    entry = store.get(entry.path)
  end
  return entry and #entry.hunks > 0 and entry or nil
end

---@return sessiond.Hunk?
function M.hunk(entry)
  return (hunks.at(entry.hunks, vim.api.nvim_win_get_cursor(0)[1] - 1))
end

--- A window that may show files: the current one, another one of this tab page, or a new one.
local function enter_window()
  local function fits(win)
    local buf = vim.api.nvim_win_get_buf(win)
    return vim.bo[buf].buftype == "" and not vim.wo[win].winfixbuf and vim.api.nvim_win_get_config(win).relative == ""
  end
  local wins = { vim.api.nvim_get_current_win(), vim.fn.win_getid(vim.fn.winnr("#")) }
  for _, win in ipairs(vim.list_extend(wins, vim.api.nvim_tabpage_list_wins(0))) do
    if win ~= 0 and fits(win) then
      return vim.api.nvim_set_current_win(win)
    end
  end
  vim.cmd.split({ mods = { split = "topleft" } })
  vim.wo.winfixbuf = false
end

---@param entry sessiond.Reviewed
---@param hunk sessiond.Hunk
local function go(entry, hunk)
  local buf = context.buffer_of(entry.path)
  if buf ~= vim.api.nvim_get_current_buf() then
    enter_window()
    if buf then
      vim.api.nvim_win_set_buf(0, buf)
    else
      vim.cmd.edit({ args = { entry.path }, magic = { file = false, bar = false } })
    end
  end
  vim.cmd.normal({ "m'", bang = true })
  local row = math.min(hunk.at + (hunk.count == 0 and hunk.at > 0 and 0 or 1), vim.api.nvim_buf_line_count(0))
  vim.api.nvim_win_set_cursor(0, { math.max(1, row), 0 })
  vim.cmd.normal({ "zv", bang = true })
  if hunk.at == 0 then
    vim.fn.winrestview({ topline = 1 })
    marks.draw(vim.api.nvim_get_current_buf(), store.get(entry.path))
  end
end

--- The hunk behind or before the cursor in this file; else that of another file, round and round.
---@param step 1|-1
function M.go(step)
  local here, all = M.here(), store.all()
  if #all == 0 then
    return log.tell("info", "nothing waits for review")
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local current = here and M.hunk(here)
  local list = here and here.hunks or {}
  for index = step > 0 and 1 or #list, step > 0 and #list or 1, step do
    local hunk = list[index]
    local beyond = (hunk.at - row) * step > 0
    if beyond and not vim.deep_equal(hunk, current) then
      return go(here, hunk)
    end
  end
  local at = 0
  for index, entry in ipairs(all) do
    at = here and entry.path == here.path and index or at
  end
  local target = all[(at - 1 + (at == 0 and step < 0 and 0 or step)) % #all + 1]
  go(target, target.hunks[step > 0 and 1 or #target.hunks])
end

--- The first hunk of all.
---@return boolean whether there is one
function M.first()
  local entry = M.here() or store.all()[1]
  if entry then
    go(entry, entry.hunks[1])
  end
  return entry ~= nil
end

local function items()
  local found = {}
  for _, entry in ipairs(store.all()) do
    for _, hunk in ipairs(entry.hunks) do
      local line = hunk.count > 0 and entry.text[hunk.at + 1] or entry.base[hunk.base + 1] or ""
      found[#found + 1] = {
        filename = entry.path,
        lnum = math.max(1, math.min(hunk.at + 1, #entry.text)),
        text = ("%s  %s"):format(
          entry.deleted and "deleted" or marks.size(hunk),
          vim.trim(log.plain(line)):sub(1, 200)
        ),
      }
    end
  end
  return found
end

function M.list()
  local found = items()
  if #found == 0 then
    return log.tell("info", "nothing waits for review")
  end
  vim.fn.setqflist({}, " ", { title = "What sessions have changed", items = found })
  list_id = vim.fn.getqflist({ id = 0 }).id
  vim.cmd.copen()
end

--- The list shows what still waits, as long as it is there.
function M.renew_list()
  if list_id and vim.fn.getqflist({ id = list_id }).id == list_id then
    vim.fn.setqflist({}, "u", { id = list_id, items = items() })
  end
end

return M
