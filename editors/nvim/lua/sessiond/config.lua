-- The options as they hold: the defaults, with what `setup()` or `vim.g.sessiond` say instead. Everybody reads
-- `config.get()`. What does not fit is said in a sentence that names the option, and the default holds.
local defaults = require("sessiond.defaults")

local M = {}

---@type sessiond.Options?
local current

---@param names string[]
---@param wanted string
---@return string? nearest the name that is most like the wanted one, if any is
local function near(names, wanted)
  local best, score = nil, 0
  for _, name in ipairs(names) do
    local found = vim.fn.matchfuzzypos({ name }, wanted)
    local reverse = vim.fn.matchfuzzypos({ wanted }, name)
    local likeness = math.max(found[3][1] or 0, reverse[3][1] or 0)
    if likeness > score then
      best, score = name, likeness
    end
  end
  return best
end

---@param path string
---@param value any
---@param default any
---@return string? problem
local function problem_of(path, value, default)
  local rule = defaults.rules[path] or {}
  local types = rule.types or { type(default) }
  if not vim.tbl_contains(types, type(value)) then
    return ("%s is to be a %s, not %s"):format(path, table.concat(types, " or "), vim.inspect(value))
  elseif rule.one_of and not vim.tbl_contains(rule.one_of, value) then
    return ("%s is to be one of %s, not %s"):format(path, table.concat(rule.one_of, ", "), vim.inspect(value))
  elseif (rule.least and value < rule.least) or (rule.most and value > rule.most) then
    local limits = rule.most and ("from %s to %s"):format(rule.least, rule.most) or ("at least %s"):format(rule.least)
    return ("%s is to be %s, not %s"):format(path, limits, value)
  end
end

---@param path string
---@param value any
---@return string? problem
local function problem_of_key(path, value)
  local list = type(value) == "table" and value or { value }
  for _, key in ipairs(list) do
    if type(key) ~= "string" and key ~= false then
      return ("%s is to be a key, a list of keys, or false, not %s"):format(path, vim.inspect(value))
    end
  end
end

local merge

--- Puts one given value over its default, or notes why not.
local function put(result, path, name, value, default, problems)
  local rule = defaults.rules[path] or {}
  if
    vim.startswith(path, "keys.")
    and (value == false or type(default) ~= "table" or select(2, path:gsub("%.", "")) == 2)
  then
    local problem = problem_of_key(path, value)
    problems[#problems + 1] = problem
    result[name] = problem and default or value
    return
  end
  local problem = problem_of(path, value, default)
  if problem then
    problems[#problems + 1] = problem
  elseif type(default) == "table" and not rule.free and type(value) == "table" then
    result[name] = merge(default, value, path .. ".", problems)
  else
    result[name] = value
  end
end

---@param base table
---@param given table
---@param prefix string
---@param problems string[]
---@return table
merge = function(base, given, prefix, problems)
  local result = vim.deepcopy(base)
  for name, value in pairs(given) do
    local path = prefix .. tostring(name)
    local known = base[name] ~= nil or defaults.rules[path] ~= nil
    if known then
      put(result, path, name, value, base[name], problems)
    else
      local like = near(vim.tbl_keys(base), tostring(name))
      problems[#problems + 1] = ("there is no option %s%s"):format(
        path,
        like and (", did you mean %s%s?"):format(prefix, like) or ""
      )
    end
  end
  return result
end

--- The options that the given ones make of the defaults, and what is wrong with them.
---@param given table?
---@return sessiond.Options options
---@return string[] problems sentences for people
function M.resolve(given)
  local problems = {}
  if given ~= nil and type(given) ~= "table" then
    return vim.deepcopy(defaults.options), { "the options are to be a table, not " .. vim.inspect(given) }
  end
  local options = merge(defaults.options, given or {}, "", problems)
  table.sort(problems)
  return options, problems
end

--- Makes the given options hold. Called by `setup()`, and by the first `get()` without one.
---@param given table?
function M.set(given)
  local problems
  current, problems = M.resolve(given)
  for _, problem in ipairs(problems) do
    vim.notify("sessiond: " .. problem, vim.log.levels.ERROR)
  end
end

---@return sessiond.Options
function M.get()
  if not current then
    M.set(vim.g.sessiond)
  end
  return current --[[@as sessiond.Options]]
end

--- Where a new session works.
---@return string directory an absolute path
function M.directory()
  local option = M.get().directory
  local path = type(option) == "function" and option() or option or vim.fn.getcwd()
  return vim.fs.normalize(vim.fn.fnamemodify(path --[[@as string]], ":p")):gsub("(.)/$", "%1")
end

return M
