-- The keys that work where the user is, in a float: those of the options, as they are mapped now.
local actions = require("sessiond.actions")
local config = require("sessiond.config")

local M = {}

local PLACES = { sessiond = "chat", ["sessiond-prompt"] = "prompt", ["sessiond-queue"] = "queue" }

---@param place string
---@param title string
---@param lines string[]
local function add(place, title, lines)
  local group = config.get().keys[place]
  if not group then
    return
  end
  lines[#lines + 1] = title
  local names = vim.tbl_keys(group)
  table.sort(names)
  for _, name in ipairs(names) do
    local value, action = group[name], actions.find(name)
    if value then
      local shown = type(value) == "table" and table.concat(value, " ") or value
      lines[#lines + 1] = ("  %-18s %s"):format(shown, action and action.desc or name)
    end
  end
  lines[#lines + 1] = ""
end

function M.show()
  local place = PLACES[vim.bo.filetype] or "chat"
  local lines = {}
  add(place, "Keys here (i: is insert mode)", lines)
  if place ~= "queue" then
    add("question", "While a question waits", lines)
  end
  add("global", "Everywhere", lines)
  lines[#lines] = nil
  local width = 0
  for _, line in ipairs(lines) do
    width = math.max(width, vim.api.nvim_strwidth(line))
  end
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = "wipe"
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  local height = math.min(#lines, vim.o.lines - 4)
  local win = vim.api.nvim_open_win(buf, true, {
    relative = "editor",
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.max(0, math.floor((vim.o.columns - width) / 2)),
    width = math.min(width + 2, vim.o.columns - 4),
    height = height,
    style = "minimal",
    border = config.get().chat.float.border,
    title = " sessiond ",
  })
  for index, line in ipairs(lines) do
    local group = line:find("^  ") and "SessiondKey" or "SessiondUser"
    local stop = line:find("^  ") and math.min(#line, 20) or #line
    vim.api.nvim_buf_set_extmark(buf, vim.api.nvim_create_namespace("sessiond-help"), index - 1, 0, {
      end_col = stop,
      hl_group = group,
    })
  end
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, function()
      pcall(vim.api.nvim_win_close, win, true)
    end, { buffer = buf, nowait = true })
  end
end

return M
