-- What stands below the conversation: what goes on now, the todo list, the prompts that wait, and in an empty chat how
-- to begin. Pure but for the clock and the state of the engine.
local config = require("sessiond.config")
local default_model = require("sessiond.chat.default_model")
local engine = require("sessiond.engine")
local keys = require("sessiond.keys")
local tool = require("sessiond.chat.cards.tool")

local M = {}

local sources = {} ---@type sessiond.TailSource[]

---@param source sessiond.TailSource
function M.add(source)
  for index, other in ipairs(sources) do
    if other.name == source.name then
      table.remove(sources, index)
      break
    end
  end
  table.insert(sources, source)
  table.sort(sources, function(one, other)
    return one.order < other.order
  end)
end

local function block(kind, lines, version)
  return { id = "tail:" .. kind, kind = kind, lines = lines, version = version }
end

local function now()
  return os.time() * 1000
end

--- What the engine says it does, as people say it.
---@param transcript sessiond.Transcript
---@return string?
function M.doing(transcript)
  local status = transcript.status
  if not transcript.turn then
    return nil
  elseif #transcript.permissions + #transcript.questions > 0 or status.state == "waiting" then
    return "waits for your answer"
  elseif status.state == "retrying" then
    local seconds = status.nextTryAt and math.max(0, math.ceil((status.nextTryAt - now()) / 1000)) or 0
    return ("tries again in %d s%s"):format(seconds, status.reason and (": " .. tool.short(status.reason, 80)) or "")
  elseif status.state == "compacting" or transcript.turn.kind == "summarize" then
    return "makes the conversation smaller"
  end
  return "works"
end

local function status_blocks(transcript)
  local lines = {}
  local notice = transcript.notices[#transcript.notices]
  local doing = M.doing(transcript)
  if notice and doing then
    lines = {
      {},
      { { "  " .. tool.short(notice.text), notice.severity == "info" and "SessiondMuted" or "SessiondWarning" } },
    }
  end
  if doing then
    local since = transcript.turn.started_at
    local seconds = since and (" %d s"):format(math.max(0, (now() - since) / 1000)) or ""
    local stop = keys.label("chat", "abort")
    vim.list_extend(lines, {
      {},
      {
        { config.get().chat.symbols.running .. " ", "SessiondRunning" },
        { doing, "SessiondRunning" },
        { seconds, "SessiondMuted" },
        { stop and ("   " .. stop) or "", "SessiondKey" },
        { stop and " stops" or "", "SessiondMuted" },
      },
    })
  end
  if transcript.reverted then
    local text = "  Messages were taken back; `:Sessiond unrevert` brings them again until the next prompt."
    vim.list_extend(lines, { {}, { { text, "SessiondWarning" } } })
  end
  if #lines == 0 then
    return {}
  end
  local texts = vim.tbl_map(function(line)
    return line[1] and table.concat(vim.tbl_map(function(chunk)
      return chunk[1]
    end, line)) or ""
  end, lines)
  return { block("status", lines, table.concat(texts)) }
end

local function todo_blocks(transcript)
  local symbols = config.get().chat.symbols
  local marks =
    { pending = symbols.todo, inProgress = symbols.doing, completed = symbols.done, cancelled = symbols.cancelled }
  local open, version = 0, {}
  local lines = { {}, { { "Todos", "SessiondUser" } } }
  for _, todo in ipairs(transcript.todos) do
    local status = todo.status or "pending"
    local is_open = status == "pending" or status == "inProgress"
    open = open + (is_open and 1 or 0)
    local group = status == "inProgress" and "SessiondRunning" or is_open and "SessiondTodo" or "SessiondTodoDone"
    lines[#lines + 1] =
      { { "  " .. (marks[status] or symbols.todo) .. " ", group }, { tool.short(todo.content), group } }
    version[#version + 1] = status .. todo.content
  end
  if #transcript.todos == 0 or (open == 0 and not transcript.turn) then
    return {}
  end
  lines[2][2] = { ("  %d of %d done"):format(#transcript.todos - open, #transcript.todos), "SessiondMuted" }
  return { block("todos", lines, table.concat(version, "\n") .. open) }
end

local function text_of(parts, text)
  local texts = {}
  for _, part in ipairs(parts or {}) do
    texts[#texts + 1] = part.type == "text" and part.text or ("@" .. (part.name or part.uri))
  end
  texts[#texts + 1] = text
  return table.concat(texts, " ")
end

local function queue_blocks(transcript)
  local unsent = require("sessiond.session").unsent(transcript.id)
  if #transcript.queue + #unsent == 0 then
    return {}
  end
  local key = keys.label("chat", "queue")
  local head = { { "Waiting", "SessiondQueued" } }
  head[2] = { transcript.held and ("  held: " .. tool.short(transcript.held)) or "", "SessiondWarning" }
  head[3] = { key and ("  " .. key) or "", "SessiondKey" }
  head[4] = { key and " changes them" or "", "SessiondMuted" }
  local lines, version = { {}, head }, { transcript.held or "" }
  for index, prompt in ipairs(transcript.queue) do
    local how = prompt.mode == "steer" and "next step" or "next turn"
    local text = tool.short(text_of(prompt.parts))
    lines[#lines + 1] = { { ("  %d. "):format(index), "SessiondMuted" }, { text }, { "  " .. how, "SessiondMuted" } }
    version[#version + 1] = how .. text
  end
  local way = engine.state().name == "ready" and "on its way" or "kept until the engine runs again"
  for _, params in ipairs(unsent) do
    local text = tool.short(text_of(params.parts, params.text))
    lines[#lines + 1] = { { "  … ", "SessiondMuted" }, { text }, { "  " .. way, "SessiondMuted" } }
    version[#version + 1] = way .. text
  end
  return { block("queue", lines, table.concat(version, "\n")) }
end

--- A line of a key and what it does, where it is mapped.
local function hint(lines, place, name, text)
  local key = keys.label(place, name)
  if key then
    lines[#lines + 1] = { { "  " }, { ("%-8s"):format(key), "SessiondKey" }, { text, "SessiondMuted" } }
  end
end

local function empty_blocks(transcript)
  if #transcript.messages > 0 or transcript.turn or #transcript.hidden > 0 then
    return {}
  end
  local directory = transcript.session.directory
  directory = vim.fn.fnamemodify(directory ~= "" and directory or config.directory(), ":~")
  local model = transcript.session.model or default_model.get()
  local lines = {
    {},
    { { "  A new session", "SessiondUser" } },
    { { "  in ", "SessiondMuted" }, { directory, "SessiondToolTitle" } },
    { { "  with ", "SessiondMuted" }, { model or "the configured model", "SessiondToolTitle" } },
    {},
    { { "  Write below. Files, the selection and diagnostics come with @.", "SessiondMuted" } },
    {},
  }
  hint(lines, "prompt", "send", "send the prompt")
  hint(lines, "prompt", "sessions", "go on with another session")
  hint(lines, "prompt", "models", "choose the model")
  hint(lines, "prompt", "help", "all keys")
  return { block("empty", lines, directory .. (model or "")) }
end

local function engine_blocks()
  local state = engine.state()
  if state.name == "failed" then
    return {
      block("engine", {
        {},
        { { "✗ The engine does not run", "SessiondFailed" } },
        { { "  " .. (state.problem or ""), "SessiondError" } },
        {
          { "  :Sessiond restart", "SessiondKey" },
          { " tries again, ", "SessiondMuted" },
          { ":checkhealth sessiond", "SessiondKey" },
          { " says more.", "SessiondMuted" },
        },
      }, state.problem),
    }
  elseif state.name == "restarting" then
    local text = "  The engine ended and is started again; nothing is lost."
    return { block("engine", { {}, { { text, "SessiondWarning" } } }, text) }
  end
  return {}
end

M.add({ name = "empty", order = 1, blocks = empty_blocks })
M.add({ name = "status", order = 5, blocks = status_blocks })
M.add({ name = "todos", order = 10, blocks = todo_blocks })
M.add({ name = "queue", order = 20, blocks = queue_blocks })
M.add({ name = "engine", order = 90, blocks = engine_blocks })

---@param transcript sessiond.Transcript
---@param width integer
---@return sessiond.Block[]
function M.blocks(transcript, width)
  local all = {}
  for _, source in ipairs(sources) do
    vim.list_extend(all, source.blocks(transcript, width))
  end
  return all
end

return M
