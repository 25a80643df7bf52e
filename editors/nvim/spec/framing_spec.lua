-- The framing: whole messages come out however their bytes come in.
local framing = require("sessiond.engine.framing")

local function cut(text, size)
  local decoder, bodies = framing.decoder(), {}
  for at = 1, #text, size do
    vim.list_extend(bodies, decoder.feed(text:sub(at, at + size - 1)))
  end
  return bodies
end

describe("the framing", function()
  local bodies = { "{}", ("x"):rep(300), '{"a":"ü"}', "" }
  local text = table.concat(vim.tbl_map(framing.encode, bodies))

  for _, size in ipairs({ 1, 2, 7, 20, 21, 64, 1000 }) do
    it("gives whole bodies of reads of " .. size .. " bytes", function()
      assert.same(bodies, cut(text, size))
    end)
  end

  it("reads heads of other writers", function()
    assert.same({ "ab" }, framing.decoder().feed("content-type: x\r\ncontent-length:2\r\n\r\nab"))
  end)

  it("refuses what is no header", function()
    assert.has_error(function()
      framing.decoder().feed("Hello.\r\n\r\n")
    end)
    assert.has_error(function()
      framing.decoder().feed(("x"):rep(5000))
    end)
  end)
end)
