-- The fold: what events make of a transcript, and that they make it once and in order.
package.path = vim.fn.getcwd() .. "/spec/?.lua;" .. package.path
local fold = require("sessiond.session.fold")
local support = require("support")

local function folded(events)
  local transcript = fold.new("ses_1")
  -- The transcript goes on with what is in the events.
  for _, event in ipairs(vim.deepcopy(events)) do
    fold.apply(transcript, event)
  end
  return transcript
end

local function durable(events)
  return vim.tbl_filter(function(event)
    return event.seq ~= nil
  end, events)
end

--- The conversation alone: what lives only while it streams is left out.
local function conversation(transcript)
  return vim.deepcopy({ transcript.messages, transcript.seq, transcript.turns, transcript.todos, transcript.queue })
end

describe("folding", function()
  for _, name in ipairs(support.conversations()) do
    it("takes each event of a conversation once: " .. name, function()
      local transcript = fold.new("ses_1")
      for _, event in ipairs(support.events(name)) do
        assert.equal("taken", fold.apply(transcript, event))
      end
      local before = conversation(transcript)
      for _, event in ipairs(durable(support.events(name))) do
        assert.equal("known", fold.apply(transcript, event))
      end
      assert.same(before, conversation(transcript))
      assert.same({}, transcript.open)
      assert.is_nil(transcript.turn)
    end)

    it("comes to the same without live events: " .. name, function()
      local events = support.events(name)
      assert.same(conversation(folded(events)), conversation(folded(durable(events))))
    end)

    it("goes on after a new subscription at any point: " .. name, function()
      local events = support.events(name)
      local whole = conversation(folded(events))
      for cut = 1, #events do
        local transcript = folded(vim.list_slice(events, 1, cut))
        local open = {}
        for id, part in pairs(transcript.open) do
          open[#open + 1] = {
            messageId = part.message_id,
            partId = id,
            field = part.field,
            text = table.concat(part.pieces),
          }
        end
        fold.begin(transcript, {
          mode = "replay",
          seq = transcript.seq,
          session = transcript.session,
          open = open,
          permissions = transcript.permissions,
          questions = transcript.questions,
          todos = transcript.todos,
          queue = transcript.queue,
          reverted = transcript.reverted,
        })
        for _, event in ipairs(vim.deepcopy(vim.list_slice(events, cut + 1))) do
          fold.apply(transcript, event)
        end
        assert.same(whole, conversation(transcript))
      end
    end)
  end

  it("refuses an event that comes too early", function()
    local transcript = fold.new("ses_1")
    assert.equal("gap", fold.apply(transcript, { type = "session.sealed", seq = 2 }))
    assert.equal(0, transcript.seq)
  end)

  it("passes over what it does not know", function()
    local transcript = fold.new("ses_1")
    assert.equal("taken", fold.apply(transcript, { type = "weather.changed", seq = 1 }))
    assert.equal("taken", fold.apply(transcript, { type = "part.delta", partId = "prt_unknown", text = "x" }))
    assert.equal(1, transcript.seq)
  end)

  it("hides what is taken back, and shows it again", function()
    local events = {}
    for index = 1, 3 do
      local message = { id = "msg_" .. index, role = "user", parts = {}, turnId = "trn_1", createdAt = 0 }
      events[index] = { type = "message.added", seq = index, message = message }
    end
    local transcript = folded(events)
    local function ids()
      return vim.tbl_map(function(message)
        return message.id
      end, transcript.messages)
    end
    fold.apply(transcript, { type = "session.reverted", seq = 4, messageId = "msg_3", conversation = true, files = {} })
    fold.apply(transcript, { type = "session.reverted", seq = 5, messageId = "msg_2", conversation = true, files = {} })
    assert.same({ "msg_1" }, ids())
    assert.is_true(transcript.reverted)
    fold.apply(transcript, { type = "session.unreverted", seq = 6, files = {} })
    assert.same({ "msg_1", "msg_2", "msg_3" }, ids())
    assert.is_false(transcript.reverted)
  end)
end)
