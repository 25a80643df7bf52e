-- Tells the engine what the buffers of files hold, saved or not: LSP's didOpen, didChange, didSave and didClose.
-- Changes are gathered for a moment; `flush` tells them at once. All is told again to each new connection.
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local region = require("sessiond.context.documents.region")
local text = require("sessiond.context.documents.text")

local M = {}

local GATHER_MS = 80

---@class sessiond.Document
---@field buf integer
---@field uri string
---@field version integer never that of another text
---@field regular boolean whether a range of lines is a range of LSP's
---@field line_end string
---@field dirty? sessiond.Region|"all"

local documents = {} ---@type table<integer, sessiond.Document>
local last_version = 0
local scheduled = false

--- Whether a buffer is that of a file, named and loaded.
---@param buf integer
---@return boolean
function M.is_file(buf)
  if not vim.api.nvim_buf_is_valid(buf) or not vim.api.nvim_buf_is_loaded(buf) or vim.bo[buf].buftype ~= "" then
    return false
  end
  local name = vim.api.nvim_buf_get_name(buf)
  return name ~= "" and not name:find("^%a[%w+.-]+://") and vim.fn.isdirectory(name) == 0
end

--- The path of a buffer's file with links followed, as the engine names it.
---@param buf integer
---@return string
function M.path(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  local real = vim.uv.fs_realpath(name)
  if real then
    return real
  end
  local parent = vim.uv.fs_realpath(vim.fs.dirname(name))
  return parent and vim.fs.joinpath(parent, vim.fs.basename(name)) or vim.fs.normalize(name)
end

local function is_told(buf)
  local size = vim.api.nvim_buf_get_offset(buf, vim.api.nvim_buf_line_count(buf))
  return config.get().context.sync
    and M.is_file(buf)
    and not vim.bo[buf].binary
    and size <= config.get().context.max_file_kb * 1024
end

local function next_version()
  last_version = last_version + 1
  return last_version
end

---@param buf integer
function M.close(buf)
  local document = documents[buf]
  if document then
    documents[buf] = nil
    engine.notify("textDocument/didClose", { textDocument = { uri = document.uri } })
  end
end

--- What has changed as LSP says it; nil where the buffer is no text any more.
local function change_of(document)
  local dirty = document.dirty
  if dirty ~= "all" and document.regular then
    local lines = vim.api.nvim_buf_get_lines(document.buf, dirty.first, dirty.new_last, false)
    local whole = text.join(lines, document.line_end)
    if whole and not whole:gsub("\r\n", ""):find("\r") then
      local new = #lines > 0 and whole .. document.line_end or ""
      local from, to = { line = dirty.first, character = 0 }, { line = dirty.old_last, character = 0 }
      return { range = { start = from, ["end"] = to }, text = new }
    end
  end
  local new
  document.line_end = text.line_end(document.buf)
  new, document.regular = text.whole(document.buf)
  return new and { text = new }
end

local function tell_change(document)
  if not document.dirty then
    return
  elseif not vim.api.nvim_buf_is_loaded(document.buf) or not is_told(document.buf) then
    return M.close(document.buf)
  end
  local change = change_of(document)
  document.dirty = nil
  if not change then
    return M.close(document.buf)
  end
  document.version = next_version()
  engine.notify("textDocument/didChange", {
    textDocument = { uri = document.uri, version = document.version },
    contentChanges = { change },
  })
end

--- Tells what has changed in a buffer, or in all of them, now.
---@param buf? integer
function M.flush(buf)
  for _, document in pairs(buf and { documents[buf] } or documents) do
    tell_change(document)
  end
end

local function flush_soon()
  if not scheduled then
    scheduled = true
    vim.defer_fn(function()
      scheduled = false
      M.flush()
    end, GATHER_MS)
  end
end

local function watch(document)
  vim.api.nvim_buf_attach(document.buf, false, {
    on_lines = function(_, buf, _, first, last, new_last)
      if documents[buf] ~= document then
        return true
      elseif vim.api.nvim_buf_line_count(buf) <= 1 then
        document.dirty = "all" -- a buffer without lines has one: what comes next is counted either way
      elseif document.dirty ~= "all" then
        document.dirty = region.join(document.dirty --[[@as sessiond.Region?]], first, last, new_last)
      end
      flush_soon()
    end,
    on_reload = function(_, buf)
      if documents[buf] == document then
        document.dirty = "all"
        flush_soon()
      end
    end,
    on_detach = function(_, buf)
      if documents[buf] == document then
        M.close(buf)
      end
    end,
  })
end

--- Begins to tell of a buffer, where it is one of those that are told.
---@param buf integer
function M.open(buf)
  if engine.state().name ~= "ready" or not vim.api.nvim_buf_is_loaded(buf) or not is_told(buf) then
    return M.close(buf)
  end
  local uri = vim.uri_from_bufnr(buf)
  if documents[buf] and documents[buf].uri == uri then
    return
  end
  M.close(buf)
  local whole, regular = text.whole(buf)
  if not whole then
    return
  end
  local document = { buf = buf, uri = uri, version = next_version(), regular = regular, line_end = text.line_end(buf) }
  documents[buf] = document
  local item = { uri = uri, languageId = vim.bo[buf].filetype, version = document.version, text = whole }
  engine.notify("textDocument/didOpen", { textDocument = item })
  watch(document)
end

local function saved(buf)
  M.open(buf)
  local document = documents[buf]
  if document then
    document.dirty = document.line_end ~= text.line_end(buf) and "all" or document.dirty
    M.flush(buf)
    engine.notify("textDocument/didSave", { textDocument = { uri = document.uri } })
  end
end

--- The document of a buffer that the engine knows.
---@param buf integer
---@return sessiond.Document?
function M.of_buffer(buf)
  return documents[buf]
end

---@param uri string as the engine has heard it
---@return sessiond.Document?
function M.of_uri(uri)
  for _, document in pairs(documents) do
    if document.uri == uri then
      return document
    end
  end
end

local function open_all()
  documents = {} -- the old ones' watches end themselves
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    M.open(buf)
  end
end

function M.attach()
  engine.on_ready(open_all)
  local group = vim.api.nvim_create_augroup("sessiond-documents", { clear = true })
  local function on(events, run)
    vim.api.nvim_create_autocmd(events, {
      group = group,
      callback = function(args)
        run(args.buf)
      end,
    })
  end
  on({ "BufReadPost", "BufNewFile", "BufFilePost" }, M.open)
  on("BufWritePost", saved)
  on({ "BufUnload", "BufDelete" }, M.close)
end

return M
