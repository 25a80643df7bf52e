-- The messages exchanged with the engine, as they are, for whoever builds a plugin or looks for a defect. They are kept
-- from the first time this is opened on; keys of providers are not.
local draw = require("sessiond.ui.draw")
local engine = require("sessiond.engine")
local keys = require("sessiond.keys")

local M = {}

local KEPT = 500
local LONGEST = 2000

local records = {} ---@type sessiond.Line[]
local buf ---@type integer?
local taps = false
local due = false

local function without_secrets(message)
  local params = message.params
  if message.method == "provider/setKey" then
    message = vim.tbl_extend("force", message, { params = vim.tbl_extend("force", params, { key = "…" }) })
  elseif message.method == "initialize" then
    message = vim.deepcopy(message)
    local own = vim.tbl_get(message, "params", "initializationOptions", "sessiond") or {}
    own.env = own.env and vim.tbl_map(function()
      return "…"
    end, own.env)
  end
  return message
end

local function update()
  due = false
  if not buf or not vim.api.nvim_buf_is_valid(buf) then
    return
  end
  local last = vim.api.nvim_buf_line_count(buf)
  local wins = vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_cursor(win)[1] >= last
  end, vim.fn.win_findbuf(buf))
  draw.lines(buf, #records > 0 and records or { { { "Nothing yet.", "SessiondMuted" } } })
  for _, win in ipairs(wins) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
  end
end

---@param direction "→"|"←" to the engine, from it
---@param message table
local function record(direction, message)
  local well, body = pcall(vim.json.encode, without_secrets(message))
  body = well and body or vim.inspect(message, { newline = " ", indent = "" })
  local group = message.error and "SessiondError" or direction == "→" and "SessiondKey" or "SessiondToolTitle"
  records[#records + 1] = {
    {
      os.date("%H:%M:%S ") --[[@as string]],
      "SessiondMuted",
    },
    { direction .. " ", group },
    { #body > LONGEST and body:sub(1, LONGEST) .. "…" or body },
  }
  if #records > KEPT then
    table.remove(records, 1)
  end
  if not due then
    due = true
    vim.defer_fn(update, 100)
  end
end

function M.open()
  if not taps then
    taps = true
    engine.on_message(record)
  end
  vim.cmd.tabnew()
  local win = vim.api.nvim_get_current_win()
  buf = draw.buffer("sessiond-wire")
  vim.api.nvim_win_set_buf(win, buf)
  vim.wo[win].wrap = true
  vim.wo[win].winbar =
    "%#SessiondBar# Messages %#SessiondBarMuted# → to the engine, ← from it, since this was first opened"
  keys.map("wire", buf)
  keys.map("page", buf, { page_close = vim.cmd.tabclose, page_refresh = update })
  update()
end

function M.clear()
  records = {}
  update()
end

return M
