-- A unified diff as lines of a card: the file's name, numbered hunks, what came and went. Pure; questions use it too.
local M = {}

local MOST_LINES = 400

---@param line string
---@return sessiond.Line
local function drawn(line, indent)
  local first = line:sub(1, 1)
  if first == "+" then
    return { { indent }, { line, "SessiondAdded" } }
  elseif first == "-" then
    return { { indent }, { line, "SessiondRemoved" } }
  elseif first == "@" then
    return { { indent .. line, "SessiondHunk" } }
  elseif first == "\\" then
    return { { indent .. line, "SessiondMuted" } }
  end
  return { { indent .. line, "SessiondToolTitle" } }
end

---@param text string
---@param indent? string
---@param unnamed? boolean the file's name is said elsewhere
---@return sessiond.Line[]
function M.lines(text, indent, unnamed)
  local lines = {}
  for line in text:gmatch("([^\n]*)\n?") do
    line = line:sub(1, 1000):gsub("[\r\t]", { ["\r"] = "", ["\t"] = "  " })
    if #lines >= MOST_LINES then
      lines[#lines + 1] = { { (indent or "") .. "… and more", "SessiondMuted" } }
      break
    elseif line:find("^%+%+%+ ") then
      local name = { { (indent or "") .. line:sub(5):gsub("^b/", ""), "SessiondMuted" } }
      lines[#lines + 1] = not unnamed and name or nil
    elseif line ~= "" and not line:find("^%-%-%- ") then
      lines[#lines + 1] = drawn(line, indent or "")
    end
  end
  return lines
end

return M
