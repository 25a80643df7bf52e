-- A buffer beside its file as it stands on the disk, as Neovim's diff: for when both have changed.
local log = require("sessiond.log")
local text = require("sessiond.context.documents.text")

local M = {}

--- Of the current buffer. `do` and `dp` take changes over; `q` in the other window ends it.
function M.open()
  local buf = vim.api.nvim_get_current_buf()
  local name = vim.api.nvim_buf_get_name(buf)
  local file = vim.bo[buf].buftype == "" and name ~= "" and io.open(name, "rb")
  if not file then
    return log.tell("info", "this buffer has no file on the disk to compare with")
  end
  local lines = text.split(file:read("*a") or "")
  file:close()
  local win = vim.api.nvim_get_current_win()
  local disk = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(disk, 0, -1, false, lines)
  vim.bo[disk].bufhidden = "wipe"
  vim.bo[disk].filetype = vim.bo[buf].filetype
  vim.bo[disk].modifiable = false
  local other = vim.api.nvim_open_win(disk, false, { split = "right", win = win })
  for _, each in ipairs({ win, other }) do
    vim.api.nvim_win_call(each, vim.cmd.diffthis)
  end
  vim.wo[other].winbar = "%#SessiondBar# On the disk  %#SessiondKey#q%#SessiondBarMuted# closes"
  vim.keymap.set("n", "q", "<cmd>close<CR>", { buffer = disk, nowait = true })
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = disk,
    once = true,
    callback = function()
      if vim.api.nvim_win_is_valid(win) then
        vim.api.nvim_win_call(win, vim.cmd.diffoff)
      end
    end,
  })
end

return M
