-- The models that were chosen last, kept over restarts of the editor, so that they stand first.
local log = require("sessiond.log")

local M = {}

local KEPT = 8

---@return string
local function path()
  return vim.fs.joinpath(vim.fn.stdpath("state") --[[@as string]], "sessiond", "models")
end

---@return string[] models the last one first
function M.all()
  local well, lines = pcall(vim.fn.readfile, path())
  return well and lines or {}
end

---@param model string
function M.add(model)
  local models = vim.tbl_filter(function(other)
    return other ~= model
  end, M.all())
  table.insert(models, 1, model)
  vim.fn.mkdir(vim.fs.dirname(path()), "p")
  local well, problem = pcall(vim.fn.writefile, vim.list_slice(models, 1, KEPT), path())
  if not well then
    log.write("warn", "the chosen model cannot be kept: " .. problem)
  end
end

return M
