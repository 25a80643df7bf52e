-- The lines of a document that have changed since the engine was told last, joined into one region. Pure.
local M = {}

--- Old lines `first` to before `old_last` are now those from `first` to before `new_last`; numbers from 0.
---@class sessiond.Region
---@field first integer
---@field old_last integer
---@field new_last integer

--- The region that covers one from before and a change after it, in the numbers of the buffer at that time.
---@param region sessiond.Region?
---@param first integer
---@param last integer
---@param new_last integer what stood from `first` to before `last` stands to before this now
---@return sessiond.Region
function M.join(region, first, last, new_last)
  if not region then
    return { first = first, old_last = last, new_last = new_last }
  end
  local growth = region.new_last - region.old_last
  local reach = math.max(region.new_last, last)
  return {
    first = math.min(region.first, first),
    old_last = reach - growth,
    new_last = reach + new_last - last,
  }
end

return M
