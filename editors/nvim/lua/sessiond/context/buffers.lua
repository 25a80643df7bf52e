-- Changes of buffers that the user has not typed: made with one step to undo, written where the buffer was saved
-- before. Used for edits of the engine here, and for hunks that are taken back by the review.
local documents = require("sessiond.context.documents")
local log = require("sessiond.log")
local text = require("sessiond.context.documents.text")

local M = {}

M.lines = text.lines

--- What comes now is not undone together with what was before.
local function end_undo_step(buf)
  vim.api.nvim_buf_call(buf, function()
    vim.bo.undolevels = vim.bo.undolevels
  end)
end

---@param old string[]
---@param new string[]
---@return integer[][] hunks as `vim.diff` gives them, the last one first
local function differences(old, new)
  local diff = vim.text and vim.text.diff or vim.diff
  local function whole(lines)
    return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
  end
  local hunks = diff(whole(old), whole(new), { result_type = "indices", algorithm = "histogram" })
  table.sort(hunks, function(one, other)
    return one[1] > other[1] or one[1] == other[1] and one[2] > other[2]
  end)
  return hunks
end

--- Makes these the lines of a buffer, as one step to undo; lines that stay keep their marks.
---@param buf integer
---@param new string[]
function M.replace(buf, new)
  local old = M.lines(buf)
  end_undo_step(buf)
  if #old == 0 or #new == 0 then
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, new)
  else
    for _, hunk in ipairs(differences(old, new)) do
      local from = hunk[2] == 0 and hunk[1] or hunk[1] - 1
      local first = hunk[4] == 0 and hunk[3] + 1 or hunk[3]
      vim.api.nvim_buf_set_lines(buf, from, from + hunk[2], false, vim.list_slice(new, first, first + hunk[4] - 1))
    end
  end
  end_undo_step(buf)
end

--- Writes a buffer as it is: what formats on saving is left out, since the engine is to find what it has written, and
--- what listens to a written file is told. The caller has seen that the disk has what the buffer had.
---@param buf integer
---@return boolean written; where not, the user is told and the buffer stays modified
function M.save(buf)
  local well, problem = pcall(vim.api.nvim_buf_call, buf, function()
    vim.cmd("silent noautocmd lockmarks keepalt write")
  end)
  if not well then
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buf), ":.")
    log.tell(
      "warn",
      ("%s was changed and could not be saved: %s"):format(name, tostring(problem):match("E%d+:.*") or problem)
    )
    return false
  end
  well, problem = pcall(vim.api.nvim_exec_autocmds, "BufWritePost", { buffer = buf, modeline = false })
  if not well then
    log.write("warn", "what listens to written files failed: " .. tostring(problem))
  end
  return true
end

--- Changes a buffer and tells the engine; it is written where it had no unsaved changes.
---@param buf integer
---@param new string[]
function M.change(buf, new)
  local clean = not vim.bo[buf].modified
  M.replace(buf, new)
  documents.flush(buf)
  if clean and vim.bo[buf].modified then
    M.save(buf)
  end
end

return M
