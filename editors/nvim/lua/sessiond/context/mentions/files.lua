-- The files of a project, for `@` completion: what git or ripgrep lists, else a bounded walk. Listed in the background
-- and kept for a moment; the engine is not asked, since it has no method for it yet.
local M = {}

local MOST = 50000
local FRESH_MS, LONGEST_MS = 15000, 5000
local COMMANDS = {
  { "git", "--no-optional-locks", "ls-files", "--cached", "--others", "--exclude-standard", "-z" },
  { "rg", "--files", "--null", "--no-messages" },
}

---@class sessiond.ProjectFiles
---@field paths string[] relative
---@field at integer
---@field waiting? (fun(paths: string[]))[]

local projects = {} ---@type table<string, sessiond.ProjectFiles>

--- Without git and ripgrep: what is not hidden, breadth first.
local function walk(directory)
  local paths = {}
  local skip = function(name)
    return not name:find("^%.") and name ~= "node_modules" and name ~= "__pycache__"
  end
  for path, kind in
    vim.fs.dir(directory, {
      depth = 8,
      skip = function(name)
        return skip(vim.fs.basename(name))
      end,
    })
  do
    if kind == "file" and skip(vim.fs.basename(path)) then
      paths[#paths + 1] = path
    end
    if #paths >= MOST / 10 then
      break
    end
  end
  return paths
end

local function parse(output)
  local paths, seen = {}, {}
  for path in output:gmatch("[^%z]+") do
    if not seen[path] and not path:find("\n") then
      seen[path] = true
      paths[#paths + 1] = path
    end
    if #paths == MOST then
      break
    end
  end
  return paths
end

---@param directory string
---@param callback fun(paths: string[])
local function list(directory, callback, index)
  local command = COMMANDS[index]
  if not command then
    return callback(walk(directory))
  end
  local well = pcall(vim.system, command, { cwd = directory, timeout = LONGEST_MS }, function(result)
    vim.schedule(function()
      if result.code == 0 then
        callback(parse(result.stdout))
      else
        list(directory, callback, index + 1)
      end
    end)
  end)
  if not well then
    list(directory, callback, index + 1)
  end
end

--- The files of a directory, relative to it: at once where they are known, and renewed in the background.
---@param directory string
---@param callback fun(paths: string[])
function M.all(directory, callback)
  local project = projects[directory] or { paths = {}, at = -math.huge }
  projects[directory] = project
  local known = project.at > -math.huge
  if known then
    callback(project.paths)
  end
  if vim.uv.now() - project.at < FRESH_MS then
    return
  end
  local waits = not known and callback or nil
  if project.waiting then
    table.insert(project.waiting, waits)
    return
  end
  project.waiting = { waits }
  list(directory, function(paths)
    local waiting = project.waiting or {}
    project.paths, project.at, project.waiting = paths, vim.uv.now(), nil
    for _, each in ipairs(waiting) do
      each(paths)
    end
  end, 1)
end

--- Those that fit what was typed, the best first.
---@param paths string[]
---@param typed string
---@param limit integer
---@return string[]
function M.matching(paths, typed, limit)
  if typed == "" then
    return vim.list_slice(paths, 1, limit)
  end
  local found = vim.fn.matchfuzzy(paths, typed, { limit = limit * 4 })
  local base = {}
  for index, path in ipairs(found) do
    local name = vim.fs.basename(path):lower()
    local rank = vim.startswith(name, typed:lower()) and 0 or name:find(typed:lower(), 1, true) and 1 or 2
    base[path] = rank * 1e6 + index
  end
  table.sort(found, function(one, other)
    return base[one] < base[other]
  end)
  return vim.list_slice(found, 1, limit)
end

return M
