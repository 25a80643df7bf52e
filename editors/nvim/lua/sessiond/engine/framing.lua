-- The framing of LSP: `Content-Length` headers before each body. Pure; used in the fast context, where reads come in.
-- A large message costs one copy, however many reads it comes in.
local M = {}

--- The most a message may have: more than the engine ever sends.
local MOST_BYTES = 128 * 1024 * 1024
local MOST_HEADER = 4096

---@param body string
---@return string
function M.encode(body)
  return "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

---@class sessiond.Decoder
---@field feed fun(data: string): string[] bodies of the messages that are whole now; raises on what is no header

---@return sessiond.Decoder
function M.decoder()
  local pieces, size = {}, 0
  local start, stop ---@type integer?, integer? of the body that is being read, in what the pieces make

  --- Looks for the head that begins at a place; false while it is not whole.
  local function read_head(text, at)
    local _, head_end = text:find("\r\n\r\n", at, true)
    if not head_end then
      assert(#text - at < MOST_HEADER, "a header without an end")
      return false
    end
    local length = tonumber(text:sub(at, head_end):match("[Cc]ontent%-[Ll]ength: *(%d+)"))
    assert(length and length <= MOST_BYTES, "no usable Content-Length in a header")
    start, stop = head_end + 1, head_end + length
    return true
  end

  local function feed(data)
    pieces[#pieces + 1] = data
    size = size + #data
    local bodies = {}
    if stop and size < stop then
      return bodies
    end
    local text, at = table.concat(pieces), 1
    while (stop or read_head(text, at)) and #text >= stop do
      bodies[#bodies + 1] = text:sub(start, stop)
      at, start, stop = stop + 1, nil, nil
    end
    if at > 1 then
      text = text:sub(at)
      start, stop = start and start - at + 1, stop and stop - at + 1
    end
    pieces, size = { text }, #text
    return bodies
  end

  return { feed = feed }
end

return M
