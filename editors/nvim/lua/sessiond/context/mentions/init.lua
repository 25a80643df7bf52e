-- Mentions in prompts: completed, shown, and turned into parts when the prompt is sent. The prompt's text stays as it
-- was written and comes first, what is attached behind it.
local attach = require("sessiond.context.mentions.attach")
local chat = require("sessiond.chat")
local commands = require("sessiond.context.mentions.commands")
local config = require("sessiond.config")
local documents = require("sessiond.context.documents")
local log = require("sessiond.log")
local parse = require("sessiond.context.mentions.parse")
local session = require("sessiond.session")

local M = {}

M.mention_of = parse.mention_of

local namespace = vim.api.nvim_create_namespace("sessiond-mentions")
local MOST = 20

--- What paths in this chat's prompt are relative to.
---@return string
function M.directory()
  local id = chat.session_id()
  local transcript = id and session.get(id)
  local directory = transcript and transcript.session.directory
  return directory and directory ~= "" and directory or config.directory()
end

local function is_path_in(directory)
  return function(path)
    local absolute = attach.resolve(path, directory)
    return vim.uv.fs_stat(absolute) ~= nil or vim.fn.bufloaded(absolute) == 1
  end
end

local function is_command_in(directory)
  return function(name)
    return commands.of(directory)[name] ~= nil
  end
end

--- What the mentions of a text attach, each thing once. The user is told of what cannot be had.
---@param text string
---@param directory string
---@return sessiond.PromptPart[]
function M.parts(text, directory)
  local parts, seen = {}, {}
  for _, mention in ipairs(parse.mentions(text, is_path_in(directory))) do
    local key = text:sub(mention.first, mention.last)
    if not seen[key] and #parts < MOST then
      seen[key] = true
      local part, word = attach.part(mention, directory)
      parts[#parts + 1] = part
      if word then
        log.tell("warn", word)
      end
    end
  end
  return parts
end

--- Makes parts of what a prompt mentions, and a command of the one it begins with.
---@param prompt sessiond.Prompt
local function expand(prompt)
  documents.flush()
  local text = prompt.text
  if not text or text == "" then
    return
  end
  local directory = M.directory()
  local name, arguments, rest = parse.command(text, is_command_in(directory))
  if name and not prompt.command then
    prompt.command = { name = name, arguments = arguments }
    prompt.text = vim.trim(rest) ~= "" and rest or nil
  end
  local parts = M.parts(text, directory)
  if #parts > 0 then
    local own = prompt.text and { { type = "text", text = prompt.text } } or {}
    prompt.parts = vim.list_extend(vim.list_extend(own, prompt.parts or {}), parts)
    prompt.text = nil
  end
end

local function show(buf)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  local text = table.concat(vim.api.nvim_buf_get_lines(buf, 0, 200, false), "\n")
  local directory = M.directory()
  local function mark(first, last)
    local _, row = text:sub(1, first - 1):gsub("\n", "")
    local start = first - 1 - #text:sub(1, first - 1):gsub("[^\n]*$", "")
    local options = { end_col = start + last - first + 1, hl_group = "SessiondMention", strict = false }
    vim.api.nvim_buf_set_extmark(buf, namespace, row, start, options)
  end
  for _, mention in ipairs(parse.mentions(text, is_path_in(directory))) do
    mark(mention.first, mention.last)
  end
  local name = parse.command(text, is_command_in(directory))
  if name then
    mark(1, #name + 1)
  end
end

--- Sets up the prompt of a chat, once.
---@param view sessiond.View
local function adopt(view)
  local buf = view.prompt_buf
  commands.refresh(M.directory())
  if vim.b[buf].sessiond_mentions then
    return
  end
  vim.b[buf].sessiond_mentions = true
  local pending = false
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if not pending then
        pending = true
        vim.schedule(function()
          pending = false
          if vim.api.nvim_buf_is_valid(buf) then
            show(buf)
          end
        end)
      end
    end,
  })
  if config.get().context.completion then
    vim.bo[buf].omnifunc = "v:lua.require'sessiond.context.mentions.complete'.omnifunc"
    require("sessiond.context.mentions.server").attach(buf)
  end
end

function M.attach()
  chat.on_send(expand)
  vim.api.nvim_create_autocmd("User", {
    group = vim.api.nvim_create_augroup("sessiond-mentions", { clear = true }),
    pattern = "SessiondChatOpened",
    callback = function(args)
      adopt(args.data)
    end,
  })
end

return M
