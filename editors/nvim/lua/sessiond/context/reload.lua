-- Looks at the files that a session has changed on the disk: unmodified buffers are loaded again, modified ones keep
-- every character, and the user is told. Other files are not looked at. Listeners hear of each change to a buffer.
local documents = require("sessiond.context.documents")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local session = require("sessiond.session")
local text = require("sessiond.context.documents.text")

local M = {}

--- A session has changed what stands in a buffer.
---@class sessiond.BufferChange
---@field buf integer
---@field path string
---@field before string[]
---@field after string[]

local listeners = {} ---@type fun(change: sessiond.BufferChange)[]
local looking = nil ---@type {buf: integer, said?: string}?

---@param listener fun(change: sessiond.BufferChange)
function M.on_change(listener)
  listeners[#listeners + 1] = listener
end

---@param change sessiond.BufferChange
function M.tell(change)
  for _, listener in ipairs(listeners) do
    listener(change)
  end
end

--- What Neovim does about a file that is another one now. Only while this module looks: else the user decides.
local function decide(args)
  if not looking or args.buf ~= looking.buf then
    return
  end
  local reason = vim.v.fcs_reason
  if reason == "deleted" then
    vim.v.fcs_choice, looking.said = "", "deleted"
  elseif vim.bo[args.buf].modified then
    vim.v.fcs_choice, looking.said = "", reason ~= "time" and reason ~= "mode" and "conflict" or nil
  else
    vim.v.fcs_choice = "reload"
  end
end

local function say(buf, what)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ":.")
  if what == "deleted" then
    log.tell("warn", ("%s was deleted; its buffer still has the text"):format(name))
  elseif what == "conflict" then
    local key = keys.label("global", "compare")
    log.tell(
      "warn",
      ("%s was changed on the disk; your unsaved text is kept. %s compares them"):format(
        name,
        key or ":Sessiond compare"
      )
    )
  end
end

--- Looks whether a buffer's file is another one now.
---@param buf integer
function M.look(buf)
  if not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  local before = text.lines(buf)
  looking = { buf = buf }
  local well, problem = pcall(vim.cmd.checktime, tostring(buf))
  local said = looking.said
  looking = nil
  if not well then
    log.write("warn", "a changed file could not be looked at: " .. tostring(problem))
  end
  if said then
    return say(buf, said)
  end
  local after = text.lines(buf)
  if not vim.deep_equal(before, after) then
    documents.flush(buf)
    M.tell({ buf = buf, path = documents.path(buf), before = before, after = after })
  end
end

---@param wanted fun(path: string): boolean
local function look_at_all(wanted)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if documents.is_file(buf) and wanted(documents.path(buf)) then
      M.look(buf)
    end
  end
end

--- The buffer of a file, where one is loaded.
---@param path string with links followed
---@return integer?
function M.buffer_of(path)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if documents.is_file(buf) and documents.path(buf) == path then
      return buf
    end
  end
end

--- The files that an event says were changed, and whether there may be others.
---@param event sessiond.Event
---@return table<string, true> paths
---@return boolean others
function M.touched(event)
  local paths, others = {}, false
  local function add(files)
    for _, file in ipairs(type(files) == "table" and files or {}) do
      if type(file) == "table" and type(file.path) == "string" and file.outcome ~= "kept" then
        paths[file.path] = true
      end
    end
  end
  if event.type == "part.ended" and event.part.type == "tool" then
    local metadata = event.part.state.metadata or {}
    add(vim.tbl_filter(function(file)
      return type(file) == "table" and file.diff ~= nil and file.diff ~= ""
    end, type(metadata.files) == "table" and metadata.files or {}))
    add(metadata.changes)
    others = metadata.uncovered ~= nil or event.part.name == "task"
  elseif event.type == "session.reverted" or event.type == "session.unreverted" then
    add(event.files)
  end
  return paths, others
end

--- Called with each change of a session, before others hear of it.
---@param change sessiond.Change
local function hear(change)
  local directory = change.transcript.session.directory or ""
  local paths, others = {}, change.reset == true and change.transcript.seq > 0
  for _, event in ipairs(change.events) do
    local own, more = M.touched(event)
    paths, others = vim.tbl_extend("force", paths, own), others or more
  end
  if others or next(paths) then
    look_at_all(function(path)
      return paths[path] or (others and directory ~= "" and vim.startswith(path, directory .. "/"))
    end)
  end
end

function M.attach()
  session.listen(hear)
  vim.api.nvim_create_autocmd("FileChangedShell", {
    group = vim.api.nvim_create_augroup("sessiond-reload", { clear = true }),
    callback = decide,
  })
end

return M
