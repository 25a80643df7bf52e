-- Writes what of the plugin is made of something else: `nvim --clean -l scripts/generate.lua` in the plugin's folder.
-- The help of its template and the tables of actions, options, keys and highlights; the README's table of keys; the
-- protocol's types. With `--check` it writes nothing, names what is stale, and ends with 1.
vim.opt.runtimepath:prepend(vim.fn.getcwd())

local actions = require("sessiond.actions")
local autocmds = require("sessiond.autocmds")
local defaults = require("sessiond.defaults")
local highlights = require("sessiond.highlights")

local PROTOCOL = "../../protocol/sessiond_protocol/schema/sessiond.lua"
local PLACES = {
  { "global", "Everywhere" },
  { "chat", "In the transcript" },
  { "prompt", "In the prompt" },
  { "question", "While a question waits" },
  { "form", "In a form" },
  { "queue", "In the list of waiting prompts" },
  { "review", "In a file with changes to review" },
  { "picker", "In a picker" },
  { "revert", "In the preview of a revert" },
  { "page", "On every page" },
  { "mcp", "On the page of MCP servers" },
  { "trust", "On the page of trust" },
  { "rules", "On the page of rules" },
  { "log", "In the log" },
  { "wire", "In the list of messages" },
}

local function read(path)
  return table.concat(vim.fn.readfile(path), "\n") .. "\n"
end

local function command_of(name)
  return name:gsub("_", "-")
end

--- Text in lines of at most 78 characters, indented.
local function wrapped(words, indent)
  local lines, line = {}, indent
  for word in words:gmatch("%S+") do
    if #line + #word + 1 > 78 then
      lines[#lines + 1] = line
      line = indent
    end
    line = line .. (line == indent and "" or " ") .. word
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

--- The actions of the places that are named, or those of none.
local function commands(has_place)
  local lines = {}
  for _, action in ipairs(actions) do
    if (action.place ~= nil) == has_place then
      local name = command_of(action.name)
      local head = (":Sessiond %s"):format(name)
      local tag = ("*:Sessiond-%s* *<Plug>(sessiond-%s)*"):format(name, name)
      lines[#lines + 1] = (" "):rep(math.max(0, 78 - #tag)) .. tag
      lines[#lines + 1] = (action.range and ":[range]" .. head:sub(2) or head)
      lines[#lines + 1] = wrapped(action.desc .. ".", "        ")
      lines[#lines + 1] = ""
    end
  end
  return table.concat(lines, "\n")
end

--- The lines of the defaults as they stand in the source, without the keys and the types of values.
local function options()
  local lines, comments, prefix, inside = {}, {}, "", false
  local function flush()
    if #comments > 0 then
      lines[#lines + 1] = wrapped(table.concat(comments, " "), "    " .. prefix)
      comments = {}
    end
  end
  for line in io.lines("lua/sessiond/defaults.lua") do
    if line:find("^M%.options = {") then
      inside = true
    elseif line:find("^  keys = {") or (inside and line:find("^}")) then
      break
    elseif inside and not line:find("^  %-%- Keys by place") then
      local indent, comment = line:match("^(%s*%-%- )(.*)$")
      if comment then
        comments[#comments + 1] = comment
      else
        flush()
        lines[#lines + 1] = "    " .. line:gsub("%s*%-%-%-@type.*$", "")
      end
      prefix = indent or prefix
    end
  end
  return table.concat(lines, "\n")
end

local function keys_of(value)
  local list = type(value) == "table" and value or { value }
  return table.concat(list, "  ")
end

local function sorted(group)
  local names = vim.tbl_keys(group)
  table.sort(names, function(one, other)
    return one < other
  end)
  return names
end

local function each_key(run)
  for _, place in ipairs(PLACES) do
    local group = defaults.options.keys[place[1]]
    run(place[1], place[2], group, sorted(group))
  end
end

local function keys()
  local lines = {}
  each_key(function(place, title, group, names)
    local tag = ("*sessiond-keys-%s*"):format(place)
    lines[#lines + 1] = title .. (" "):rep(math.max(1, 78 - #title - #tag)) .. tag
    lines[#lines + 1] = ""
    for _, name in ipairs(names) do
      local action = assert(actions.find(name), "keys of no action: " .. name)
      lines[#lines + 1] = ("    %-22s %s"):format(name, keys_of(group[name]))
      lines[#lines + 1] = wrapped(action.desc, (" "):rep(27))
    end
    lines[#lines + 1] = ""
  end)
  return table.concat(lines, "\n")
end

local function keys_table()
  local lines = { "| where | keys | action | what it does |", "|---|---|---|---|" }
  each_key(function(_, title, group, names)
    for index, name in ipairs(names) do
      local shown = type(group[name]) == "table" and group[name] or { group[name] }
      lines[#lines + 1] = ("| %s | `%s` | `%s` | %s |"):format(
        index == 1 and title or "",
        table.concat(shown, "` `"),
        name,
        actions.find(name).desc
      )
    end
  end)
  return table.concat(lines, "\n")
end

local function groups()
  local lines = {}
  for _, name in ipairs(sorted(highlights.links)) do
    lines[#lines + 1] = ("*hl-%s*"):format(name)
    lines[#lines] = ("    %-28s %-24s %s"):format(name, highlights.links[name], lines[#lines])
  end
  return table.concat(lines, "\n")
end

--- The durable events of the protocol, each with its autocommand.
local function events()
  local durable = read(PROTOCOL):match("%-%-%-@alias sessiond%.DurableEvent ([^\n]+)")
  local lines = {}
  for class in durable:gmatch("sessiond%.(%w+)") do
    local type = read(PROTOCOL):match(('%%-%%-%%-@class sessiond%%.%s\n%%-%%-%%-@field type "([^"]+)"'):format(class))
    lines[#lines + 1] = ("    %-28s %s"):format(autocmds.name(type), type)
  end
  return table.concat(lines, "\n")
end

local function help()
  local parts = {
    commands = commands(false),
    place_commands = commands(true),
    options = options(),
    keys = keys(),
    highlights = groups(),
    events = events(),
  }
  return (
    read("scripts/help.txt"):gsub("{{(%w+_?%w*)}}\n", function(name)
      return assert(parts[name], name):gsub("\n+$", "") .. "\n"
    end)
  )
end

local function readme()
  local before, after = read("README.md"):match("^(.-<!%-%- keys %-%->\n).-(<!%-%- end of keys %-%->.*)$")
  return assert(before) .. "\n" .. keys_table() .. "\n\n" .. after
end

local outputs = {
  ["doc/sessiond.txt"] = help(),
  ["README.md"] = readme(),
  ["lua/sessiond/protocol.lua"] = read(PROTOCOL),
}

local check, stale = vim.tbl_contains(_G.arg or {}, "--check"), 0
for path, text in pairs(outputs) do
  if vim.fn.filereadable(path) == 0 or read(path) ~= text then
    stale = stale + 1
    print((check and "stale: " or "written: ") .. path .. "\n")
    if not check then
      vim.fn.mkdir(vim.fs.dirname(path), "p")
      vim.fn.writefile(vim.split(text:gsub("\n$", ""), "\n", { plain = true }), path)
    end
  end
end
os.exit(check and stale > 0 and 1 or 0)
