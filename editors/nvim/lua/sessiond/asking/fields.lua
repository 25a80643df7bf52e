-- The fields of a form, read from the schema of a question, and what a line that was typed stands for. Pure. The engine
-- checks all of it again; the schema comes from a server, and what is not understood of it is a text.
local text = require("sessiond.ui.text")

local M = {}

---@class sessiond.Field
---@field name string
---@field label string
---@field description? string
---@field kind "text"|"number"|"integer"|"boolean"|"choice"|"choices"
---@field required boolean
---@field choices {value: any, label: string}[]
---@field default? any

local function as_table(value)
  return type(value) == "table" and value or {}
end

--- The choices of a schema, in each way of writing them.
local function choices_of(schema)
  local choices, names = {}, as_table(schema.enumNames)
  for index, value in ipairs(as_table(schema.enum)) do
    choices[index] = { value = value, label = text.one_line(names[index] or value, 100) }
  end
  for _, each in ipairs(as_table(schema.oneOf or schema.anyOf)) do
    if type(each) == "table" and each.const ~= nil then
      choices[#choices + 1] = { value = each.const, label = text.one_line(each.title or each.const, 100) }
    end
  end
  return choices
end

local YES_NO = { { value = true, label = "yes" }, { value = false, label = "no" } }

local function kind_of(schema)
  local choices = choices_of(schema)
  if schema.type == "array" then
    return "choices", choices_of(as_table(schema.items))
  elseif #choices > 0 then
    return "choice", choices
  elseif schema.type == "boolean" then
    return "boolean", YES_NO
  end
  return (schema.type == "number" or schema.type == "integer") and schema.type or "text", {}
end

---@param name string
---@param schema table
---@param required boolean
---@return sessiond.Field
local function field(name, schema, required)
  local kind, choices = kind_of(schema)
  local description = schema.description
  return {
    name = name,
    label = text.one_line(schema.title or name, 60),
    description = type(description) == "string" and text.one_line(description, 300) or nil,
    kind = kind,
    required = required,
    choices = choices,
    default = schema.default,
  }
end

--- The fields of a schema: those that must be there first, in its order, the others by name. (An object's own order is
--- not kept by Lua.)
---@param schema table
---@return sessiond.Field[]
function M.of(schema)
  local properties, order, seen = as_table(schema.properties), {}, {}
  for _, name in ipairs(as_table(schema.required)) do
    if type(name) == "string" and properties[name] ~= nil and not seen[name] then
      seen[name] = true
      order[#order + 1] = name
    end
  end
  local required = #order
  local rest = vim.tbl_filter(function(name)
    return not seen[name]
  end, vim.tbl_keys(properties))
  table.sort(rest)
  vim.list_extend(order, rest)
  local fields = {}
  for index, name in ipairs(order) do
    fields[index] = field(name, as_table(properties[name]), index <= required)
  end
  return fields
end

---@param each sessiond.Field
---@param value any
---@return string? label
local function label_of(each, value)
  for _, choice in ipairs(each.choices) do
    if choice.value == value then
      return choice.label
    end
  end
end

--- What stands in a field at first: its default, as it would be typed.
---@param each sessiond.Field
---@return string
function M.typed(each)
  local default = each.default
  if default == nil then
    return ""
  elseif each.kind == "choices" then
    local labels = {}
    for _, value in ipairs(as_table(default)) do
      labels[#labels + 1] = label_of(each, value)
    end
    return table.concat(labels, ", ")
  elseif #each.choices > 0 then
    return label_of(each, default) or ""
  end
  return text.one_line(default, 2000)
end

--- The choice that a text names: by its label, its value, its number, or the only one that begins so.
---@param each sessiond.Field
---@param typed string
---@return {value: any, label: string}?
local function choice_of(each, typed)
  local wanted, beginning = typed:lower(), {}
  for _, choice in ipairs(each.choices) do
    local label = choice.label:lower()
    if label == wanted or tostring(choice.value):lower() == wanted then
      return choice
    elseif vim.startswith(label, wanted) then
      beginning[#beginning + 1] = choice
    end
  end
  return #beginning == 1 and beginning[1] or each.choices[tonumber(typed)]
end

local function offered(each)
  return table.concat(
    vim.tbl_map(function(choice)
      return choice.label
    end, vim.list_slice(each.choices, 1, 20)),
    ", "
  )
end

local function several(each, typed)
  local values = {}
  for word in typed:gmatch("[^,]+") do
    local choice = choice_of(each, vim.trim(word))
    if not choice then
      return nil, ("must be some of: %s"):format(offered(each))
    end
    values[#values + 1] = choice.value
  end
  return values
end

--- What an empty line stands for.
local function empty(each)
  if not each.required then
    return vim.NIL
  elseif each.kind == "choices" then
    return {}
  elseif each.kind == "text" then
    return ""
  end
  return nil, "is missing"
end

--- What a line stands for: a value, `vim.NIL` where the field is left out, or nil and what is wrong with it.
---@param each sessiond.Field
---@param typed string
---@return any value
---@return string? problem
function M.value(each, typed)
  typed = each.kind == "text" and typed or vim.trim(typed)
  if typed == "" then
    return empty(each)
  elseif each.kind == "number" or each.kind == "integer" then
    local number = tonumber(typed)
    if not number or (each.kind == "integer" and number % 1 ~= 0) then
      return nil, each.kind == "integer" and "must be a whole number" or "must be a number"
    end
    return number
  elseif each.kind == "choices" then
    return several(each, typed)
  elseif #each.choices > 0 then
    local choice = choice_of(each, typed)
    if not choice then
      return nil, ("must be one of: %s"):format(offered(each))
    end
    return choice.value
  end
  return typed
end

--- The line after the one that is there: the next choice; of several choices, one more of them.
---@param each sessiond.Field
---@param typed string
---@return string
function M.next_choice(each, typed)
  if each.kind == "choices" then
    local there = several(each, typed) or {}
    for _, choice in ipairs(each.choices) do
      if not vim.tbl_contains(there, choice.value) then
        return vim.trim(typed) == "" and choice.label or typed .. ", " .. choice.label
      end
    end
    return ""
  end
  for index, choice in ipairs(each.choices) do
    if choice.label == vim.trim(typed) then
      return each.choices[index % #each.choices + 1].label
    end
  end
  return each.choices[1] and each.choices[1].label or typed
end

--- What can be typed, as a line below the field.
---@param each sessiond.Field
---@return string
function M.hint(each)
  local words = {
    number = "a number",
    integer = "a whole number",
    boolean = "yes or no",
    choice = "one of: " .. offered(each),
    choices = "some of: " .. offered(each),
  }
  local parts = {}
  parts[#parts + 1] = each.description
  parts[#parts + 1] = words[each.kind]
  parts[#parts + 1] = not each.required and "may be left out" or nil
  return table.concat(parts, "; ")
end

return M
