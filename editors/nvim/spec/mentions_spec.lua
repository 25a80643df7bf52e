-- Mentions as they stand in prompts, and how files are mentioned.
local parse = require("sessiond.context.mentions.parse")

local FILES = { ["a.py"] = true, ["src/app.py"] = true, ["my notes.txt"] = true, src = true, ["odd:7"] = true }

local function found(text)
  local list = {}
  for index, mention in
    ipairs(parse.mentions(text, function(path)
      return FILES[path] or false
    end))
  do
    list[index] = text:sub(mention.first, mention.last)
    for _, field in ipairs({ "kind", "path", "buf", "from", "to" }) do
      if mention[field] then
        list[index] = list[index] .. " " .. field .. "=" .. mention[field]
      end
    end
  end
  return list
end

describe("a prompt's mentions", function()
  it("are words of their own, with lines behind them", function()
    assert.are.same({ "@buffer kind=buffer", "@diff kind=diff" }, found("see @buffer and (@diff)"))
    assert.are.same({ "@buffer:12 kind=buffer buf=12" }, found("@buffer:12"))
    assert.are.same({ "@buffer:12:3-4 kind=buffer buf=12 from=3 to=4" }, found("@buffer:12:3-4"))
    assert.are.same({ "@a.py:10-20 kind=file path=a.py from=10 to=20" }, found("@a.py:10-20?"))
    assert.are.same({ "@src/app.py:5 kind=file path=src/app.py from=5 to=5" }, found("[@src/app.py:5]"))
    assert.are.same({ "@odd:7 kind=file path=odd:7" }, found("@odd:7"))
  end)

  it("end where the sentence goes on", function()
    assert.are.same({ "@a.py kind=file path=a.py" }, found("what does @a.py?!"))
    assert.are.same({ "@selection kind=selection" }, found("explain @selection."))
  end)

  it("may have spaces in quotes", function()
    assert.are.same(
      { '@"my notes.txt":2-3 kind=file path=my notes.txt from=2 to=3' },
      found('@"my notes.txt":2-3, please')
    )
    assert.are.same({ '@"my notes.txt" kind=file path=my notes.txt' }, found('say @"my notes.txt"'))
  end)

  it("are none in addresses, decorators and unknown names", function()
    assert.are.same({}, found("me@a.py, @app.route, @nobody, @"))
  end)

  it("come back from what a file is mentioned by", function()
    for _, path in ipairs({ "a.py", "my notes.txt", "src" }) do
      local mention = parse.mentions("x " .. parse.mention_of(path, 3, 9) .. ".", function(name)
        return FILES[name] or false
      end)[1]
      assert.are.same({ path, 3, 9 }, { mention.path, mention.from, mention.to })
    end
  end)
end)

describe("a command", function()
  it("is the first word, where it is known", function()
    local function known(name)
      return name == "review"
    end
    assert.are.same({ "review", "a 'b c'", "more" }, { parse.command("/review a 'b c'\nmore", known) })
    assert.are.same({ "review", "", "" }, { parse.command("/review", known) })
    assert.are.same({}, { parse.command("/etc/hosts is a file", known) })
  end)
end)
