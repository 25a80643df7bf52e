-- Every option with its default, and what may stand in it. `config.lua` reads it; the help lists it. Nothing runs here.
local M = {}

---@class sessiond.Options
M.options = {
  -- The engine's command as a list, such as { "/opt/bin/sessiond" }. Without it, `sessiond` on the PATH.
  cmd = nil, ---@type string[]?
  -- Added to the engine's environment, and its settings for this editor (see the engine's docs/config.md).
  env = {}, ---@type table<string, string>
  settings = {}, ---@type table<string, any>
  -- Where a new session works: a path, or a function that gives one. Without it, the current directory.
  directory = nil, ---@type string|fun(): string|nil
  -- The model of new sessions, `provider/model`. Without it, what the engine has configured.
  model = nil, ---@type string?
  -- An engine that dies is started again after first_ms, and then each time after twice as long, up to most_ms.
  restart = { first_ms = 250, most_ms = 30000, tries = 10 },
  log = { level = "info", max_kb = 1024 },
  chat = {
    layout = "split",
    side = "right",
    -- Share of the editor: of a split its width, or its height above and below; of a float both.
    size = 0.42,
    float = { width = 0.8, height = 0.85, border = "rounded" },
    -- The prompt grows with its text up to so many lines.
    prompt_height = 10,
    -- What is new is drawn once in so many milliseconds.
    redraw_ms = 40,
    -- How each kind begins: "folded", "open" or "hidden".
    reasoning = "folded",
    tools = "folded",
    -- Cards of calls that changed files begin open up to so many lines of diff.
    diff_lines = 20,
    -- Lines of an output that an open card shows; the key `open` shows all of it in a buffer.
    output_lines = 60,
    -- Fenced code of more lines is not highlighted.
    code_lines = 400,
    -- Characters instead of the symbols of a patched font are never needed: these are plain Unicode.
    symbols = {
      user = "▌",
      pending = "○",
      running = "◐",
      completed = "✓",
      failed = "✗",
      folded = "▸",
      open = "▾",
      todo = "☐",
      doing = "◐",
      done = "☑",
      cancelled = "☒",
    },
  },
  prompt = {
    history = 200,
    -- What a prompt does while a turn runs: "queue" waits for its end, "steer" goes into it at its next step.
    when_busy = "queue",
  },
  asking = {
    -- A float in the corner for questions whose chat is not shown.
    float = true,
    -- Lines of a diff that a question shows; the key `show_question` shows all of it.
    diff_lines = 24,
    -- Keys do not answer a question that has been there for less than this, so that none is answered unread.
    settle_ms = 400,
  },
  context = {
    -- Buffers of files are told to the engine, unsaved text included; larger ones are left out.
    sync = true,
    max_file_kb = 2048,
    -- What a mention attaches is cut here; the model reads the rest by itself.
    attach_kb = 64,
    completion = true,
    diagnostics = true,
  },
  -- With `auto` what sessions change is marked in its file until it is accepted; else `:Sessiond review` begins it.
  review = { signs = true, auto = true },
  -- "own" is the plugin's list; "select" is vim.ui.select, and "auto" too where something has replaced it. A function
  -- gets the source, see :help sessiond-sources.
  picker = { ui = "auto", limit = 200, width = 0.7, height = 0.6 },
  -- What is told by vim.notify while its chat cannot be seen; `done` and `failed` too while Neovim has no focus, of
  -- turns of at least long_s seconds, and then `terminal` asks the terminal for a notification.
  notify = { done = true, asks = true, failed = true, long_s = 15, terminal = true },
  -- Keys by place: an action's name, and the key or keys for it. `false` maps none; a place that is false, none at all.
  keys = {
    global = {
      chat = "<leader>aa",
      new = "<leader>an",
      sessions = "<leader>as",
      models = "<leader>am",
      ask = "<leader>ak",
      add = "<leader>a+",
      abort = "<leader>ax",
      review = "<leader>ar",
      edit = "<leader>ae",
      explain = "<leader>a?",
      compare = "<leader>a=",
      questions = "<leader>aq",
    },
    chat = {
      abort = "<C-c>",
      fold = { "<Tab>", "za" },
      unfold_all = "zR",
      fold_all = "zM",
      open = "<CR>",
      next_message = "]]",
      previous_message = "[[",
      prompt = { "i", "a", "o" },
      revert = "gr",
      fork = "gf",
      copy = "gy",
      review = "gR",
      queue = "gq",
      models = "gm",
      sessions = "gs",
      new = "gn",
      close = "q",
      help = "g?",
    },
    prompt = {
      send = { "<CR>", "i:<C-s>" },
      steer = { "g<CR>", "i:<M-CR>" },
      abort = { "<C-c>", "i:<C-c>" },
      history_back = { "<C-p>", "i:<C-p>" },
      history_on = { "<C-n>", "i:<C-n>" },
      transcript = "<C-k>",
      queue = "gq",
      models = "gm",
      sessions = "gs",
      help = "g?",
      close = "q",
    },
    queue = {
      help = "g?",
      queue_edit = "<CR>",
      queue_remove = "dd",
      queue_up = "<M-k>",
      queue_down = "<M-j>",
      queue_resume = "gr",
    },
    -- They answer where the cursor is on the question, and in the prompt of its chat while nothing stands there.
    question = {
      allow = "1",
      always = "2",
      reject = "3",
      reject_with_reason = "4",
      answer = "5",
      show_question = "K",
    },
    form = {
      form_submit = { "<CR>", "i:<C-s>" },
      form_decline = "gd",
      form_close = { "q", "<Esc>" },
      form_next = { "<Tab>", "i:<Tab>" },
      form_previous = { "<S-Tab>", "i:<S-Tab>" },
      form_choice = { "<C-n>", "i:<C-n>" },
    },
    review = {
      accept = "<leader>ay",
      reject_hunk = "<leader>ad",
      next_hunk = "]h",
      previous_hunk = "[h",
      accept_file = "<leader>aY",
      reject_file = "<leader>aD",
      hunks = "<leader>aQ",
    },
    picker = {
      pick = { "<CR>", "i:<CR>" },
      pick_next = { "j", "<Down>", "<C-n>", "i:<Down>", "i:<C-n>" },
      pick_previous = { "k", "<Up>", "<C-p>", "i:<Up>", "i:<C-p>" },
      pick_close = { "q", "<Esc>", "<C-c>", "i:<C-c>" },
      pick_everywhere = { "<C-e>", "i:<C-e>" },
      pick_archived = { "<C-v>", "i:<C-v>" },
      rename = { "<C-r>", "i:<C-r>" },
      delete = { "<C-d>", "i:<C-d>" },
      fork = { "<C-f>", "i:<C-f>" },
      archive = { "<C-a>", "i:<C-a>" },
      revert = { "<C-t>", "i:<C-t>" },
    },
    revert = { revert_all = "<CR>", revert_messages = "m", revert_files = "f" },
    page = { page_refresh = "R", page_close = "q" },
    mcp = { mcp_connect = "c", mcp_disconnect = "d", mcp_login = "o", mcp_log = "l" },
    trust = { trust_accept = "t", trust_withdraw = "u" },
    rules = { rule_remove = "dd" },
    log = { log_filter = "f", log_level = "w" },
    wire = { wire_clear = "x" },
  },
}

-- What the defaults do not say by themselves: types of options without a default, choices, and the least and most.
---@type table<string, {types?: string[], one_of?: string[], least?: number, most?: number, free?: boolean}>
M.rules = {
  cmd = { types = { "table" } },
  env = { free = true },
  settings = { free = true },
  directory = { types = { "string", "function" } },
  model = { types = { "string" } },
  ["restart.first_ms"] = { least = 10 },
  ["restart.most_ms"] = { least = 10 },
  ["restart.tries"] = { least = 0 },
  ["log.level"] = { one_of = { "debug", "info", "warn", "error" } },
  ["chat.layout"] = { one_of = { "split", "float", "tab" } },
  ["chat.side"] = { one_of = { "right", "left", "above", "below" } },
  ["chat.size"] = { least = 0.1, most = 0.9 },
  ["chat.float.width"] = { least = 0.2, most = 1 },
  ["chat.float.height"] = { least = 0.2, most = 1 },
  ["chat.float.border"] = { types = { "string", "table" }, free = true },
  ["chat.prompt_height"] = { least = 1 },
  ["chat.redraw_ms"] = { least = 10, most = 1000 },
  ["chat.reasoning"] = { one_of = { "folded", "open", "hidden" } },
  ["chat.tools"] = { one_of = { "folded", "open", "hidden" } },
  ["context.max_file_kb"] = { least = 1 },
  ["context.attach_kb"] = { least = 1 },
  ["asking.diff_lines"] = { least = 0 },
  ["asking.settle_ms"] = { least = 0 },
  ["picker.ui"] = { types = { "string", "function" } },
  ["picker.limit"] = { least = 1, most = 1000 },
  ["picker.width"] = { least = 0.2, most = 1 },
  ["picker.height"] = { least = 0.2, most = 1 },
  ["prompt.when_busy"] = { one_of = { "queue", "steer" } },
}

return M
