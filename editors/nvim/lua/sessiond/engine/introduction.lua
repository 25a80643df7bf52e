-- What the editor says of itself at `initialize`. Its abilities are those for whose requests a room has a handler.
local config = require("sessiond.config")

local M = {}

M.VERSION = "0.1.0"

---@param handlers sessiond.Handlers
---@return table params of `initialize`
function M.params(handlers)
  local options = config.get()
  local answers = handlers.requests
  local folder = { uri = vim.uri_from_fname(config.directory()), name = vim.fs.basename(config.directory()) }
  local own = {
    protocolVersion = 1,
    client = { name = "neovim", version = M.VERSION },
    editor = {
      applyEdit = answers["workspace/applyEdit"] ~= nil,
      diagnostics = answers["editor/diagnostics"] ~= nil,
      context = answers["editor/context"] ~= nil,
    },
  }
  own.env = next(options.env) and options.env or nil
  own.settings = next(options.settings) and options.settings or nil
  return {
    processId = vim.fn.getpid(),
    clientInfo = { name = "neovim", version = M.VERSION },
    rootUri = folder.uri,
    workspaceFolders = { folder },
    capabilities = {
      workspace = {
        applyEdit = own.editor.applyEdit,
        workspaceEdit = { documentChanges = true },
      },
      general = { positionEncodings = { "utf-16" } },
    },
    initializationOptions = { sessiond = own },
  }
end

return M
