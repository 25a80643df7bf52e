-- A language server in this process, attached to prompts only: it offers mentions and commands, so that whatever
-- completes by LSP (Neovim's own, blink.cmp, nvim-cmp, mini.completion) completes them.
local complete = require("sessiond.context.mentions.complete")

local M = {}

local KINDS = { word = 14, file = 17, command = 3 } -- Keyword, File, Function

local function item(choice, index, lead, range)
  return {
    label = choice.text,
    kind = KINDS[choice.kind],
    detail = choice.detail ~= "" and choice.detail or nil,
    labelDetails = choice.detail ~= "" and { description = choice.detail } or nil,
    sortText = ("%04d"):format(index),
    -- Clients filter by prefix; these fit already, however fuzzily.
    filterText = lead,
    textEdit = { range = range, newText = choice.text },
  }
end

local function completion(params, callback)
  local buf = vim.uri_to_bufnr(params.textDocument.uri)
  local row = params.position.line
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
  local col = vim.str_byteindex(line, "utf-16", params.position.character, false)
  local start, lead = complete.lead(line, row, col)
  if not start or not lead then
    return callback(nil, { isIncomplete = false, items = {} })
  end
  local range = {
    start = { line = row, character = vim.str_utfindex(line, "utf-16", start, false) },
    ["end"] = params.position,
  }
  complete.choices(require("sessiond.context.mentions").directory(), lead, function(choices)
    local items = {}
    for index, choice in ipairs(choices) do
      items[index] = item(choice, index, lead, range)
    end
    callback(nil, { isIncomplete = true, items = items })
  end)
end

local CAPABILITIES = { completionProvider = { triggerCharacters = { "@", "/", '"' } } }

--- What `vim.lsp.start` is given for a command: a server without a process.
local function serve(dispatchers)
  local closing, last_id = false, 0
  local methods = {
    initialize = function(_, callback)
      callback(nil, { capabilities = CAPABILITIES, serverInfo = { name = "sessiond" } })
    end,
    ["textDocument/completion"] = completion,
    shutdown = function(_, callback)
      callback(nil, nil)
    end,
  }
  local function stop()
    if not closing then
      closing = true
      dispatchers.on_exit(0, 0)
    end
  end
  return {
    request = function(method, params, callback)
      last_id = last_id + 1
      local run = methods[method]
      if run then
        run(params, callback) -- at once, so that the first key typed after opening is heard already
      else
        callback({ code = -32601, message = method .. " is not offered" }, nil)
      end
      return true, last_id
    end,
    notify = function(method)
      if method == "exit" then
        stop()
      end
      return true
    end,
    is_closing = function()
      return closing
    end,
    terminate = stop,
  }
end

--- Whether something else completes, that uses language servers by itself.
local function others_complete()
  local loaded = package.loaded
  return loaded["blink.cmp"] ~= nil or loaded["cmp"] ~= nil or _G.MiniCompletion ~= nil or loaded["coq"] ~= nil
end

--- Lets a prompt be completed.
---@param buf integer
function M.attach(buf)
  vim.lsp.start({
    name = "sessiond-prompt",
    cmd = serve,
    on_attach = function(client, attached)
      if not others_complete() then
        vim.lsp.completion.enable(true, client.id, attached, { autotrigger = true })
      end
    end,
  }, { bufnr = buf, silent = true })
end

return M
