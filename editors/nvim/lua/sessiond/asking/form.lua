-- A form in a float: what is asked stands above, each field has a line to type into, and below it what can be typed, or
-- what is wrong with it. The engine has the last word on what fits.
local answer = require("sessiond.asking.answer")
local card = require("sessiond.asking.card")
local draw = require("sessiond.ui.draw")
local fields = require("sessiond.asking.fields")
local float = require("sessiond.ui.float")
local keys = require("sessiond.keys")
local log = require("sessiond.log")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")

local M = {}

---@class sessiond.Form
---@field waiting sessiond.Waiting
---@field fields sessiond.Field[]
---@field head string[]
---@field typed string[] what stands in each field
---@field problems table<string, string> by a field's name
---@field buf integer
---@field win integer
---@field stop fun()

local current ---@type sessiond.Form?

local function head_of(waiting)
  local lines = {}
  for _, line in ipairs(text.lines(waiting.request.message, 12)) do
    lines[#lines + 1] = "│ " .. line
  end
  vim.list_extend(lines, { "Nobody has checked what it says.", "" })
  return lines
end

--- The label before a field's line, and what stands below it.
---@param form sessiond.Form
local function mark_field(form, index)
  local each, row = form.fields[index], #form.head + index - 1
  local label = { each.label, "SessiondField" }
  local must = { each.required and "* " or "  ", "SessiondQuestion" }
  local below, problem = {}, form.problems[each.name]
  if problem then
    below[#below + 1] = { { "  ✗ " .. problem, "SessiondFailed" } }
  end
  local hint = fields.hint(each)
  if hint ~= "" then
    below[#below + 1] = { { "  " .. hint, "SessiondMuted" } }
  end
  vim.api.nvim_buf_set_extmark(form.buf, draw.namespace, row, 0, {
    virt_text = { label, must },
    virt_text_pos = "inline",
    right_gravity = false,
    virt_lines = below,
  })
end

---@param form sessiond.Form
local function mark(form)
  vim.api.nvim_buf_clear_namespace(form.buf, draw.namespace, 0, -1)
  for row, line in ipairs(form.head) do
    local group = vim.startswith(line, "│") and "SessiondToolTitle" or "SessiondMuted"
    vim.api.nvim_buf_set_extmark(form.buf, draw.namespace, row - 1, 0, { end_col = #line, hl_group = group })
  end
  for index in ipairs(form.fields) do
    mark_field(form, index)
  end
end

---@param form sessiond.Form
local function write(form)
  vim.api.nvim_buf_set_lines(form.buf, 0, -1, false, vim.list_extend(vim.list_slice(form.head), form.typed))
  mark(form)
end

--- Takes in what was typed; a change of anything but the fields' own lines is put back.
---@param form sessiond.Form
local function read(form)
  local lines = vim.api.nvim_buf_get_lines(form.buf, 0, -1, false)
  local head = vim.list_slice(lines, 1, #form.head)
  if #lines == #form.head + #form.fields and vim.deep_equal(head, form.head) then
    form.typed = vim.list_slice(lines, #form.head + 1)
  else
    local cursor = vim.api.nvim_win_get_cursor(form.win)
    write(form)
    cursor[1] = math.max(#form.head + 1, math.min(cursor[1], #form.head + #form.fields))
    pcall(vim.api.nvim_win_set_cursor, form.win, cursor)
  end
end

---@param form sessiond.Form
---@param index integer
local function go_to(form, index)
  index = (index - 1) % #form.fields + 1
  local row = #form.head + index
  vim.api.nvim_win_set_cursor(form.win, { row, #form.typed[index] })
end

---@param form sessiond.Form
---@return integer index of the field that the cursor is in
local function here(form)
  return math.max(1, vim.api.nvim_win_get_cursor(form.win)[1] - #form.head)
end

local function height(form)
  local rows = #form.head
  for _, each in ipairs(form.fields) do
    rows = rows + 1 + (fields.hint(each) ~= "" and 1 or 0)
  end
  return math.min(rows + 1, math.floor(vim.o.lines * 0.7))
end

---@param form sessiond.Form
local function listen(form)
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI" }, {
    buffer = form.buf,
    callback = function()
      read(form)
    end,
  })
  vim.api.nvim_create_autocmd("CursorMoved", {
    buffer = form.buf,
    callback = function()
      read(form)
      if vim.api.nvim_win_get_cursor(form.win)[1] <= #form.head then
        go_to(form, 1)
      end
    end,
  })
  form.stop = session.listen(function(change)
    local still = vim.iter(change.transcript.questions):any(function(request)
      return request.id == form.waiting.request.id
    end)
    if change.id == form.waiting.session_id and not still then
      vim.schedule(M.close)
    end
  end)
end

---@param waiting sessiond.Waiting
function M.open(waiting)
  M.close()
  local form = {
    waiting = waiting,
    fields = fields.of(waiting.request.schema),
    head = head_of(waiting),
    problems = {},
    buf = draw.buffer("sessiond-form"),
  }
  form.typed = vim.tbl_map(fields.typed, form.fields)
  vim.bo[form.buf].undolevels = 100
  form.win = float.open(form.buf, {
    title = card.title(waiting),
    footer = float.hints({
      { keys.label("form", "form_submit"), "sends" },
      { keys.label("form", "form_next"), "next" },
      { keys.label("form", "form_choice"), "choices" },
      { keys.label("form", "form_decline"), "declines" },
      { keys.label("form", "form_close"), "closes" },
    }),
    width = math.min(76, vim.o.columns - 6),
    height = height(form),
  })
  current = form
  keys.map("form", form.buf)
  vim.keymap.set("i", "<CR>", M.next, { buffer = form.buf })
  write(form)
  listen(form)
  go_to(form, 1)
end

function M.close()
  local form = current
  if form then
    current = nil
    form.stop()
    vim.cmd.stopinsert()
    pcall(vim.api.nvim_win_close, form.win, true)
  end
end

--- What was typed as values; nil where some of it cannot be one, which is shown at the fields.
---@param form sessiond.Form
---@return table<string, any>?
local function content(form)
  local values = vim.empty_dict()
  form.problems = {}
  for index, each in ipairs(form.fields) do
    values[each.name], form.problems[each.name] = fields.value(each, form.typed[index])
  end
  return next(form.problems) == nil and values or nil
end

--- Shows what is wrong, and goes to the first field that has something.
---@param form sessiond.Form
local function show_problems(form)
  mark(form)
  for index, each in ipairs(form.fields) do
    if form.problems[each.name] then
      return go_to(form, index)
    end
  end
end

---@param form sessiond.Form
---@param err sessiond.Error
local function take_refusal(form, err)
  local name = tostring(err.data and err.data.field or ""):match("^answer%.content%.(.+)$")
  if current ~= form or not name then
    return log.tell("error", "it could not be answered: " .. err.message)
  end
  form.problems[name] = text.one_line(err.message:gsub("^`[^`]*` ", ""), 300)
  show_problems(form)
end

function M.submit()
  local form = current
  if not form then
    return
  end
  read(form)
  local values = content(form)
  if not values then
    return show_problems(form)
  end
  answer.question(form.waiting, { action = "accept", content = values }, function(err)
    if err then
      take_refusal(form, err)
    end
  end)
end

function M.decline()
  if current then
    answer.question(current.waiting, { action = "decline" })
  end
end

function M.next()
  if current then
    go_to(current, here(current) + 1)
  end
end

function M.previous()
  if current then
    go_to(current, here(current) - 1)
  end
end

function M.choice()
  local form = current
  local index = form and here(form)
  if form and #form.fields[index].choices > 0 then
    read(form)
    form.typed[index] = fields.next_choice(form.fields[index], form.typed[index])
    form.problems[form.fields[index].name] = nil
    write(form)
    go_to(form, index)
  end
end

return M
