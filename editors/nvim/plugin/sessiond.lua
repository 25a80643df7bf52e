-- The plugin's entrance, sourced by Neovim at its start: commands, `<Plug>` mappings and default keys. It loads the
-- list of actions and the options, and no room before an action of it is used.
if vim.g.loaded_sessiond then
  return
end
vim.g.loaded_sessiond = true

if vim.fn.has("nvim-0.11") == 0 then
  vim.notify("sessiond needs Neovim 0.11 or newer", vim.log.levels.ERROR)
  return
end

require("sessiond.commands").define()

-- After the user's own configuration, so that what it maps comes first.
local function map_keys()
  require("sessiond.keys").map_global()
end

if vim.v.vim_did_enter == 1 then
  map_keys()
else
  vim.api.nvim_create_autocmd("VimEnter", { once = true, callback = map_keys })
end
