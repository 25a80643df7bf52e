-- Diffs on cards: what each line is, what is drawn of it, and how many lines a call has added and removed.
local diff = require("sessiond.chat.cards.diff")
local draw = require("sessiond.ui.draw")
local tool = require("sessiond.chat.cards.tool")

local COMMENTS = table.concat({
  "--- a.sql",
  "+++ b/a.sql",
  "@@ -1,2 +1,3 @@",
  "--- old comment",
  "+-- new comment",
  "+++ x",
  " same",
  "\\ No newline at end of file",
  "--- b.sql",
  "+++ b.sql",
  "@@ -9 +9,0 @@",
  "--- gone",
  "(… 3 more lines)",
  "",
}, "\n")

local function drawn(text, unnamed)
  return vim.tbl_map(function(line)
    return { draw.text_of(line), line[#line][2] }
  end, diff.lines(text, nil, unnamed))
end

describe("a diff", function()
  it("shows every line of its hunks, whatever it begins with, and of each file its name", function()
    assert.same({
      { "a.sql", "SessiondMuted" },
      { "@@ -1,2 +1,3 @@", "SessiondHunk" },
      { "--- old comment", "SessiondRemoved" },
      { "+-- new comment", "SessiondAdded" },
      { "+++ x", "SessiondAdded" },
      { " same", "SessiondToolTitle" },
      { "\\ No newline at end of file", "SessiondMuted" },
      { "b.sql", "SessiondMuted" },
      { "@@ -9 +9,0 @@", "SessiondHunk" },
      { "--- gone", "SessiondRemoved" },
      { "(… 3 more lines)", "SessiondToolTitle" },
    }, drawn(COMMENTS))
  end)

  it("leaves out names that are said elsewhere, and nothing else", function()
    local lines = drawn(COMMENTS, true)
    assert.same(9, #lines)
    assert.same({ "+++ x", "SessiondAdded" }, lines[4])
  end)
end)

describe("the card of a call", function()
  it("counts the lines of its hunks as they are", function()
    local part = { id = "prt_1", type = "tool", name = "edit", state = { status = "completed", input = {} } }
    part.state.metadata = { files = { { path = "a.sql", diff = COMMENTS } } }
    local transcript = require("sessiond.session.fold").new("ses_1")
    transcript.session = {}
    local head = draw.text_of(tool.lines(transcript, part, false)[1])
    assert.truthy(head:find(" +2 -2", 1, true), head)
  end)
end)
