-- Buffers of real text under random changes: what the engine is told is always what stands there, what is replaced is
-- one step to undo, and what waits for review leads back to what was there before.
local told = {} ---@type {method: string, params: table}[]
local loaded = {}

local function load(name)
  loaded[#loaded + 1] = name
  return require(name)
end

local function stub_engine()
  package.loaded["sessiond.engine"] = {
    state = function()
      return { name = "ready" }
    end,
    notify = function(method, params)
      told[#told + 1] = { method = method, params = params }
    end,
    on_ready = function() end,
    on_request = function() end,
    on_notification = function() end,
  }
end

math.randomseed(5)
vim.o.swapfile = false
vim.o.hidden = true

local WORDS = { "alpha", "béta", "😀", "", "tab\there", "x = { 1, 2 }" }

local function some_lines(most)
  local lines = {}
  for index = 1, math.random(0, most) do
    lines[index] = WORDS[math.random(#WORDS)] .. math.random(50)
  end
  return lines
end

--- One of many ways to change the current buffer.
local function change()
  local count = vim.api.nvim_buf_line_count(0)
  local from = math.random(0, count)
  local to = math.random(from, count)
  local ways = {
    function()
      vim.api.nvim_buf_set_lines(0, from, to, false, some_lines(4))
    end,
    function()
      vim.cmd(("silent! %d,%ddelete _"):format(math.min(from + 1, count), math.min(to + 1, count)))
    end,
    function()
      vim.cmd("silent! %s/a/AA/g")
    end,
    function()
      vim.cmd(("silent! normal! %dGJ"):format(from + 1))
    end,
    function()
      vim.cmd(("silent! normal! %dGyyPx"):format(from + 1))
    end,
    function()
      vim.cmd("silent! undo")
    end,
    function()
      vim.cmd("silent! redo")
    end,
    function()
      vim.cmd("silent! %delete _")
    end,
  }
  ways[math.random(#ways)]()
end

describe("a buffer", function()
  local documents, buffers, text

  setup(function()
    stub_engine()
    documents = load("sessiond.context.documents")
    buffers = load("sessiond.context.buffers")
    text = load("sessiond.context.documents.text")
  end)

  teardown(function()
    for _, name in ipairs(vim.list_extend(loaded, { "sessiond.engine" })) do
      package.loaded[name] = nil
    end
  end)

  local function open(lines)
    vim.cmd.enew()
    local buf = vim.api.nvim_get_current_buf()
    vim.api.nvim_buf_set_name(buf, vim.fn.tempname())
    vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
    return buf
  end

  --- The text as the engine makes it of what it was told.
  local function mirrored()
    local mirror
    for _, message in ipairs(told) do
      if message.method == "textDocument/didOpen" then
        mirror = message.params.textDocument.text
      elseif message.method == "textDocument/didChange" then
        local new = message.params.contentChanges[1]
        mirror = new.range and text.edited(mirror, { { range = new.range, newText = new.text } }) or new.text
      end
    end
    return mirror
  end

  for _, format in ipairs({ "unix", "dos" }) do
    it("is told to the engine as it is, however it was changed: " .. format, function()
      for _ = 1, 60 do
        told = {}
        local buf = open(some_lines(6))
        vim.bo.fileformat = format
        documents.open(buf)
        for _ = 1, 12 do
          for _ = 1, math.random(3) do
            change()
          end
          documents.flush(buf)
          assert.are.equal((text.whole(buf)), mirrored())
        end
        vim.cmd("silent bwipeout!")
      end
    end)
  end

  it("has a version of its own for each text", function()
    told = {}
    local buf = open({ "a" })
    documents.open(buf)
    local last = 0
    for _ = 1, 20 do
      change()
      documents.flush(buf)
    end
    for _, message in ipairs(told) do
      local version = message.params.textDocument.version
      assert.is_true(version > last)
      last = version
    end
    vim.cmd("silent bwipeout!")
  end)

  it("has its lines replaced in one step to undo", function()
    for _ = 1, 200 do
      local old, new = some_lines(10), some_lines(10)
      local buf = open(old)
      vim.cmd("silent normal! Gotyped")
      local before = text.lines(buf)
      buffers.replace(buf, new)
      local expected = #new == 1 and new[1] == "" and {} or new
      assert.are.same(expected, text.lines(buf))
      if not vim.deep_equal(before, expected) then
        vim.cmd("silent undo")
        assert.are.same(before, text.lines(buf))
      end
      vim.cmd("silent bwipeout!")
    end
  end)
end)
