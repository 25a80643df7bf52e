-- The recorded conversations, folded and drawn: to the expected lines and marks, and the same however they come in.
-- `SESSIOND_GOLDEN=write` writes what is expected anew.
package.path = vim.fn.getcwd() .. "/spec/?.lua;" .. package.path
local fold = require("sessiond.session.fold")
local support = require("support")

local function draw(name, settle_each)
  local renderer = support.renderer()
  for _, event in ipairs(support.events(name)) do
    assert.equal("taken", fold.apply(renderer.transcript, event))
    renderer:hear({ id = "ses_1", transcript = renderer.transcript, events = { event } })
    if settle_each then
      support.settle(renderer)
    end
  end
  support.settle(renderer)
  local picture = support.picture(renderer.document.buf)
  vim.cmd.bwipeout({ bang = true })
  return picture
end

describe("a recorded conversation", function()
  for _, name in ipairs(support.conversations()) do
    it("is drawn as expected: " .. name, function()
      local path = support.golden .. "/" .. name .. ".txt"
      local picture = draw(name)
      if vim.env.SESSIOND_GOLDEN == "write" then
        vim.fn.mkdir(support.golden, "p")
        vim.fn.writefile(vim.split(picture, "\n"), path)
        vim.fn.system({ "sed", "-i", "$ d", path })
      end
      assert.equal(support.read(path), picture)
    end)

    it("is drawn the same event by event: " .. name, function()
      assert.equal(draw(name), draw(name, true))
    end)
  end
end)

describe("a text", function()
  local flow = require("sessiond.chat.text.flow")

  local function drawn(pieces)
    local renderer = support.renderer()
    local transcript = renderer.transcript
    local message = { id = "msg_1", turnId = "trn_1", role = "assistant", parts = {}, createdAt = 0, model = "m" }
    local sequence = 0
    local function hear(event)
      if not event.text then
        sequence = sequence + 1
        event.seq = sequence
      end
      fold.apply(transcript, event)
      renderer:hear({ id = "ses_1", transcript = transcript, events = { event } })
    end
    local part = { id = "prt_1", type = "text", text = "" }
    hear({ type = "message.added", message = message })
    hear({ type = "part.started", messageId = "msg_1", part = part })
    for _, piece in ipairs(pieces) do
      hear({ type = "part.delta", messageId = "msg_1", partId = "prt_1", text = piece })
      support.settle(renderer)
    end
    local whole = { id = "prt_1", type = "text", text = table.concat(pieces) }
    hear({ type = "part.ended", messageId = "msg_1", part = whole })
    support.settle(renderer)
    local picture = support.picture(renderer.document.buf)
    local lines = vim.api.nvim_buf_get_lines(renderer.document.buf, 0, -1, false)
    vim.cmd.bwipeout({ bang = true })
    return picture, lines
  end

  local function characters(text)
    return vim.tbl_map(function(position)
      return vim.fn.strcharpart(text, position, 1)
    end, vim.fn.range(vim.fn.strchars(text)))
  end

  it("looks the same whatever deltas it came in", function()
    local text =
      "# Title\n\nSome **bold\ntext** and `code`.\n\n- one\n- two\n\n```lua\nlocal x\n```\n\n| a | b |\n|---|---|\n\nÄ"
    assert.equal(drawn({ text }), drawn(characters(text)))
  end)

  it("with a line that is too long is broken between characters, and loses none", function()
    local text = ("ü"):rep(flow.LINE_BYTES)
    local _, lines = drawn({ text })
    for _, line in ipairs(lines) do
      assert.is_true(#line <= flow.LINE_BYTES)
      assert.equal(line, vim.fn.iconv(line, "utf-8", "utf-8"))
    end
    assert.is_truthy(table.concat(lines):find(text, 1, true))
  end)

  it("of a fence that is never closed is drawn as code to its end", function()
    local picture = drawn({ "```\nopen\n", "still **code**" })
    assert.is_truthy(picture:find("|still **code**\n", 1, true))
  end)
end)
