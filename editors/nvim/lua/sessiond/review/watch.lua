-- Keeps what waits for review true: hears of what sessions change in buffers and on the disk, of what the user types
-- and of files that are opened, and has the marks drawn.
local config = require("sessiond.config")
local context = require("sessiond.context")
local disk = require("sessiond.review.disk")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local marks = require("sessiond.review.marks")
local past = require("sessiond.review.past")
local session = require("sessiond.session")
local store = require("sessiond.review.store")
local unified = require("sessiond.review.unified")

local M = {}

local SETTLE_MS = 150

local watched = {} ---@type table<integer, boolean> by buffer, whether its keys are mapped
local unknown = {} ---@type table<string, table<string, true>> by session: files whose text before nobody has told yet

--- What the user types is taken in a moment after the last key.
local function watch(buf, path)
  if watched[buf] ~= nil then
    return
  end
  watched[buf] = false
  local pending = false
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if watched[buf] == nil then
        return true
      elseif not pending then
        pending = true
        vim.defer_fn(function()
          pending = false
          local entry = store.get(path)
          if entry and vim.api.nvim_buf_is_loaded(buf) then
            store.settle(entry)
          end
        end, SETTLE_MS)
      end
    end,
    on_reload = function() end, -- stays attached
    on_detach = function()
      watched[buf] = nil
    end,
  })
end

--- Draws a file's hunks, where it is in a buffer; the keys are mapped as long as there are any.
---@param path string
local function show(path)
  local buf = context.buffer_of(path)
  if not buf then
    return
  end
  local entry = store.get(path)
  if entry then
    watch(buf, path)
  end
  marks.draw(buf, entry)
  local wanted = entry ~= nil and #entry.hunks > 0
  if wanted and watched[buf] == false then
    keys.map("review", buf)
    watched[buf] = true
  elseif not wanted and watched[buf] then
    keys.unmap("review", buf)
    watched[buf] = false
  end
end

--- A tool says that it has changed a file.
---@param file {path: string, version?: string, diff?: string, after?: string}
---@param id string the session's
local function hear_of_file(file, id)
  local path, entry = file.path, store.get(file.path)
  local buf = context.buffer_of(path)
  local gone = vim.uv.fs_stat(path) == nil
  if entry and buf and not gone then
    entry.fresh = nil -- its buffer was changed, and the store has heard of that
    return
  end
  local now = buf and context.lines(buf) or disk.lines(path)
  if buf and gone then
    return store.changed(path, context.lines(buf), {}, { deleted = true })
  elseif not now and not gone then
    return log.write("info", path .. " is too large to be reviewed")
  end
  local diff = file.diff and unified.parse(file.diff)[1]
  local before = diff and unified.apply(now or {}, diff, true)
  if before then
    store.changed(path, before, now or {}, { created = diff.old == nil, deleted = gone })
  elseif entry then
    store.changed(path, entry.text, now or {}, { deleted = gone })
  else
    unknown[id] = unknown[id] or {}
    unknown[id][path] = true
  end
end

---@param part sessiond.Part
---@param id string
local function hear_of_call(part, id)
  local metadata = part.type == "tool" and part.state.metadata
  if type(metadata) ~= "table" then
    return
  end
  local named = {}
  for _, list in ipairs({ metadata.files or {}, metadata.changes or {} }) do
    for _, file in ipairs(type(list) == "table" and list or {}) do
      local changed = list == metadata.changes or (file.diff ~= nil and file.diff ~= "")
      if changed and type(file.path) == "string" and not named[file.path] then
        named[file.path] = true
        hear_of_file(file, id)
      end
    end
  end
end

--- What was put back on the user's wish needs no review; what waited before it still does.
local function hear_of_revert(files)
  for _, file in ipairs(files or {}) do
    local entry = file.outcome ~= "kept" and store.get(file.path)
    if entry and entry.fresh then
      store.drop(file.path)
    elseif entry and not context.buffer_of(file.path) then
      local now = disk.lines(file.path)
      store.changed(file.path, entry.text, now or {}, { deleted = now == nil })
    end
  end
end

---@param change sessiond.Change
local function hear(change)
  if change.replayed or change.reset then
    return
  end
  for _, event in ipairs(change.events) do
    if event.type == "part.ended" then
      hear_of_call(event.part, change.id)
    elseif event.type == "session.reverted" or event.type == "session.unreverted" then
      hear_of_revert(event.files)
    elseif event.type == "turn.ended" and unknown[change.id] then
      local paths = unknown[change.id]
      unknown[change.id] = nil
      past.load(change.transcript, event.turnId, paths)
    end
  end
end

--- After whoever has loaded the file has told what came of it.
local opened = vim.schedule_wrap(function(args)
  local path = context.is_file(args.buf) and context.path_of(args.buf)
  local entry = path and store.get(path)
  if path and entry then
    store.settle(entry)
    show(path)
  end
end)

function M.attach()
  store.on_change(show)
  if config.get().review.auto then
    context.on_change(function(change)
      store.changed(change.path, change.before, change.after, { fresh = true })
    end)
    session.listen(hear)
  end
  vim.api.nvim_create_autocmd("BufReadPost", {
    group = vim.api.nvim_create_augroup("sessiond-review", { clear = true }),
    callback = opened,
  })
end

return M
