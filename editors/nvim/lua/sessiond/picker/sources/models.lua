-- The models with their limits and prices: those chosen last first, then what can be used, then the rest, each with the
-- reason why it cannot.
local chat = require("sessiond.chat")
local config = require("sessiond.config")
local engine = require("sessiond.engine")
local log = require("sessiond.log")
local recents = require("sessiond.picker.recents")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")

local M = {}

local function dollars(price)
  return price and (("$%.2f"):format(price):gsub("%.?0+$", "")) or "?"
end

---@param model sessiond.ModelInfo
---@return string
local function details(model)
  local parts = {}
  parts[#parts + 1] = model.context and chat.tokens(model.context) .. " context" or nil
  parts[#parts + 1] = model.output and chat.tokens(model.output) .. " out" or nil
  parts[#parts + 1] = model.price and ("%s in, %s out"):format(dollars(model.price.input), dollars(model.price.output))
  parts[#parts + 1] = model.reasoning and "thinks" or nil
  parts[#parts + 1] = model.images and "sees" or nil
  parts[#parts + 1] = not model.tools and "no tools" or nil
  return table.concat(parts, " · ")
end

---@param self {default?: string, current?: string}
---@param model sessiond.ModelInfo
---@param width integer
---@return sessiond.Line
local function line(self, model, width)
  local mark = model.id == self.current and { "● ", "SessiondKey" } or { "  " }
  local name = text.one_line(model.id, 60)
  local right = model.usable and details(model) or text.one_line(model.whyNot or "cannot be used", width)
  local room = math.max(24, math.min(40, math.floor(width / 2)))
  local gap = (" "):rep(math.max(2, room - vim.api.nvim_strwidth(name)))
  return {
    mark,
    { name, not model.usable and "SessiondMuted" or nil },
    { model.id == self.default and " default" or "", "SessiondMuted" },
    { gap:sub(1, model.id == self.default and math.max(2, #gap - 8) or #gap), nil },
    { right, model.usable and "SessiondMuted" or "SessiondWarning" },
  }
end

--- Models that are chosen or configured and in no list: a provider may have more than it tells of.
local function complete(models, names)
  local known = {}
  for _, model in ipairs(models) do
    known[model.id] = true
  end
  for _, name in pairs(names) do
    if not known[name] then
      known[name] = true
      table.insert(models, 1, { id = name, provider = name:match("^[^/]*"), usable = true, tools = true })
    end
  end
  return models
end

--- Recents first, then what can be used; otherwise as the engine lists them.
local function sort(models, recent)
  local rank = {}
  for index, id in ipairs(recent) do
    rank[id] = index
  end
  local place = {}
  for index, model in ipairs(models) do
    local own = model.usable and rank[model.id]
    place[model.id] = (own or (model.usable and 1e3 or 1e6)) + index / 1e5
  end
  table.sort(models, function(one, other)
    return place[one.id] < place[other.id]
  end)
  return models
end

--- Gives a chat another model: the session, or the one that will be made.
---@param id string
function M.set(id)
  local pair = chat.conversation()
  if not pair then
    chat.open()
    pair = assert(chat.conversation())
  end
  recents.add(id)
  if pair.session_id then
    return session.update(pair.session_id, { model = id }, function(err)
      if err then
        log.tell("error", "the model was not changed: " .. err.message)
      end
    end)
  end
  pair.model = id
  pair.renderer.transcript.session.model = id -- of the empty transcript, which is no session's
  pair.renderer:touch()
end

local function choose(model)
  if model.usable then
    return M.set(model.id)
  end
  log.tell("warn", ("%s: %s"):format(model.id, model.whyNot or "it cannot be used"))
  require("sessiond.picker.sources.providers").enter_key(model.provider)
end

---@return sessiond.Source
function M.new()
  local id = chat.session_id()
  local transcript = id and session.get(id)
  local pair = chat.conversation()
  local self = { current = transcript and transcript.session.model or pair and pair.model or config.get().model }
  return {
    name = "models",
    title = "Models",
    text = function(model)
      return model.id
    end,
    line = function(model, width)
      return line(self, model, width)
    end,
    choose = choose,
    load = function(_, show)
      engine.request("model/list", { directory = config.directory() }, function(err, result)
        if err then
          return show({}, "the models cannot be listed: " .. err.message)
        end
        self.default = result.default
        self.current = self.current or result.default
        local names = vim.list_extend({ self.current, self.default }, recents.all())
        show(sort(complete(result.models, names), recents.all()))
      end)
    end,
  }
end

return M
