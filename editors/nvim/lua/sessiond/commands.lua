-- The command `:Sessiond` and the `<Plug>` mappings, made of the list of actions when Neovim starts.
local actions = require("sessiond.actions")

local M = {}

---@param command table what nvim_create_user_command gives
local function run(command)
  local name, rest = command.args:match("^(%S*)%s*(.-)$")
  local action = name == "" and actions.find("chat") or actions.find(name)
  local tell = require("sessiond.log").tell
  if not action then
    return tell("error", (":Sessiond has no %s; press <Tab> after :Sessiond to see what there is"):format(name))
  elseif command.range > 0 and not action.range then
    return tell("error", (":Sessiond %s takes no range"):format(name))
  end
  actions.run(action.name, {
    args = rest,
    range = command.range,
    line1 = command.line1,
    line2 = command.line2,
  })
end

---@param lead string
---@param line string
---@return string[]
local function complete(lead, line)
  local before = line:sub(1, #line - #lead):gsub("^.-Sessiond%s+", "")
  if before:match("%S") then
    local action = actions.find(before:match("%S+"))
    local room = action and require("sessiond." .. action.room .. ".actions") or {}
    return room.complete and room.complete(action.name, lead) or {}
  end
  local names = vim.tbl_map(function(action)
    return (action.name:gsub("_", "-"))
  end, actions)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

---@param action sessiond.Action
local function define_plug(action)
  local plug = "<Plug>(sessiond-" .. action.name:gsub("_", "-") .. ")"
  vim.keymap.set("n", plug, function()
    actions.run(action.name)
  end, { desc = action.desc })
  if action.range then
    vim.keymap.set("x", plug, function()
      local mode, from, to = vim.fn.mode(), vim.fn.line("v"), vim.fn.line(".")
      actions.run(action.name, { range = 2, line1 = math.min(from, to), line2 = math.max(from, to), visual = mode })
    end, { desc = action.desc })
  end
end

function M.define()
  vim.api.nvim_create_user_command("Sessiond", run, {
    nargs = "*",
    range = true,
    complete = complete,
    desc = "Sessions with coding agents",
  })
  for _, action in ipairs(actions) do
    define_plug(action)
  end
end

return M
