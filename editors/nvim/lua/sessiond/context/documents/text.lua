-- The text of a buffer as LSP has it, and whether it can be told at all. Positions in it count UTF-16 units.
local M = {}

local LINE_ENDS = { dos = "\r\n", mac = "\r" }

---@param buf integer
---@return string
function M.line_end(buf)
  return LINE_ENDS[vim.bo[buf].fileformat] or "\n"
end

--- Whether a text is UTF-8; JSON can say no other.
---@param text string
---@return boolean
function M.is_utf8(text)
  if not text:find("[\128-\255]") then
    return true
  end
  local rest = text
    :gsub("[\194-\223][\128-\191]", "a")
    :gsub("\224[\160-\191][\128-\191]", "a")
    :gsub("\237[\128-\159][\128-\191]", "a")
    :gsub("[\225-\236\238-\239][\128-\191][\128-\191]", "a")
    :gsub("\240[\144-\191][\128-\191][\128-\191]", "a")
    :gsub("[\241-\243][\128-\191][\128-\191][\128-\191]", "a")
    :gsub("\244[\128-\143][\128-\191][\128-\191]", "a")
  return not rest:find("[\128-\255]")
end

--- Lines as a text; nil where they hold what is none: NUL, which a buffer's line has as a line break, or broken UTF-8.
---@param lines string[]
---@param line_end string
---@return string?
function M.join(lines, line_end)
  local text = table.concat(lines, "\n")
  if select(2, text:gsub("\n", "")) ~= math.max(0, #lines - 1) or not M.is_utf8(text) then
    return nil
  end
  return line_end == "\n" and text or (text:gsub("\n", line_end))
end

--- The lines of a buffer; an empty buffer has none.
---@param buf integer
---@return string[]
function M.lines(buf)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  return #lines == 1 and lines[1] == "" and {} or lines
end

--- All of a buffer, nil where it is no text.
---@param buf integer
---@return string? text
---@return boolean regular whether its lines are those of LSP, all ended
function M.whole(buf)
  local lines, line_end = M.lines(buf), M.line_end(buf)
  local text = M.join(lines, line_end)
  if not text or #lines == 0 then
    return text, false
  end
  local ended = vim.bo[buf].endofline or (vim.bo[buf].fixendofline and not vim.bo[buf].binary)
  local stray = line_end ~= "\r" and select(2, text:gsub("\r", "")) ~= (line_end == "\r\n" and #lines - 1 or 0)
  return ended and text .. line_end or text, ended and not stray
end

--- Where each line of a text begins and ends (without its end), as LSP cuts them: at "\n", "\r\n" and "\r" alone.
local function starts_of(text)
  local spans, at = {}, 1
  while true do
    local stop, ended = text:find("\r?\n", at), nil
    local alone = text:find("\r", at, true)
    if alone and (not stop or alone < stop) then
      stop, ended = alone, text:sub(alone + 1, alone + 1) == "\n" and alone + 1 or alone
    elseif stop then
      ended = select(2, text:find("\r?\n", stop))
    end
    spans[#spans + 1] = { at, (stop or #text + 1) - 1 }
    if not stop then
      return spans
    end
    at = ended + 1
  end
end

--- A text with LSP's edits made, all of which are in positions of the text as it is.
---@param text string
---@param edits {range: sessiond.Range, newText: string}[]
---@return string
function M.edited(text, edits)
  local spans = starts_of(text)
  local function offset(position)
    local span = spans[position.line + 1]
    if not span then
      return #text + 1
    end
    local line = text:sub(span[1], span[2])
    return span[1] + vim.str_byteindex(line, "utf-16", position.character, false)
  end
  local cuts = {}
  for index, edit in ipairs(edits) do
    local range = edit.range
    cuts[index] = { offset(range.start), offset(range["end"]), edit.newText, index }
  end
  table.sort(cuts, function(one, other)
    if one[1] ~= other[1] then
      return one[1] < other[1]
    end
    return one[4] < other[4]
  end)
  local pieces, at = {}, 1
  for _, cut in ipairs(cuts) do
    assert(cut[1] >= at and cut[2] >= cut[1], "edits that overlap")
    pieces[#pieces + 1] = text:sub(at, cut[1] - 1)
    pieces[#pieces + 1] = cut[3]
    at = cut[2]
  end
  pieces[#pieces + 1] = text:sub(at)
  return table.concat(pieces)
end

--- The lines of a text, and whether the last one is ended.
---@param text string
---@return string[] lines
---@return boolean ended
function M.split(text)
  local lines = vim.split((text:gsub("\r\n?", "\n")), "\n", { plain = true })
  local ended = lines[#lines] == ""
  if ended then
    lines[#lines] = nil
  end
  return lines, ended
end

return M
