-- The sessions, the latest first; searched by the engine in titles, prompts and answers. Children of others are left
-- out. What is renamed, forked, archived or deleted here is so everywhere.
local chat = require("sessiond.chat")
local config = require("sessiond.config")
local log = require("sessiond.log")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")
local watch = require("sessiond.picker.watch")

local M = {}

local function or_tell(what, callback)
  return function(err, result)
    if err then
      log.tell("error", what .. ": " .. err.message)
    elseif callback then
      callback(result)
    end
  end
end

--- Whether a question of it waits, or one of its tasks in a chat that is open here.
---@param row sessiond.Session
local function is_asking(row)
  local transcript = session.get(row.id)
  return (row.waiting or 0) > 0 or (transcript and #transcript.permissions + #transcript.questions > 0)
end

---@param row sessiond.Session
---@return string symbol, string? group
local function state_of(row)
  local symbols = config.get().chat.symbols
  if is_asking(row) then
    return "?", "SessiondQuestion"
  elseif row.turnId then
    return symbols.running, "SessiondRunning"
  elseif row.id == chat.session_id() then
    return "●", "SessiondKey"
  end
  return " ", nil
end

---@param self {everywhere: boolean}
---@param row sessiond.Session
---@param width integer
---@return sessiond.Line
local function line(self, row, width)
  local symbol, group = state_of(row)
  local model = width > 70 and row.model and text.one_line(row.model, 24) or ""
  local right = { is_asking(row) and "waits for you" or "" }
  right[#right + 1] = self.everywhere and text.path(row.directory, math.floor(width / 3)) or ""
  right[#right + 1] = model
  right[#right + 1] = (row.cost or 0) > 0 and width > 50 and chat.cost(row.cost) or ""
  right[#right + 1] = text.ago(row.updatedAt)
  local details = table.concat(
    vim.tbl_filter(function(part)
      return part ~= ""
    end, right),
    " · "
  )
  local room = math.max(10, width - vim.api.nvim_strwidth(details) - 3)
  local title = text.one_line(row.title ~= "" and row.title or "without a title", room)
  local gap = (" "):rep(room - vim.api.nvim_strwidth(title) + 1)
  return { { symbol .. " ", group }, { title, row.archived and "SessiondMuted" }, { gap .. details, "SessiondMuted" } }
end

local function is_wanted(self, row)
  return not row.parentId
    and (row.archived or false) == self.archived
    and (self.everywhere or row.directory == self.directory)
end

--- Takes rows in the place of those that are known, the latest first.
local function merge(self, changed, deleted)
  for _, row in ipairs(changed) do
    self.rows[row.id] = row
  end
  for _, id in ipairs(deleted) do
    self.rows[id] = nil
  end
end

local function sorted(self)
  local rows = vim.tbl_filter(function(row)
    return is_wanted(self, row)
  end, vim.tbl_values(self.rows))
  table.sort(rows, function(one, other)
    return one.updatedAt > other.updatedAt or (one.updatedAt == other.updatedAt and one.id > other.id)
  end)
  return rows
end

local function load(self, query, show)
  session.list({
    directory = not self.everywhere and self.directory or nil,
    search = query ~= "" and query or nil,
    archived = self.archived,
    limit = config.get().picker.limit,
  }, function(err, result)
    if err then
      return show({}, "the sessions cannot be listed: " .. err.message)
    end
    self.query, self.rows = query, {}
    merge(self, result.sessions, {})
    self.found = result.sessions
    show(query == "" and sorted(self) or result.sessions)
  end)
end

--- Asks for a new name, and gives it.
---@param row {id: string, title: string}
---@param done? fun()
function M.rename(row, done)
  require("sessiond.ui.input").ask({ title = "Rename the session", text = row.title }, function(name)
    if name and vim.trim(name) ~= "" then
      session.update(row.id, { title = vim.trim(name) }, or_tell("the session was not renamed"))
    end
    if done then
      done()
    end
  end)
end

---@param id string
---@param message_id? string
function M.fork(id, message_id)
  session.fork(
    id,
    message_id,
    or_tell("the session was not forked", function(made)
      chat.open({ session_id = made.id })
      vim.notify("sessiond: this is a new session, made of the old one's messages")
    end)
  )
end

---@param id string
---@param archived boolean
---@param done? fun()
function M.archive(id, archived, done)
  session.update(id, { archived = archived }, or_tell("the session was not archived", done))
end

--- Deletes it; a chat that shows it begins anew.
---@param id string
---@param done? fun()
function M.delete(id, done)
  local shown = chat.is_seen(id)
  session.delete(
    id,
    or_tell("the session was not deleted", function()
      if shown then
        chat.open({ fresh = true })
      end
      if done then
        done()
      end
    end)
  )
end

local function actions_of(self)
  return {
    pick_everywhere = function(_, picker)
      self.everywhere = not self.everywhere
      picker:reload()
    end,
    pick_archived = function(_, picker)
      self.archived = not self.archived
      picker:reload()
    end,
    rename = function(row, picker)
      picker:leave()
      M.rename(row, function()
        picker:come_back()
      end)
    end,
    fork = function(row, picker)
      picker:close()
      M.fork(row.id)
    end,
    archive = function(row, picker)
      M.archive(row.id, not row.archived, function()
        picker:reload()
      end)
    end,
    delete = function(row, picker)
      picker:twice("delete", "deletes it for good", function()
        M.delete(row.id, function()
          picker:reload()
        end)
      end)
    end,
  }
end

---@return sessiond.Source
function M.new()
  local self = { everywhere = false, archived = false, directory = config.directory(), rows = {}, query = "" }
  local source = {
    name = "sessions",
    searches = true,
    text = function(row)
      return text.one_line(row.title ~= "" and row.title or "without a title")
    end,
    line = function(row, width)
      return line(self, row, width)
    end,
    choose = function(row)
      chat.open({ session_id = row.id })
    end,
    actions = actions_of(self),
    load = function(query, show)
      load(self, query, show)
    end,
  }
  source.watch = function(_, touch)
    return watch.begin({
      take = function(changed, deleted)
        if self.query ~= "" then
          return touch()
        end
        merge(self, changed, deleted)
        touch(sorted(self))
      end,
      again = touch,
    })
  end
  return setmetatable(source, {
    __index = function(_, field)
      return field == "title"
          and ("%s %s"):format(
            self.archived and "Archived sessions" or "Sessions",
            self.everywhere and "everywhere" or "of " .. text.path(self.directory, 40)
          )
        or nil
    end,
  })
end

return M
