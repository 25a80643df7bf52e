-- Floating windows of the plugin: in the middle, or in the corner without taking the focus.
local config = require("sessiond.config")

local M = {}

---@class sessiond.FloatOptions
---@field title? string
---@field footer? sessiond.Line
---@field width integer columns inside of the border
---@field height integer
---@field corner? boolean in the lower right corner, and the focus stays where it is
---@field row? integer, col? integer where it begins; left out, it stands in the middle

local function place(options)
  local most_width, most_height = vim.o.columns - 4, vim.o.lines - vim.o.cmdheight - 4
  local width = math.max(1, math.min(options.width, most_width))
  local height = math.max(1, math.min(options.height, most_height))
  local row, col = options.row, options.col
  if options.corner then
    row, col = vim.o.lines - vim.o.cmdheight - height - 3, vim.o.columns - width - 3
  end
  return {
    relative = "editor",
    width = width,
    height = height,
    row = row or math.floor((most_height - height) / 2) + 1,
    col = col or math.floor((most_width - width) / 2) + 1,
  }
end

---@param buf integer
---@param options sessiond.FloatOptions
---@return integer win
function M.open(buf, options)
  local own = place(options)
  own.style, own.border = "minimal", config.get().chat.float.border
  own.title = options.title and (" %s "):format(options.title)
  own.footer = options.footer
  own.zindex = options.corner and 40 or 60
  local win = vim.api.nvim_open_win(buf, not options.corner, own)
  vim.wo[win].wrap = true
  vim.wo[win].linebreak = true
  vim.wo[win].winhighlight = "FloatTitle:SessiondFloatTitle,FloatFooter:SessiondMuted"
  return win
end

--- Moves one to where it belongs, after its content or the screen has changed.
---@param win integer
---@param options sessiond.FloatOptions
function M.move(win, options)
  local own = place(options)
  own.title = options.title and (" %s "):format(options.title)
  own.footer = options.footer
  vim.api.nvim_win_set_config(win, own)
end

--- Keys and what they do, as a footer or a line.
---@param pairs_of [string?, string][] a key, nil where none is mapped, and what it does
---@return sessiond.Line
function M.hints(pairs_of)
  local line = {}
  for _, pair in ipairs(pairs_of) do
    if pair[1] then
      vim.list_extend(line, { { " " .. pair[1], "SessiondKey" }, { " " .. pair[2] .. " ", "SessiondMuted" } })
    end
  end
  return line
end

return M
