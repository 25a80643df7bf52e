-- The messages of the chat's session, the latest first: to go to one, to fork from it, to take back all from it on.
local chat = require("sessiond.chat")
local session = require("sessiond.session")
local text = require("sessiond.ui.text")

local M = {}

---@param transcript sessiond.Transcript
---@param message sessiond.Message
---@return string
local function words(transcript, message)
  local tools = {}
  for _, part in ipairs(message.parts) do
    if part.type == "text" and session.text(transcript, part):find("%S") then
      return text.one_line(session.text(transcript, part), 300)
    end
    tools[#tools + 1] = part.type == "tool" and text.one_line(part.name, 40) or nil
  end
  return #tools > 0 and "calls " .. table.concat(tools, ", ") or "nothing"
end

--- Puts the cursor of the chat on a message.
---@param id string
function M.go_to(id)
  local view = chat.view() or chat.open()
  local pair = assert(chat.conversation())
  for index, row in ipairs(pair.renderer:message_rows()) do
    if pair.renderer.groups[index].id == id then
      vim.api.nvim_set_current_win(view.win)
      vim.api.nvim_win_set_cursor(view.win, { row + 1, 0 })
      vim.cmd.normal({ "zt", bang = true })
    end
  end
end

local function entries(id)
  local transcript, items = session.get(id), {}
  for _, message in ipairs(transcript and transcript.messages or {}) do
    table.insert(
      items,
      1,
      { id = message.id, role = message.role, at = message.createdAt, words = words(transcript, message) }
    )
  end
  return items
end

---@return sessiond.Source
function M.new()
  local id = chat.session_id() or ""
  return {
    name = "messages",
    title = "Messages",
    text = function(item)
      return item.words
    end,
    line = function(item, width)
      local own = item.role == "user"
      local ago = text.ago(item.at)
      local words_shown = text.one_line(item.words, math.max(10, width - #ago - 5))
      local gap = width - 3 - vim.api.nvim_strwidth(words_shown) - #ago
      return {
        { own and "▌ " or "  ", "SessiondUserBar" },
        { words_shown, not own and "SessiondMuted" or nil },
        { (" "):rep(gap) .. ago, "SessiondMuted" },
      }
    end,
    choose = function(item)
      M.go_to(item.id)
    end,
    actions = {
      fork = function(item, picker)
        picker:close()
        require("sessiond.picker.sources.sessions").fork(id, item.id)
      end,
      revert = function(item, picker)
        picker:close()
        require("sessiond.picker.revert").show(id, item.id)
      end,
    },
    load = function(_, show)
      show(entries(id))
    end,
    watch = function(_, touch)
      return session.listen(function(change)
        if change.id == id and (change.reset or change.events[1].seq) then
          touch(entries(id))
        end
      end)
    end,
  }
end

return M
