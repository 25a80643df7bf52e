-- Runs specs by busted in this Neovim: `nvim --clean --headless -l spec/run.lua [spec …]`, in the plugin's folder.
-- Busted and what it needs come from the system (Debian's `lua-busted`) or from LUA_PATH and LUA_CPATH.
package.path = "/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/?/init.lua;" .. package.path
for _, folder in ipairs(vim.fn.glob("/usr/lib/*/lua/5.1", true, true)) do
  package.cpath = folder .. "/?.so;" .. package.cpath
end
vim.opt.runtimepath:prepend(vim.fn.getcwd())
_G.arg = vim.list_extend({ [0] = "busted", "-o", "plainTerminal" }, #_G.arg > 0 and _G.arg or { "spec" })
require("busted.runner")({ standalone = false })
