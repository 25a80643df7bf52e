-- What the language servers say: answers `editor/diagnostics` in LSP's words, and gives lines of text for mentions.
local config = require("sessiond.config")
local documents = require("sessiond.context.documents")
local engine = require("sessiond.engine")

local M = {}

local MOST = 200
--- After a change the servers are waited for until they have said nothing new for so long, and no longer than that.
local QUIET_MS, LONGEST_MS = 300, 2500

local NAMES = { "error", "warning", "info", "hint" }

local function character(buf, row, column)
  local line = vim.api.nvim_buf_is_loaded(buf) and vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1]
  return line and vim.str_utfindex(line, "utf-16", math.min(column, #line), false) or column
end

---@param diagnostic vim.Diagnostic
local function on_the_wire(diagnostic)
  local buf = diagnostic.bufnr
  local last_row, last_col = diagnostic.end_lnum or diagnostic.lnum, diagnostic.end_col or diagnostic.col
  return {
    range = {
      start = { line = diagnostic.lnum, character = character(buf, diagnostic.lnum, diagnostic.col) },
      ["end"] = { line = last_row, character = character(buf, last_row, last_col) },
    },
    message = diagnostic.message,
    severity = diagnostic.severity,
    source = diagnostic.source,
  }
end

--- The diagnostics of a buffer, or of all, the worst first.
---@param buf? integer
---@return vim.Diagnostic[]
local function all(buf)
  local found = vim.diagnostic.get(buf)
  table.sort(found, function(one, other)
    if one.severity ~= other.severity then
      return one.severity < other.severity
    elseif one.bufnr ~= other.bufnr then
      return one.bufnr < other.bufnr
    end
    return one.lnum < other.lnum
  end)
  return vim.list_slice(found, 1, MOST)
end

local function files(buf)
  local by_buffer, list = {}, {}
  for _, diagnostic in ipairs(all(buf)) do
    local own = diagnostic.bufnr
    if vim.api.nvim_buf_is_valid(own) and vim.api.nvim_buf_get_name(own) ~= "" then
      if not by_buffer[own] then
        by_buffer[own] = { uri = vim.uri_from_bufnr(own), diagnostics = {} }
        list[#list + 1] = by_buffer[own]
      end
      table.insert(by_buffer[own].diagnostics, on_the_wire(diagnostic))
    end
  end
  return list
end

--- Calls back once no server has said anything new about a buffer for a moment.
local function when_quiet(buf, callback)
  local timer, autocmd = assert(vim.uv.new_timer()), nil
  local stop = vim.uv.now() + LONGEST_MS
  local done = false
  local finish = vim.schedule_wrap(function(cancelled)
    if not done then
      done = true
      timer:close()
      vim.api.nvim_del_autocmd(autocmd)
      if not cancelled then
        callback()
      end
    end
  end)
  local function wait()
    timer:start(math.max(0, math.min(QUIET_MS, stop - vim.uv.now())), 0, function()
      finish()
    end)
  end
  autocmd = vim.api.nvim_create_autocmd("DiagnosticChanged", {
    callback = function(args)
      if args.buf == buf and not done then
        wait()
      end
    end,
  })
  wait()
  return function()
    finish(true)
  end
end

--- The buffer of a document that is not told; none is made for it.
local function buffer_of(uri)
  local name = vim.uri_to_fname(uri)
  return vim.fn.bufexists(name) == 1 and vim.fn.bufnr(name) or nil
end

local function answer(params, reply)
  local document = params.uri and documents.of_uri(params.uri)
  local buf = document and document.buf or (params.uri and buffer_of(params.uri)) or nil
  if not config.get().context.diagnostics or (params.uri and not buf) then
    return reply({ files = {} })
  elseif not document or not params.version or #vim.lsp.get_clients({ bufnr = buf }) == 0 then
    return reply({ files = files(buf) })
  end
  return when_quiet(buf, function()
    reply({ files = files(vim.api.nvim_buf_is_valid(buf) and buf or nil) })
  end)
end

--- The diagnostics of a buffer, or of all, as lines that a model reads.
---@param buf? integer
---@param first? integer only those of lines from here, from 1
---@param last? integer to here
---@return string[]
function M.lines(buf, first, last)
  local lines = {}
  for _, diagnostic in ipairs(all(buf)) do
    local row = diagnostic.lnum + 1
    if row >= (first or 1) and row <= (last or math.huge) then
      local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(diagnostic.bufnr), ":.")
      local source = diagnostic.source and (" (" .. diagnostic.source .. ")") or ""
      local message = diagnostic.message:gsub("\n", " ")
      lines[#lines + 1] = ("%s:%d:%d: %s: %s%s"):format(
        name,
        row,
        diagnostic.col + 1,
        NAMES[diagnostic.severity],
        message,
        source
      )
    end
  end
  return lines
end

function M.attach()
  engine.on_request("editor/diagnostics", answer)
end

return M
