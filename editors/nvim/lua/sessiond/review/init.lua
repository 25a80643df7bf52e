-- The review of what sessions have changed in files: hunks marked in the files themselves until they are accepted or
-- taken back. What is asked here is for statuslines and winbars; the rest are actions.
local context = require("sessiond.context")
local store = require("sessiond.review.store")
local walk = require("sessiond.review.walk")
local watch = require("sessiond.review.watch")

local M = {}

M.count = store.count

local function many(count, word)
  return ("%d %s%s"):format(count, word, count == 1 and "" or "s")
end

--- What is left to review, such as "3 hunks in 2 files"; empty when nothing is.
---@return string
function M.summary()
  local hunks, files = store.count()
  return hunks > 0 and ("%s in %s"):format(many(hunks, "hunk"), many(files, "file")) or ""
end

--- What is left in a buffer, such as "2 hunks +10 -3"; empty when nothing is.
---@param buf? integer the current one
---@return string
function M.buffer_summary(buf)
  buf = buf or vim.api.nvim_get_current_buf()
  local entry = context.is_file(buf) and store.get(context.path_of(buf))
  if not entry or #entry.hunks == 0 then
    return ""
  end
  local added, removed = 0, 0
  for _, hunk in ipairs(entry.hunks) do
    added, removed = added + hunk.count, removed + hunk.base_count
  end
  return ("%s +%d -%d"):format(many(#entry.hunks, "hunk"), added, removed)
end

function M.attach()
  watch.attach()
  vim.api.nvim_create_autocmd("User", {
    group = vim.api.nvim_create_augroup("sessiond-review-list", { clear = true }),
    pattern = "SessiondReviewChanged",
    callback = walk.renew_list,
  })
end

return M
