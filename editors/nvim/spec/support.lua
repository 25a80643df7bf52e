-- What the specs share: recorded conversations, and a transcript drawn into a window and written down with its marks.
local M = {}

vim.uv.os_setenv("TZ", "UTC")

M.recorded = vim.fs.normalize(vim.fn.getcwd() .. "/../../tests/conversations/recorded")
M.golden = vim.fn.getcwd() .. "/spec/golden"

---@return string[] names of the recorded conversations
function M.conversations()
  local names = {}
  for name in vim.fs.dir(M.recorded) do
    names[#names + 1] = name:match("^(.*)%.jsonl$")
  end
  table.sort(names)
  return names
end

--- The events of the first session of a recording.
---@param name string
---@return sessiond.Event[]
function M.events(name)
  local events, first = {}, nil
  for line in io.lines(M.recorded .. "/" .. name .. ".jsonl") do
    local params = vim.json.decode(line, { luanil = { object = true, array = true } })
    first = first or params.sessionId
    if params.sessionId == first then
      vim.list_extend(events, params.events)
    end
  end
  return events
end

--- A renderer over a window of its own.
---@return sessiond.Renderer
function M.renderer()
  require("sessiond.highlights").define()
  vim.cmd.new()
  vim.api.nvim_win_set_height(0, 40)
  local buf = vim.api.nvim_get_current_buf()
  local transcript = require("sessiond.session.fold").new("ses_1")
  return require("sessiond.chat.renderer").new(buf, transcript, function() end)
end

--- Draws until nothing is left to be drawn or painted.
---@param renderer sessiond.Renderer
function M.settle(renderer)
  renderer:touch()
  local painter = require("sessiond.chat.text.painter")
  assert(vim.wait(10000, function()
    return not renderer.due and painter.idle()
  end, 5))
end

--- The kinds of marks that are written down: those of code differ between parsers, which are not ours.
local function is_ours(group)
  return group and (vim.startswith(group, "Sessiond") or vim.startswith(group, "@markup"))
end

--- The buffer as text: each line, and below it what is marked in it.
---@param buf integer
---@return string
function M.picture(buf)
  local lines = {}
  local namespace = require("sessiond.chat.document").namespace
  local by_row = {}
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, namespace, 0, -1, { details = true })) do
    local details = mark[4]
    local group = details.line_hl_group and "line " .. details.line_hl_group or details.hl_group
    if is_ours(details.line_hl_group or details.hl_group) then
      local stop = details.end_row and details.end_row > mark[2] and "…" or details.end_col or "…"
      by_row[mark[2]] = by_row[mark[2]] or {}
      by_row[mark[2]][("    %d-%s %s"):format(mark[3], stop, group)] = true
    end
  end
  for row, text in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do
    lines[#lines + 1] = ("|" .. text):gsub("%s+$", "")
    local marks = vim.tbl_keys(by_row[row - 1] or {})
    table.sort(marks)
    vim.list_extend(lines, marks)
  end
  return table.concat(lines, "\n") .. "\n"
end

---@param path string
---@return string?
function M.read(path)
  local file = io.open(path)
  local text = file and file:read("*a")
  if file then
    file:close()
  end
  return text
end

return M
