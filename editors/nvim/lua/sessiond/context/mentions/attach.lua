-- What a mention attaches to a prompt: the text that it stands for, under a heading, or a file. Each in bounds, and
-- with a word to the user where it cannot be had or is cut.
local focus = require("sessiond.context.focus")
local config = require("sessiond.config")
local diagnostics = require("sessiond.context.diagnostics")
local documents = require("sessiond.context.documents")
local reload = require("sessiond.context.reload")
local text = require("sessiond.context.documents.text")

local M = {}

local DIFF_MS = 3000
local ENTRIES = 200

--- Files that models take as they are.
local MEDIA = {
  png = "image/png",
  jpg = "image/jpeg",
  jpeg = "image/jpeg",
  gif = "image/gif",
  webp = "image/webp",
  pdf = "application/pdf",
}

local function most()
  return config.get().context.attach_kb * 1024
end

--- Text in a fence that none of its own ends.
local function fenced(lines, language)
  local body, fence = table.concat(lines, "\n"), "```"
  for run in body:gmatch("`+") do
    fence = #run >= #fence and run .. "`" or fence
  end
  return ("%s%s\n%s\n%s"):format(fence, language or "", body, fence)
end

---@return sessiond.PromptPart? part
---@return string? word for the user
local function text_part(name, what, lines, language)
  local whole = table.concat(lines, "\n")
  if not text.is_utf8(whole) or whole:find("%z") then
    return nil, ("%s is no text and was not attached"):format(name)
  end
  local note
  if #whole > most() then
    whole = whole:sub(1, most()):gsub("[^\n]*$", "")
    lines = vim.split(whole, "\n", { trimempty = true })
    note = ("%s is long: its first %d lines were attached"):format(name, #lines)
    what = ("%s, cut after %d lines"):format(what, #lines)
  end
  return { type = "text", text = ("Attached: %s%s\n%s"):format(name, what, fenced(lines, language)) }, note
end

local function range_text(from, to)
  return from and (to > from and (", lines %d-%d"):format(from, to) or (", line %d"):format(from)) or ""
end

local function name_of(buf, directory)
  local name = vim.api.nvim_buf_get_name(buf)
  if name == "" then
    return ("buffer %d without a name"):format(buf)
  end
  return vim.fs.relpath(directory, name) or vim.fn.fnamemodify(name, ":~")
end

---@param buf integer
---@param from? integer
---@param to? integer
local function of_buffer(buf, from, to, directory)
  local name = name_of(buf, directory)
  local lines = text.lines(buf)
  if from and from > #lines then
    return nil, ("%s has only %d lines; nothing was attached"):format(name, #lines)
  end
  to = to and math.min(to, #lines)
  local state = vim.bo[buf].modified and " (with unsaved changes)" or ""
  local shown = from and vim.list_slice(lines, from, to) or lines
  local part, note = text_part(name, range_text(from, to) .. state, shown, vim.bo[buf].filetype)
  if part and documents.is_file(buf) and vim.uv.fs_stat(vim.api.nvim_buf_get_name(buf)) == nil then
    note = note or ("%s is not on the disk; its buffer's text was attached"):format(name)
  end
  return part, note
end

local function of_directory(path, name)
  local entries = {}
  for entry, kind in vim.fs.dir(path) do
    entries[#entries + 1] = entry .. (kind == "directory" and "/" or "")
    if #entries == ENTRIES then
      break
    end
  end
  table.sort(entries)
  return text_part(name .. "/", ", a directory", entries)
end

---@return string[]? lines nil where it cannot be read
local function read(path, bytes)
  local file = io.open(path, "rb")
  local content = file and file:read(bytes)
  if file then
    file:close()
  end
  return file and (text.split(content or "")) or nil
end

local sources = {}

function sources.buffer(mention, directory)
  local buf = mention.buf or focus.buffer()
  if not buf or not vim.api.nvim_buf_is_loaded(buf) then
    return nil, "there is no such buffer; nothing was attached"
  end
  return of_buffer(buf, mention.from, mention.to, directory)
end

function sources.selection(_, directory)
  local buf = focus.buffer()
  local selection = buf and focus.selection(buf)
  if not buf or not selection then
    return nil, "nothing was selected; @selection attached nothing"
  end
  local what = range_text(selection.from[1], selection.to[1]) .. ", selected"
  return text_part(name_of(buf, directory), what, focus.selected(selection), vim.bo[buf].filetype)
end

function sources.diagnostics()
  local lines = diagnostics.lines()
  if #lines == 0 then
    return { type = "text", text = "Attached: diagnostics\nThe editor's language servers report no problems." }
  end
  return text_part("diagnostics", "", lines)
end

function sources.diff(_, directory)
  local command = { "git", "--no-optional-locks", "-C", directory, "diff", "--no-color", "--no-ext-diff", "HEAD" }
  local well, result = pcall(function()
    return vim.system(command, { text = true }):wait(DIFF_MS)
  end)
  if not well or result.code ~= 0 then
    local said = well and vim.trim(result.stderr or ""):match("^[^\n]*") or "git cannot be run"
    return nil, ("@diff attached nothing: %s"):format(said ~= "" and said or "git took too long")
  elseif not result.stdout:find("%S") then
    return { type = "text", text = "Attached: diff\nThere are no uncommitted changes." }
  end
  return text_part("diff", ", uncommitted changes", (text.split(result.stdout)), "diff")
end

function sources.file(mention, directory)
  local path = M.resolve(mention.path, directory)
  local buf = reload.buffer_of(vim.uv.fs_realpath(path) or path)
  if buf then
    return of_buffer(buf, mention.from, mention.to, directory)
  end
  local stat = vim.uv.fs_stat(path)
  if not stat then
    return nil, ("%s is gone; nothing was attached"):format(mention.path)
  elseif stat.type == "directory" then
    return of_directory(path, (mention.path:gsub("/$", "")))
  elseif stat.type ~= "file" then
    return nil, ("%s is no plain file and was not attached"):format(mention.path)
  end
  local media = MEDIA[(path:match("%.(%w+)$") or ""):lower()]
  if media then
    return { type = "file", mediaType = media, uri = vim.uri_from_fname(path), name = mention.path }
  end
  local lines = read(path, mention.from and math.max(most(), 8 * 1024 * 1024) or most() + 1)
  if not lines then
    return nil, ("%s cannot be read; nothing was attached"):format(mention.path)
  elseif mention.from and mention.from > #lines then
    return nil, ("%s has only %d lines; nothing was attached"):format(mention.path, #lines)
  end
  local shown = mention.from and vim.list_slice(lines, mention.from, mention.to) or lines
  return text_part(mention.path, range_text(mention.from, mention.to), shown, vim.filetype.match({ filename = path }))
end

--- The path that a mention names.
---@param path string
---@param directory string
---@return string absolute
function M.resolve(path, directory)
  path = path:gsub("^~/", (vim.uv.os_homedir() or "") .. "/")
  return vim.fs.normalize(
    vim.startswith(path, "/") and path or vim.fs.joinpath(directory, path),
    { expand_env = false }
  )
end

---@param mention sessiond.Mention
---@param directory string what paths are relative to
---@return sessiond.PromptPart? part
---@return string? word what the user is to know of it
function M.part(mention, directory)
  return sources[mention.kind](mention, directory)
end

return M
