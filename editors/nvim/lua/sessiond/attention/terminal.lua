-- Asks the terminal for a notification by OSC 9, which terminals that do not know it pass over; only where Neovim draws
-- in a terminal, and with nothing in it that a terminal would obey.
local text = require("sessiond.ui.text")

local M = {}

local function has_terminal()
  return vim.iter(vim.api.nvim_list_uis()):any(function(ui)
    return ui.stdout_tty
  end)
end

---@param words string
function M.notify(words)
  if not has_terminal() then
    return
  end
  local sequence = ("\27]9;%s\7"):format(text.one_line(words, 120):gsub(";", ","))
  if vim.api.nvim_ui_send then
    vim.api.nvim_ui_send(sequence)
  else
    vim.api.nvim_chan_send(vim.v.stderr, sequence)
  end
end

return M
