-- A filter for tests: each line of stdin is a list of events, each line of stdout what the plugin folds them to.
-- Run as `nvim --clean --headless -l fold_lines.lua` in the plugin's folder.
vim.opt.runtimepath:prepend(vim.fn.getcwd())
local fold = require("sessiond.session.fold")

for line in io.lines() do
  local transcript = fold.new("ses_1")
  for _, event in ipairs(vim.json.decode(line, { luanil = { object = true, array = true } })) do
    fold.apply(transcript, event)
  end
  local open = {}
  for part_id, part in pairs(transcript.open) do
    open[part_id] = part.message_id
  end
  local said = vim.json.encode({
    seq = transcript.seq,
    messages = transcript.messages,
    permissions = transcript.permissions,
    questions = transcript.questions,
    todos = transcript.todos,
    queue = transcript.queue,
    held = transcript.held,
    hidden = transcript.hidden,
    trimmed = vim.tbl_keys(transcript.trimmed),
    open = open,
  })
  io.write(said, "\n")
  io.flush()
end
