-- The highlight groups, all linked to groups that colour schemes have, so that light and dark follow. Defined as
-- defaults: whoever sets one keeps theirs.
local M = {}

---@type table<string, string>
M.links = {
  SessiondUser = "Title",
  SessiondUserText = "",
  SessiondUserBar = "Special",
  SessiondAssistant = "Identifier",
  SessiondMuted = "Comment",
  SessiondRule = "WinSeparator",
  SessiondHeading = "@markup.heading",
  SessiondBold = "@markup.strong",
  SessiondItalic = "@markup.italic",
  SessiondStrike = "@markup.strikethrough",
  SessiondCode = "@markup.raw",
  SessiondCodeBlock = "CursorLine",
  SessiondFence = "Comment",
  SessiondLink = "@markup.link.label",
  SessiondUrl = "@markup.link.url",
  SessiondQuote = "@markup.quote",
  SessiondListMarker = "@markup.list",
  SessiondTable = "@punctuation.special",
  SessiondReasoning = "Comment",
  SessiondTool = "Function",
  SessiondToolTitle = "",
  SessiondPending = "Comment",
  SessiondRunning = "DiagnosticInfo",
  SessiondCompleted = "DiagnosticOk",
  SessiondFailed = "DiagnosticError",
  SessiondWarning = "DiagnosticWarn",
  SessiondError = "DiagnosticError",
  SessiondKey = "Special",
  SessiondUserLine = "CursorLine",
  SessiondAdded = "Added",
  SessiondRemoved = "Removed",
  SessiondHunk = "Changed",
  SessiondReviewAdded = "DiffAdd",
  SessiondReviewRemoved = "DiffDelete",
  SessiondMention = "Identifier",
  SessiondTodo = "",
  SessiondTodoDone = "Comment",
  SessiondQueued = "DiagnosticHint",
  SessiondBar = "WinBar",
  SessiondBarMuted = "WinBarNC",
  SessiondQuestion = "DiagnosticWarn",
  SessiondFloatTitle = "FloatTitle",
  SessiondChosen = "Visual",
  SessiondMatch = "PmenuMatch",
  SessiondField = "Identifier",
}

local function link()
  for name, target in pairs(M.links) do
    vim.api.nvim_set_hl(0, name, { link = target ~= "" and target or nil, default = true })
  end
end

function M.define()
  link()
  vim.api.nvim_create_autocmd("ColorScheme", { callback = link })
end

return M
