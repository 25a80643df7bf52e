-- Questions as fields and cards: what a schema is read as, what a line that was typed stands for, what a card shows.
local card = require("sessiond.asking.card")
local draw = require("sessiond.ui.draw")
local fields = require("sessiond.asking.fields")

local function field(schema, required)
  return fields.of({ properties = { it = schema }, required = required and { "it" } or {} })[1]
end

describe("the fields of a form", function()
  it("come as they are required, then by name", function()
    local schema = { properties = { b = {}, a = {}, z = {}, y = {} }, required = { "z", "y" } }
    assert.same(
      { "z", "y", "a", "b" },
      vim.tbl_map(function(each)
        return each.name
      end, fields.of(schema))
    )
  end)

  local colours = { { value = "r", label = "Red" }, { value = "b", label = "Blue" } }
  for name, schema in pairs({
    enum = { type = "string", enum = { "r", "b" }, enumNames = { "Red", "Blue" } },
    ["one of"] = { oneOf = { { const = "r", title = "Red" }, { const = "b", title = "Blue" } } },
  }) do
    it("have choices, written as " .. name, function()
      assert.same({ "choice", colours }, { field(schema).kind, field(schema).choices })
    end)
  end

  local several = { type = "array", items = { enum = { "r", "b" }, enumNames = { "Red", "Blue" } } }
  for _, case in ipairs({
    { { type = "string" }, " as typed ", " as typed " },
    { { type = "string" }, "", vim.NIL },
    { { type = "integer" }, " 3 ", 3 },
    { { type = "integer" }, "3.5", nil, "must be a whole number" },
    { { type = "number" }, "x", nil, "must be a number" },
    { { type = "boolean" }, "YES", true },
    { { type = "boolean" }, "n", false },
    { { type = "boolean" }, "maybe", nil, "must be one of: yes, no" },
    { { enum = { "r", "b" }, enumNames = { "Red", "Blue" } }, "bl", "b" },
    { { enum = { "r", "b" }, enumNames = { "Red", "Blue" } }, "1", "r" },
    { several, "Blue, 1", { "b", "r" } },
    { several, "green", nil, "must be some of: Red, Blue" },
  }) do
    it(("take %q as %s"):format(case[2], vim.inspect(case[3])), function()
      local value, problem = fields.value(field(case[1]), case[2])
      assert.same({ case[3], case[4] }, { value, problem })
    end)
  end

  it("miss what must be there", function()
    assert.same({ nil, "is missing" }, { fields.value(field({ type = "integer" }, true), "") })
  end)

  it("walk through their choices", function()
    local each = field({ type = "boolean" })
    assert.same({ "yes", "no", "yes" }, {
      fields.next_choice(each, ""),
      fields.next_choice(each, "yes"),
      fields.next_choice(each, "no"),
    })
    assert.same("Red, Blue", fields.next_choice(field(several), "Red"))
  end)

  it("are whatever stands for a schema", function()
    assert.same({}, fields.of({ properties = "no" }))
    assert.same("text", fields.of({ properties = { a = 3 } })[1].kind)
  end)
end)

describe("a card", function()
  local function texts(waiting, others)
    return vim.tbl_map(draw.text_of, card.lines(waiting, others or 0))
  end

  it("shows the host of an address, not what stands before it", function()
    local request = { id = "q", sessionId = "s", source = "MCP server shop", message = "Log in" }
    request.url = "https://bank.example@shop.example/in"
    local lines = texts({ kind = "question", request = request, session_id = "s" })
    assert.same({
      "? MCP server shop asks",
      "  │ Log in",
      "  https://bank.example@shop.example/in",
      "  Nobody has checked what it says.",
      "",
      "  1  Open it in the browser, at shop.example",
      "  3  Decline",
    }, lines)
  end)

  it("shows all of a command of which its title has the beginning, line by line, and nothing hides in it", function()
    local request = { id = "p", sessionId = "child", tool = "bash", permission = "bash", patterns = { "rm -rf" } }
    local tail = ("harmless"):rep(400) .. "; rm -rf ~/precious"
    request.title = "true harmless…"
    request.command = "true " .. tail .. "\n\n\27[8mrm\194\155\226\128\174\226\129\166\r\0\tx"
    assert.same({
      "? bash Run this command?  in a task",
      "  │ true " .. tail,
      "  │ ",
      "  │ �[8mrm�����  x",
      "",
      "  1  Allow once",
      "  3  Reject",
      "  4  Reject and say why",
    }, texts({ kind = "permission", request = request, session_id = "s" }))
  end)

  it("says a command once, and what else a title says beside it", function()
    local function of(title, permission, command)
      local request = { id = "p", sessionId = "s", tool = "bash", title = title, permission = permission }
      request.command, request.patterns = command, { command }
      return vim.list_slice(texts({ kind = "permission", request = request, session_id = "s" }), 1, 2)
    end
    assert.same({ "? bash make", "" }, of("make", "bash", "make"))
    assert.same({ "? bash Outside the sandbox: make", "" }, of("Outside the sandbox: make", "unsandboxed", "make"))
    assert.same(
      { "? bash Outside the sandbox: ma…", "  │ make" },
      of("Outside the sandbox: ma…", "unsandboxed", "make")
    )
  end)

  it("counts lines of a diff that look like the head of a file as what they are", function()
    local request = { id = "p", sessionId = "s", tool = "edit", title = "Edit a.sql", permission = "edit" }
    request.diff = "--- a.sql\n+++ a.sql\n@@ -1,2 +1,2 @@\n--- gone\n+++ came\n same\n"
    local lines = texts({ kind = "permission", request = request, session_id = "s" })
    assert.same({ "  @@ -1,2 +1,2 @@", "  --- gone", "  +++ came", "   same" }, vim.list_slice(lines, 2, 5))
  end)

  it("has nothing in it that a terminal would obey, and no always where no rule is on offer", function()
    local request = { id = "p", sessionId = "child", tool = "bash", title = "rm\27[2J\n1  Allow", patterns = {} }
    local lines = texts({ kind = "permission", request = request, session_id = "s" }, 2)
    assert.same({
      "? bash rm [2J  in a task  2 more wait",
      "",
      "  1  Allow once",
      "  3  Reject",
      "  4  Reject and say why",
    }, lines)
  end)
end)
