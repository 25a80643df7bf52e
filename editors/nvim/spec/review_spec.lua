-- Hunks and diffs: whatever is changed, by whom and in which order, nothing that the user has typed gets lost.
local hunks = require("sessiond.review.hunks")
local unified = require("sessiond.review.unified")

math.randomseed(11)

local serial = 0

local function some_lines(most, mark)
  local lines = {}
  for index = 1, math.random(0, most) do
    serial = serial + 1
    lines[index] = math.random(4) == 1 and "same" or ("%s %d"):format(mark, serial)
  end
  return lines
end

local function changed(lines, mark, tries)
  for _ = 1, math.random(tries or 3) do
    local from = math.random(0, #lines)
    local count = math.min(#lines - from, math.random(0, 3))
    lines = hunks.spliced(lines, from, count, some_lines(3, mark))
  end
  return lines
end

local function reject(base, text, index)
  local hunk = hunks.of(base, text)[index]
  return hunks.spliced(text, hunk.at, hunk.count, hunks.removed(hunk, base))
end

local function accept(base, text, index)
  local hunk = hunks.of(base, text)[index]
  return hunks.spliced(base, hunk.base, hunk.base_count, hunks.added(hunk, text))
end

--- How many lines all hunks add and remove.
local function sizes(list)
  local added, removed = 0, 0
  for _, hunk in ipairs(list) do
    added, removed = added + hunk.count, removed + hunk.base_count
  end
  return { added, removed }
end

describe("hunks", function()
  it("lead back to the base when all are rejected, in any order", function()
    for _ = 1, 400 do
      local base = some_lines(12, "base")
      local text = changed(base, "agent")
      while #hunks.of(base, text) > 0 do
        text = reject(base, text, math.random(#hunks.of(base, text)))
      end
      assert.are.same(base, text)
    end
  end)

  it("lead to the text when all are accepted, in any order", function()
    for _ = 1, 400 do
      local base = some_lines(12, "base")
      local text = changed(base, "agent")
      while #hunks.of(base, text) > 0 do
        base = accept(base, text, math.random(#hunks.of(base, text)))
      end
      assert.are.same(text, base)
    end
  end)

  it("end one by one: each answer leaves one less, and no other is touched", function()
    for _ = 1, 400 do
      local base = some_lines(12, "base")
      local text = changed(base, "agent")
      local before = hunks.of(base, text)
      if #before > 0 then
        local index = math.random(#before)
        local texts = {}
        for each, hunk in ipairs(before) do
          texts[#texts + 1] = each ~= index and hunks.added(hunk, text) or nil
        end
        local rejected = reject(base, text, index)
        local after = vim.tbl_map(function(hunk)
          return hunks.added(hunk, rejected)
        end, hunks.of(base, rejected))
        assert.are.same(vim.iter(texts):flatten():totable(), vim.iter(after):flatten():totable())
      end
    end
  end)
end)

describe("what the user changes", function()
  it("is still there when all hunks are rejected, wherever it does not reach into one", function()
    for _ = 1, 600 do
      local base = some_lines(12, "base")
      local text = changed(base, "agent")
      local from = math.random(0, #text)
      local new = hunks.spliced(text, from, 0, { "typed by the user" })
      local within = vim.iter(hunks.of(base, text)):any(function(hunk)
        return from > hunk.at and from < hunk.at + hunk.count
      end)
      local rebased = hunks.rebased(base, text, new)
      assert.are.equal(not within, vim.tbl_contains(rebased, "typed by the user"))
    end
  end)

  it("is no hunk, and leaves those there are as they were, unless it reaches into one", function()
    for _ = 1, 600 do
      local base = some_lines(12, "base")
      local text = changed(base, "agent")
      local new = changed(text, "user", 1)
      local before = hunks.of(base, text)
      local apart = vim.iter(hunks.of(text, new)):all(function(edit)
        return not vim.iter(before):any(function(hunk)
          return edit.base < hunk.at + hunk.count and edit.base + edit.base_count > hunk.at
        end)
      end)
      local rebased = hunks.rebased(base, text, new)
      if apart then
        assert.are.same(sizes(before), sizes(hunks.of(rebased, new)))
      end
    end
  end)

  it("and what sessions change keep apart over many rounds", function()
    for _ = 1, 200 do
      local base = some_lines(10, "base")
      local text, kept = base, {}
      for round = 1, 6 do
        if round % 2 == 0 then
          text = changed(text, "agent", 2)
        else
          local mine = ("user's own %d"):format(round)
          local new = hunks.spliced(text, math.random(0, #text), 0, { mine })
          base, text = hunks.rebased(base, text, new), new
        end
      end
      for _, line in ipairs(text) do
        kept[line] = true
      end
      for _, hunk in ipairs(hunks.of(base, text)) do
        for _, line in ipairs(hunks.added(hunk, text)) do
          kept[line] = nil
        end
      end
      local present = {}
      for _, line in ipairs(base) do
        present[line] = true
      end
      for line in pairs(kept) do
        assert.is_true(present[line] or line == "same")
      end
    end
  end)
end)

describe("a unified diff", function()
  it("leads from either text to the other", function()
    local diff = vim.text and vim.text.diff or vim.diff
    for _ = 1, 300 do
      local old = some_lines(14, "old")
      local new = changed(old, "new")
      local function whole(lines)
        return #lines > 0 and table.concat(lines, "\n") .. "\n" or ""
      end
      local body = diff(whole(old), whole(new), { ctxlen = 3 })
      local file = unified.parse("--- a.txt\n+++ a.txt\n" .. body)[1]
      assert.are.same(new, unified.apply(old, file))
      assert.are.same(old, unified.apply(new, file, true))
    end
  end)

  it("has several files, new ones and ones that are gone", function()
    local files = unified.parse(
      "--- /dev/null\n+++ new.txt\n@@ -0,0 +1,2 @@\n+a\n+--- b\n--- old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
        .. "\\ No newline at end of file\n"
    )
    assert.are.same({ "new.txt", "old.txt" }, { files[1].new, files[2].old })
    assert.are.same({ "a", "--- b" }, unified.apply({}, files[1]))
    assert.are.same({ "x" }, unified.apply({}, files[2], true))
  end)

  it("that was cut or does not fit gives nothing", function()
    local cut = unified.parse("--- a\n+++ a\n@@ -1,2 +1,2 @@\n-x\n(… 3 more lines)\n")[1]
    assert.is_nil(unified.apply({ "x", "y" }, cut))
    local other = unified.parse("--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\n")[1]
    assert.is_nil(unified.apply({ "z" }, other))
  end)
end)
