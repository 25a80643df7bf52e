-- What waits for review, by file: the text before sessions changed it and as it is now. What the user changes meanwhile
-- is theirs. Filled by `watch.lua`, asked by all of this room; it changes no file.
local autocmds = require("sessiond.autocmds")
local context = require("sessiond.context")
local hunks = require("sessiond.review.hunks")
local disk = require("sessiond.review.disk")

local M = {}

local PAST = 20

---@class sessiond.Reviewed
---@field path string
---@field base string[]
---@field text string[] as it was seen last
---@field created? boolean there was no file before
---@field deleted? boolean there is none now
---@field fresh? boolean no call of a tool is known yet that has changed it
---@field past {base: string[], text: string[]}[] before hunks were rejected: undo brings them back
---@field hunks sessiond.Hunk[]

local entries = {} ---@type table<string, sessiond.Reviewed>
local listeners = {} ---@type fun(path: string)[]
local scheduled = false

---@param listener fun(path: string) after what waits in a file has changed
function M.on_change(listener)
  listeners[#listeners + 1] = listener
end

--- How many hunks wait, and in how many files.
---@return integer hunks
---@return integer files
function M.count()
  local found, files = 0, 0
  for _, entry in pairs(entries) do
    found = found + #entry.hunks
    files = files + (#entry.hunks > 0 and 1 or 0)
  end
  return found, files
end

local function announce()
  if scheduled then
    return
  end
  scheduled = true
  vim.schedule(function()
    scheduled = false
    local found, files = M.count()
    autocmds.emit("SessiondReviewChanged", { hunks = found, files = files })
    vim.cmd.redrawstatus({ bang = true })
  end)
end

---@param entry sessiond.Reviewed
local function renew(entry)
  entry.hunks = hunks.of(entry.base, entry.text)
  if #entry.hunks == 0 and #entry.past == 0 then
    entries[entry.path] = nil
  end
  for _, listener in ipairs(listeners) do
    listener(entry.path)
  end
  announce()
end

---@param path string
---@return sessiond.Reviewed?
function M.get(path)
  return entries[path]
end

--- The files in which hunks wait, in the order of their paths.
---@return sessiond.Reviewed[]
function M.all()
  local found = vim.tbl_filter(function(entry)
    return #entry.hunks > 0
  end, vim.tbl_values(entries))
  table.sort(found, function(one, other)
    return one.path < other.path
  end)
  return found
end

---@param entry sessiond.Reviewed
---@param now string[]
local function take_users(entry, now)
  if vim.deep_equal(entry.text, now) then
    return
  end
  for index = #entry.past, 1, -1 do
    local past = entry.past[index]
    if vim.deep_equal(past.text, now) then
      entry.base, entry.text = past.base, now
      entry.past = vim.list_slice(entry.past, 1, index - 1)
      return renew(entry)
    end
  end
  if not entry.deleted then
    entry.base = hunks.rebased(entry.base, entry.text, now)
  end
  entry.text, entry.deleted = now, nil
  renew(entry)
end

--- Takes in what stands in a file now as the user's own.
---@param entry sessiond.Reviewed
function M.settle(entry)
  local buf = context.buffer_of(entry.path)
  local on_disk = vim.uv.fs_stat(entry.path) ~= nil
  if entry.deleted and not on_disk then
    return
  end
  take_users(entry, buf and context.lines(buf) or disk.lines(entry.path) or {})
end

--- A session has changed a file.
---@param path string
---@param before string[]
---@param after string[]
---@param how? {created?: boolean, deleted?: boolean, fresh?: boolean}
function M.changed(path, before, after, how)
  how = how or {}
  local entry = entries[path]
  if entry then
    take_users(entry, before)
    entry = entries[path]
  end
  if not entry then
    entry =
      { path = path, base = before, text = before, past = {}, hunks = {}, created = how.created, fresh = how.fresh }
    entries[path] = entry
  end
  entry.text, entry.deleted = after, how.deleted
  renew(entry)
end

---@param entry sessiond.Reviewed
---@param hunk? sessiond.Hunk all of them, where none is given
function M.accept(entry, hunk)
  if hunk then
    entry.base = hunks.spliced(entry.base, hunk.base, hunk.base_count, hunks.added(hunk, entry.text))
  else
    entry.base = entry.text
  end
  entry.created = nil
  entry.past = {}
  renew(entry)
end

--- The text without a hunk, or without any.
---@param entry sessiond.Reviewed
---@param hunk? sessiond.Hunk
---@return string[]
function M.without(entry, hunk)
  return hunk and hunks.spliced(entry.text, hunk.at, hunk.count, hunks.removed(hunk, entry.base)) or entry.base
end

--- The file has become that text.
---@param entry sessiond.Reviewed
---@param text string[]
function M.rejected(entry, text)
  table.insert(entry.past, { base = entry.base, text = entry.text })
  entry.past = vim.list_slice(entry.past, math.max(1, #entry.past - PAST))
  entry.text, entry.deleted = text, nil
  renew(entry)
end

--- Forgets a file.
---@param path string
function M.drop(path)
  local entry = entries[path]
  if entry then
    entry.base, entry.past = entry.text, {}
    renew(entry)
  end
end

return M
