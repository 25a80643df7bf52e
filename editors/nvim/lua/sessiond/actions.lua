-- Everything a user can do, one line an action: the command `:Sessiond <name>`, the mapping `<Plug>(sessiond-<name>)`
-- (with `-` for `_`), and the name in `keys` of the options. What it does is a function of the same name in
-- `lua/sessiond/<room>/actions.lua`, which is loaded when it is first used.
local M = {}

---@class sessiond.Action
---@field name string
---@field room string the folder of lua/sessiond/ whose `actions.lua` has it
---@field desc string for `:help`, the command's completion and mappings
---@field range? boolean it takes the lines of a range, or what is selected
---@field place? string it works in buffers of that place only: a name in `keys` of the options

---@param room string
---@param rows [string, string, table?][]
local function of(room, rows)
  for _, row in ipairs(rows) do
    M[#M + 1] = vim.tbl_extend("error", { name = row[1], room = room, desc = row[2] }, row[3] or {})
  end
end

of("chat", {
  { "chat", "Open the chat, or close it; split, float or tab as argument" },
  { "new", "Begin a new session" },
  { "close", "Close the chat's windows" },
  { "prompt", "Go to the prompt" },
  { "transcript", "Go to the transcript" },
  { "send", "Send the prompt, or the text given" },
  { "steer", "Send it into the turn that runs, at its next step" },
  { "abort", "Stop what runs" },
  { "summarize", "Compact the conversation" },
  { "init", "Survey the project and write its AGENTS.md" },
  { "fold", "Fold or unfold the card under the cursor", { place = "chat" } },
  { "fold_all", "Fold all cards", { place = "chat" } },
  { "unfold_all", "Unfold all cards", { place = "chat" } },
  { "open", "Open what is under the cursor: a file, or all of an output", { place = "chat" } },
  { "copy", "Copy the message under the cursor", { place = "chat" } },
  { "next_message", "Go to the next message", { place = "chat" } },
  { "previous_message", "Go to the previous message", { place = "chat" } },
  { "history_back", "Take the previous prompt of the history", { place = "prompt" } },
  { "history_on", "Take the next prompt of the history", { place = "prompt" } },
  { "queue", "Show and change the prompts that wait" },
  { "queue_edit", "Edit the waiting prompt", { place = "queue" } },
  { "queue_remove", "Withdraw the waiting prompt", { place = "queue" } },
  { "queue_up", "Let the waiting prompt come earlier", { place = "queue" } },
  { "queue_down", "Let the waiting prompt come later", { place = "queue" } },
  { "queue_resume", "Let a held queue go on" },
  { "help", "Show the keys that work here" },
})

of("asking", {
  { "questions", "Go to what waits for an answer" },
  { "allow", "Allow the call that asks, once; agree to what a tool asks" },
  { "always", "Allow it always, by the rule shown" },
  { "reject", "Reject it" },
  { "reject_with_reason", "Reject it and tell the model why; the reason may be an argument" },
  { "reject_always", "Reject it always, by the rule shown" },
  { "answer", "Fill in what a tool or a server wants to know" },
  { "show_question", "Show all of what is asked, with its diff" },
  { "form_submit", "Send what was filled in", { place = "form" } },
  { "form_decline", "Decline to answer", { place = "form" } },
  { "form_close", "Close the form; the question goes on waiting", { place = "form" } },
  { "form_next", "Go to the next field", { place = "form" } },
  { "form_previous", "Go to the previous field", { place = "form" } },
  { "form_choice", "Take the field's next choice", { place = "form" } },
})

of("context", {
  { "ask", "Ask about the selection or the buffer", { range = true } },
  { "explain", "Have the selection explained", { range = true } },
  { "fix", "Have the selection fixed, with its diagnostics", { range = true } },
  { "edit", "Have the selection changed as you say", { range = true } },
  { "add", "Mention the selection, the buffer or a file in the prompt", { range = true } },
  { "compare", "Compare the buffer with its file on the disk" },
})

of("review", {
  { "review", "Go to the first hunk that waits for review; without any, review the last turn that changed files" },
  { "accept", "Accept the hunk under the cursor" },
  { "reject_hunk", "Take the hunk under the cursor back" },
  { "next_hunk", "Go to the next hunk" },
  { "previous_hunk", "Go to the previous hunk" },
  { "accept_file", "Accept all hunks of this file" },
  { "reject_file", "Take all hunks of this file back" },
  { "accept_all", "Accept all hunks" },
  { "reject_all", "Take all hunks back" },
  { "hunks", "List all hunks in the quickfix list" },
})

of("picker", {
  { "sessions", "Choose a session; an argument searches" },
  { "models", "Choose the session's model" },
  { "messages", "Choose a message of the session" },
  { "rename", "Rename the session; the name may be an argument" },
  { "fork", "Go on from here in a new session" },
  { "delete", "Delete the session" },
  { "archive", "Archive the session, or bring it back" },
  { "revert", "Take back all from a message on, with a preview" },
  { "unrevert", "Bring back what was taken back" },
  { "revert_all", "Take messages and files back", { place = "revert" } },
  { "revert_messages", "Take messages back, and leave files", { place = "revert" } },
  { "revert_files", "Take files back, and leave messages", { place = "revert" } },
  { "pick", "Choose what the picker points at", { place = "picker" } },
  { "pick_next", "Go to the next entry", { place = "picker" } },
  { "pick_previous", "Go to the previous entry", { place = "picker" } },
  { "pick_close", "Close the picker", { place = "picker" } },
  { "pick_everywhere", "Show sessions of this directory, or all", { place = "picker" } },
  { "pick_archived", "Show archived sessions, or those that are not", { place = "picker" } },
})

of("pages", {
  { "usage", "Show tokens and costs of the session" },
  { "status", "Show how the engine is, and who is connected" },
  { "mcp", "Show the MCP servers" },
  { "trust", "Show what of the project's settings waits for trust" },
  { "rules", "Show and remove the rules that answers have saved" },
  { "key", "Enter a provider's API key" },
  { "log", "Show the log; an argument filters it" },
  { "wire", "Show the messages exchanged with the engine" },
  { "page_refresh", "Ask anew what the page shows", { place = "page" } },
  { "page_close", "Close the page", { place = "page" } },
  { "mcp_connect", "Start the server under the cursor, or start it anew", { place = "mcp" } },
  { "mcp_disconnect", "Stop it", { place = "mcp" } },
  { "mcp_login", "Log in at it, in the browser", { place = "mcp" } },
  { "mcp_log", "Show what it has written", { place = "mcp" } },
  { "trust_accept", "Trust what is shown", { place = "trust" } },
  { "trust_withdraw", "Trust it no more", { place = "trust" } },
  { "rule_remove", "Remove the rule under the cursor", { place = "rules" } },
  { "log_filter", "Show only lines with a text", { place = "log" } },
  { "log_level", "Show only warnings and errors, or all", { place = "log" } },
  { "wire_clear", "Forget the messages so far", { place = "wire" } },
})

of("engine", {
  { "start", "Start the engine" },
  { "restart", "Connect to the engine anew" },
  { "stop", "End this editor's connection to the engine" },
  { "stop_engine", "End the engine for all editors, once no turn runs; `now` as argument does not wait" },
})

---@param name string with `_` or `-`
---@return sessiond.Action?
function M.find(name)
  name = name:gsub("-", "_")
  for _, action in ipairs(M) do
    if action.name == name then
      return action
    end
  end
end

---@class sessiond.Invocation
---@field args string what stands behind the command's name
---@field words string[] the same, split at spaces
---@field range integer how many line numbers were given: 0, 1 or 2, as for user commands
---@field line1 integer
---@field line2 integer
---@field visual? string the kind of selection, `v`, `V` or CTRL-V, where a mapping was used in visual mode

--- Does what an action names. Errors for people are told by `vim.notify`.
---@param name string
---@param invocation? table any fields of sessiond.Invocation
function M.run(name, invocation)
  local action = M.find(name)
  if not action then
    return require("sessiond.log").tell("error", ("there is no action %s"):format(name))
  end
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local whole = { args = "", range = 0, line1 = line, line2 = line }
  whole = vim.tbl_extend("force", whole, invocation or {})
  whole.words = vim.split(whole.args, "%s+", { trimempty = true })
  require("sessiond").attach()
  require("sessiond." .. action.room .. ".actions")[action.name](whole)
end

return M
