-- A unified diff as lines of a card: the file's name, numbered hunks, what came and went. Pure; questions use it too.
local diff_lines = require("sessiond.chat.cards.diff_lines")

local M = {}

local MOST_LINES = 400

local groups = { added = "SessiondAdded", removed = "SessiondRemoved" }

---@param kind sessiond.DiffKind
---@param line string
---@param indent string
---@return sessiond.Line
local function drawn(kind, line, indent)
  if kind == "new" then
    return { { indent .. line:sub(5):gsub("^b/", ""), "SessiondMuted" } }
  elseif groups[kind] then
    return { { indent }, { line, groups[kind] } }
  elseif kind == "hunk" then
    return { { indent .. line, "SessiondHunk" } }
  end
  return { { indent .. line, line:find("^\\") and "SessiondMuted" or "SessiondToolTitle" } }
end

---@param text string
---@param indent? string
---@param unnamed? boolean the file's name is said elsewhere
---@return sessiond.Line[]
function M.lines(text, indent, unnamed)
  local lines = {}
  for _, line in ipairs(diff_lines.of(text)) do
    if #lines >= MOST_LINES then
      lines[#lines + 1] = { { (indent or "") .. "… and more", "SessiondMuted" } }
      break
    elseif line.kind ~= "old" and not (unnamed and line.kind == "new") then
      local shown = line.text:sub(1, 1000):gsub("[\r\t]", { ["\r"] = "", ["\t"] = "  " })
      lines[#lines + 1] = drawn(line.kind, shown, indent or "")
    end
  end
  return lines
end

--- Where something begins to come or go, with one line before it.
---@param lines sessiond.Line[] drawn here
---@return integer
function M.first_change(lines)
  for index, line in ipairs(lines) do
    if line[2] then
      return math.max(1, index - 1)
    end
  end
  return 1
end

return M
