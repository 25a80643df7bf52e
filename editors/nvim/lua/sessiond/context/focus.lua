-- What the user looks at: the buffer that they were in before they came to the chat, what is selected there, what can
-- be seen. Answers `editor/context`; the mentions `@buffer` and `@selection` ask here.
local documents = require("sessiond.context.documents")
local engine = require("sessiond.engine")

local M = {}

local last ---@type integer?

--- A buffer of text that the user works on; it need not have a name.
local function is_work(buf)
  return vim.api.nvim_buf_is_loaded(buf) and vim.bo[buf].buftype == "" and vim.bo[buf].buflisted
end

--- The buffer that the user works on: the current one, or the last one before this.
---@return integer?
function M.buffer()
  local current = vim.api.nvim_get_current_buf()
  if is_work(current) then
    return current
  elseif last and is_work(last) then
    return last
  end
  local found = M.buffers()
  return found[1]
end

--- All of them, the last used first.
---@return integer[]
function M.buffers()
  local infos = vim.tbl_filter(function(info)
    return is_work(info.bufnr)
  end, vim.fn.getbufinfo({ bufloaded = 1 }))
  table.sort(infos, function(one, other)
    if (one.bufnr == last) ~= (other.bufnr == last) then
      return one.bufnr == last
    elseif one.lastused ~= other.lastused then
      return one.lastused > other.lastused
    end
    return one.bufnr > other.bufnr
  end)
  return vim.tbl_map(function(info)
    return info.bufnr
  end, infos)
end

---@class sessiond.SelectedText
---@field buf integer
---@field from [integer, integer] line and byte column, from 1 and 0
---@field to [integer, integer] the last byte that is selected
---@field kind "v"|"V"|"\22"

--- What was selected last in a buffer.
---@param buf integer
---@return sessiond.SelectedText?
function M.selection(buf)
  local from, to = vim.api.nvim_buf_get_mark(buf, "<"), vim.api.nvim_buf_get_mark(buf, ">")
  if from[1] == 0 or to[1] == 0 or to[1] > vim.api.nvim_buf_line_count(buf) then
    return nil
  end
  local kind = vim.api.nvim_buf_call(buf, vim.fn.visualmode)
  return { buf = buf, from = from, to = to, kind = kind == "" and "v" or kind }
end

--- The characters of a selection; of a selection of lines or of a block, its lines.
---@param selection sessiond.SelectedText
---@return string[]
function M.selected(selection)
  local lines = vim.api.nvim_buf_get_lines(selection.buf, selection.from[1] - 1, selection.to[1], false)
  if selection.kind == "v" and #lines > 0 then
    local stop = math.min(selection.to[2], #lines[#lines] - 1)
    stop = stop < 0 and -1 or stop + vim.str_utf_end(lines[#lines], stop + 1)
    lines[#lines] = lines[#lines]:sub(1, stop + 1)
    lines[1] = lines[1]:sub(selection.from[2] + 1)
  end
  return lines
end

local function position(buf, row, byte)
  local line = vim.api.nvim_buf_get_lines(buf, row - 1, row, false)[1] or ""
  return { line = row - 1, character = vim.str_utfindex(line, "utf-16", math.min(byte, #line), false) }
end

local function selection_on_the_wire(buf)
  local selection = buf and documents.is_file(buf) and M.selection(buf)
  if not selection then
    return nil
  end
  local whole = selection.kind ~= "v"
  return {
    uri = vim.uri_from_bufnr(buf),
    range = {
      start = position(buf, selection.from[1], whole and 0 or selection.from[2]),
      ["end"] = position(buf, selection.to[1], whole and math.huge or selection.to[2] + 1),
    },
    text = table.concat(M.selected(selection), "\n"),
  }
end

local function uris(bufs)
  local found, seen = {}, {}
  for _, buf in ipairs(bufs) do
    if documents.is_file(buf) and not seen[buf] then
      seen[buf] = true
      found[#found + 1] = vim.uri_from_bufnr(buf)
    end
  end
  return found
end

local function answer(_, reply)
  local visible = vim.tbl_map(vim.api.nvim_win_get_buf, vim.api.nvim_tabpage_list_wins(0))
  reply({ selection = selection_on_the_wire(M.buffer()), visible = uris(visible), open = uris(M.buffers()) })
end

function M.attach()
  engine.on_request("editor/context", answer)
  local function remember(buf)
    last = is_work(buf) and buf or last
  end
  remember(vim.api.nvim_get_current_buf())
  vim.api.nvim_create_autocmd({ "BufEnter", "WinEnter" }, {
    group = vim.api.nvim_create_augroup("sessiond-focus", { clear = true }),
    callback = function(args)
      remember(args.buf)
    end,
  })
end

return M
