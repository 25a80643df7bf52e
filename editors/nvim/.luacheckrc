-- Rules of luacheck for the plugin and its specs; run it in this folder.
std = "luajit"
read_globals = { "vim" }
max_line_length = 120
self = false
cache = false

-- Fields of these are settings that Neovim means to be assigned.
globals = { "vim.b", "vim.bo", "vim.g", "vim.o", "vim.opt", "vim.opt_local", "vim.v", "vim.w", "vim.wo", "vim.env", "vim.ui" }

files["spec"] = { std = "+busted" }
exclude_files = { "lua/sessiond/protocol.lua" }
