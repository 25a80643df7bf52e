-- Keeps windows at the end of a transcript that grows, as long as their cursor is there; one that has gone up stays.
local M = {}

---@param buf integer
---@param wins integer[]
---@return integer[] wins those that follow
function M.before(buf, wins)
  local last = vim.api.nvim_buf_line_count(buf)
  return vim.tbl_filter(function(win)
    return vim.api.nvim_win_get_cursor(win)[1] >= last
  end, wins)
end

---@param buf integer
---@param wins integer[]
function M.after(buf, wins)
  local last = vim.api.nvim_buf_line_count(buf)
  for _, win in ipairs(wins) do
    vim.api.nvim_win_set_cursor(win, { last, 0 })
    -- Neovim may leave the cursor in the window's middle; the end is to stand at its foot.
    vim.api.nvim_win_call(win, function()
      if vim.fn.line("w0") > 1 then
        vim.cmd("normal! zb")
      end
    end)
  end
end

return M
