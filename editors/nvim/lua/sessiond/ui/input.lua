-- Asks for one line in a float, without holding Neovim up: a new name, a filter, an API key. A secret is never drawn:
-- what stands in its buffer is concealed, and the buffer is wiped with its window.
local draw = require("sessiond.ui.draw")
local float = require("sessiond.ui.float")

local M = {}

local function conceal(win)
  vim.wo[win].conceallevel = 2
  vim.wo[win].concealcursor = "nvic"
  vim.fn.matchadd("Conceal", ".", 20, -1, { conceal = "•", window = win })
end

---@class sessiond.InputOptions
---@field title string
---@field text? string what stands there at first
---@field secret? boolean
---@field row? integer, col? integer where the float stands; left out, in the middle

---@param options sessiond.InputOptions
---@param callback fun(text: string?) nil where the user has left
function M.ask(options, callback)
  local buf = draw.buffer(options.secret and "sessiond-secret" or "sessiond-input")
  local width = math.max(40, math.min(70, vim.o.columns - 8))
  local footer = float.hints({ { "<CR>", "goes on" }, { "<Esc>", "leaves it" } })
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, { options.text or "" })
  local own =
    { title = options.title, footer = footer, width = width, height = 1, row = options.row, col = options.col }
  local win = float.open(buf, own)
  vim.wo[win].wrap = false
  if options.secret then
    conceal(win)
  end
  local done = false
  local function finish(text)
    if not done then
      done = true
      vim.cmd.stopinsert()
      pcall(vim.api.nvim_win_close, win, true)
      callback(text)
    end
  end
  for lhs, modes in pairs({ ["<Esc>"] = { "i", "n" }, ["<C-c>"] = { "i", "n" } }) do
    vim.keymap.set(modes, lhs, finish, { buffer = buf, nowait = true })
  end
  vim.keymap.set({ "i", "n" }, "<CR>", function()
    finish(table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), ""))
  end, { buffer = buf, nowait = true })
  vim.api.nvim_create_autocmd("WinLeave", {
    buffer = buf,
    once = true,
    callback = function()
      vim.schedule(finish)
    end,
  })
  vim.cmd.startinsert({ bang = true })
end

return M
