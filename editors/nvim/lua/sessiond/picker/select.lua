-- A source shown by `vim.ui.select`, for those who have replaced it. It chooses; what else can be done with an entry is
-- done by commands.
local log = require("sessiond.log")

local M = {}

---@param source sessiond.Source
---@param query string
function M.open(source, query)
  local shown = false
  source.load(query, function(items, problem)
    if problem then
      log.tell("error", problem)
    elseif #items == 0 then
      log.tell("info", "there is nothing to choose")
    elseif not shown then
      shown = true
      local options = { prompt = source.title, kind = "sessiond-" .. source.name, format_item = source.text }
      vim.ui.select(items, options, function(item)
        if item then
          source.choose(item)
        end
      end)
    end
  end)
end

return M
