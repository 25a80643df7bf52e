-- Answers `workspace/applyEdit`: edits of the engine made in open buffers, of exactly the version that it has read.
local buffers = require("sessiond.context.buffers")
local documents = require("sessiond.context.documents")
local engine = require("sessiond.engine")
local reload = require("sessiond.context.reload")
local text = require("sessiond.context.documents.text")

local M = {}

---@class sessiond.DocumentEdit
---@field uri string
---@field version? integer
---@field edits table[] LSP's TextEdits

--- The edits of each document; nil where the edit would do something else, such as rename a file.
---@return sessiond.DocumentEdit[]?
local function by_document(edit)
  local found = {}
  for uri, edits in pairs(edit.changes or {}) do
    found[#found + 1] = { uri = uri, edits = edits }
  end
  for _, change in ipairs(edit.documentChanges or {}) do
    if not change.textDocument then
      return nil
    end
    local document = change.textDocument
    found[#found + 1] = { uri = document.uri, version = document.version, edits = change.edits }
  end
  return found
end

--- Why a document cannot be edited now; nil where it can.
---@param edit sessiond.DocumentEdit
---@return string?
local function refusal(edit)
  local document = documents.of_uri(edit.uri)
  if not document then
    return edit.uri .. " is not open"
  end
  if not vim.bo[document.buf].modified then
    reload.look(document.buf)
  end
  documents.flush(document.buf)
  document = documents.of_uri(edit.uri)
  if not document then
    return edit.uri .. " is not open any more"
  elseif edit.version and edit.version ~= document.version then
    return "it has been changed in the editor meanwhile"
  elseif not vim.bo[document.buf].modifiable then
    return "its buffer is not modifiable"
  end
end

---@param edit sessiond.DocumentEdit
---@return fun()? save to be called once the engine is answered
local function apply(edit)
  local buf = assert(documents.of_uri(edit.uri)).buf
  local clean, before = not vim.bo[buf].modified, text.lines(buf)
  local lines, ended = text.split(text.edited((text.whole(buf)), edit.edits))
  buffers.replace(buf, lines)
  if #lines > 0 and ended ~= vim.bo[buf].endofline then
    vim.bo[buf].endofline = ended
  end
  documents.flush(buf)
  reload.tell({ buf = buf, path = documents.path(buf), before = before, after = text.lines(buf) })
  return clean
      and function()
        if vim.api.nvim_buf_is_valid(buf) and vim.bo[buf].modified then
          buffers.save(buf)
        end
      end
    or nil
end

local function answer(params, reply)
  local edits = by_document(params.edit)
  local reason = not edits and "this editor makes no files by an edit" or nil
  for _, edit in ipairs(edits or {}) do
    reason = reason or refusal(edit)
  end
  if reason or not edits then
    return reply({ applied = false, failureReason = reason })
  end
  local saves = {}
  local well, problem = pcall(function()
    for _, edit in ipairs(edits) do
      saves[#saves + 1] = apply(edit)
    end
  end)
  if not well then
    return reply({ applied = false, failureReason = tostring(problem) })
  end
  reply({ applied = true })
  for _, save in ipairs(saves) do
    save()
  end
end

function M.attach()
  engine.on_request("workspace/applyEdit", answer)
end

return M
