-- Maps the keys of the options: the global ones at the start, those of a place when a room opens a buffer of it.
local actions = require("sessiond.actions")
local config = require("sessiond.config")

local M = {}

--- The keys of an action in a place, each with its mode: `i:<C-s>` is one of insert mode, others are of normal mode.
---@param value string|string[]|false|nil
---@return {mode: string, lhs: string}[]
local function parse(value)
  local list = type(value) == "table" and value or { value or nil }
  return vim.tbl_map(function(key)
    local mode, lhs = key:match("^([nixv]):(.+)$")
    return { mode = mode or "n", lhs = lhs or key }
  end, list)
end

--- The keys of an action in a place, as people read them, to be shown in a winbar or a card.
---@param place string
---@param name string
---@return string? key the first one; nil where there is none
function M.label(place, name)
  local group = config.get().keys[place]
  local keys = parse(group and group[name])
  return keys[1] and keys[1].lhs
end

--- Maps all keys of a place in a buffer, to functions that are given here or to the actions of those names.
---@param place string a name in `keys` of the options
---@param buf integer
---@param own? table<string, fun()>
---@param applies? fun(): boolean where it says no, a key does what it does without the mapping
function M.map(place, buf, own, applies)
  for name, value in pairs(config.get().keys[place] or {}) do
    local action = actions.find(name)
    local run = own and own[name] or function()
      actions.run(name)
    end
    for _, key in ipairs(parse(value)) do
      local set = { buffer = buf, nowait = true, silent = true, desc = action and action.desc or name }
      set.expr = applies ~= nil
      vim.keymap.set(key.mode, key.lhs, not applies and run or function()
        if not applies() then
          return key.lhs
        end
        vim.schedule(run)
        return ""
      end, set)
    end
  end
end

--- Takes them away again.
---@param place string
---@param buf integer
function M.unmap(place, buf)
  for _, value in pairs(config.get().keys[place] or {}) do
    for _, key in ipairs(parse(value)) do
      pcall(vim.keymap.del, key.mode, key.lhs, { buffer = buf })
    end
  end
end

--- The global keys: none that is mapped already, nor one for an action that the user has mapped.
function M.map_global()
  for name, value in pairs(config.get().keys.global or {}) do
    local action = actions.find(name)
    local plug = "<Plug>(sessiond-" .. name:gsub("_", "-") .. ")"
    for _, key in ipairs(parse(value)) do
      local modes = action and action.range and key.mode == "n" and { "n", "x" } or { key.mode }
      for _, mode in ipairs(modes) do
        if action and vim.fn.maparg(key.lhs, mode) == "" and vim.fn.hasmapto(plug, mode) == 0 then
          vim.keymap.set(mode, key.lhs, plug, { desc = action.desc })
        end
      end
    end
  end
end

return M
