-- What the engine is told of a buffer: regions of changed lines, the text as LSP has it, and edits made in it.
local region = require("sessiond.context.documents.region")
local text = require("sessiond.context.documents.text")

math.randomseed(7)

local ALPHABET = { "a", "b", "", "é", "😀x", "long line" }

local function some_lines(most)
  local lines = {}
  for index = 1, math.random(0, most) do
    lines[index] = ALPHABET[math.random(#ALPHABET)] .. math.random(99)
  end
  return lines
end

local function splice(lines, first, last, new)
  local result = vim.list_slice(lines, 1, first)
  vim.list_extend(result, new)
  return vim.list_extend(result, vim.list_slice(lines, last + 1))
end

describe("the region of changes", function()
  it("covers whatever was changed, in whatever order", function()
    for _ = 1, 500 do
      local old = some_lines(8)
      local now, joined = old, nil
      for _ = 1, math.random(1, 6) do
        local first = math.random(0, #now)
        local last = math.random(first, #now)
        local new = some_lines(3)
        now = splice(now, first, last, new)
        joined = region.join(joined, first, last, first + #new)
      end
      local new = vim.list_slice(now, joined.first + 1, joined.new_last)
      assert.are.same(now, splice(old, joined.first, joined.old_last, new))
    end
  end)
end)

describe("a text", function()
  it("is UTF-8 or is not told", function()
    assert.is_true(text.is_utf8("plain, é, €, 😀"))
    for _, broken in ipairs({
      "\255",
      "a\128",
      "\237\160\128",
      "\192\128",
      "\226\130",
      "\240\128\128\128",
      "\226é\130",
    }) do
      assert.is_false(text.is_utf8(broken))
    end
    assert.is_nil(text.join({ "a\nb" }, "\n"))
  end)

  it("has LSP's edits made in UTF-16 positions, over all kinds of line ends", function()
    local function edit(from_line, from, to_line, to, new)
      local range = { start = { line = from_line, character = from }, ["end"] = { line = to_line, character = to } }
      return { range = range, newText = new }
    end
    assert.are.equal("😀Xb\r\nend", text.edited("😀ab\r\nc\rd", { edit(0, 2, 0, 3, "X"), edit(1, 0, 2, 1, "end") }))
    assert.are.equal("one\ntwo\n", text.edited("one\n", { edit(1, 0, 1, 0, "two\n") }))
    assert.are.equal("new\n", text.edited("", { edit(0, 0, 0, 0, "new\n") }))
    assert.are.equal("a\nc\n", text.edited("a\nb\nc\n", { edit(1, 0, 2, 0, "") }))
  end)

  it("comes back out of its lines", function()
    for _ = 1, 200 do
      local lines = some_lines(6)
      local joined = assert(text.join(lines, "\r\n"))
      local split = text.split(#lines > 0 and joined .. "\r\n" or "")
      assert.are.same(lines, split)
    end
  end)
end)
