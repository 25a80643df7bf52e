-- What can stand where the cursor is in a prompt: mentions behind `@`, commands behind `/` at its start. Asked by the
-- language server of prompts and by their omnifunc.
local focus = require("sessiond.context.focus")
local commands = require("sessiond.context.mentions.commands")
local files = require("sessiond.context.mentions.files")
local parse = require("sessiond.context.mentions.parse")

local M = {}

local LIMIT = 60

---@class sessiond.Choice
---@field text string what is inserted, from the `@` or `/` on
---@field detail string
---@field kind "word"|"file"|"command"

local WORDS = {
  { "buffer", "the buffer you work on, unsaved text included" },
  { "selection", "what was selected last" },
  { "diagnostics", "what the language servers say" },
  { "diff", "uncommitted changes" },
}

--- Where what is typed before the cursor begins.
---@param line string
---@param row integer from 0
---@param col integer the cursor's byte
---@return integer? start byte of its first character, from 0
---@return string? lead with its `@` or `/`
function M.lead(line, row, col)
  local before = line:sub(1, col)
  local lead = row == 0 and before:match("^/%S*$")
  if lead then
    return 0, lead
  end
  lead = before:match('@"[^"]*$') or before:match("@[^%s@]*$")
  local start = lead and col - #lead
  if lead and (start == 0 or before:sub(start, start):find("[%s%(%[{'\"`]")) then
    return start, lead
  end
end

local function words(typed)
  local found = {}
  for _, word in ipairs(WORDS) do
    if vim.startswith(word[1], typed) then
      found[#found + 1] = { text = "@" .. word[1], detail = word[2], kind = "word" }
    end
  end
  return found
end

--- Paths of buffers come before other files while nothing else says what is wanted.
local function paths_of(directory, typed, all)
  local first, seen, result = {}, {}, {}
  for _, buf in ipairs(focus.buffers()) do
    local path = vim.fs.relpath(directory, vim.api.nvim_buf_get_name(buf))
    first[#first + 1] = path ~= "." and path or nil
  end
  for _, list in ipairs({ files.matching(first, typed, 10), files.matching(all, typed, LIMIT) }) do
    for _, path in ipairs(list) do
      if not seen[path] then
        seen[path] = true
        result[#result + 1] = path
      end
    end
  end
  return result, #first
end

local function command_choices(directory, typed)
  local found = {}
  for name, command in vim.spairs(commands.of(directory)) do
    if vim.startswith(name:lower(), typed:lower()) then
      local arguments = vim.tbl_map(function(argument)
        return argument.required and argument.name or ("[" .. argument.name .. "]")
      end, command.arguments or {})
      local detail = vim.trim(table.concat(arguments, " ") .. "  " .. (command.description or command.title or ""))
      found[#found + 1] = { text = "/" .. name, detail = detail, kind = "command" }
    end
  end
  return found
end

--- Calls back with what fits what was typed, the best first.
---@param directory string
---@param lead string
---@param callback fun(choices: sessiond.Choice[])
function M.choices(directory, lead, callback)
  if lead:sub(1, 1) == "/" then
    return commands.refresh(directory, function()
      callback(command_choices(directory, lead:sub(2)))
    end)
  end
  local typed = lead:sub(2):gsub('^"', "")
  files.all(directory, function(all)
    local choices = lead:sub(2, 2) == '"' and {} or words(typed)
    for _, path in ipairs(paths_of(directory, typed, all)) do
      choices[#choices + 1] = { text = parse.mention_of(path), detail = "", kind = "file" }
    end
    callback(choices)
  end)
end

--- 'omnifunc' of prompts: shows what there is once it is known, since text may not change while Neovim waits here.
---@param find 0|1
---@return integer|table
function M.omnifunc(find)
  if find == 0 then
    return {}
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local start, lead = M.lead(vim.api.nvim_get_current_line(), row - 1, col)
  if not start or not lead then
    return -3
  end
  local buf, shown = vim.api.nvim_get_current_buf(), false
  M.choices(
    require("sessiond.context.mentions").directory(),
    lead,
    vim.schedule_wrap(function(choices)
      local still = vim.api.nvim_get_current_buf() == buf and vim.api.nvim_get_mode().mode:sub(1, 1) == "i"
      if still and not shown and vim.deep_equal(vim.api.nvim_win_get_cursor(0), { row, col }) then
        shown = true
        vim.fn.complete(
          start + 1,
          vim.tbl_map(function(choice)
            return { word = choice.text, menu = choice.detail, kind = choice.kind:sub(1, 1) }
          end, choices)
        )
      end
    end)
  )
  return -2
end

return M
