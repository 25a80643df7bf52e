-- Hunks drawn in their file: lines that were added are highlighted, those that were removed stand above as virtual
-- ones, and a line over each says which hunk it is and by which keys it is answered.
local config = require("sessiond.config")
local hunks = require("sessiond.review.hunks")
local keys = require("sessiond.keys")

local M = {}

local namespace = vim.api.nvim_create_namespace("sessiond-review")

--- Lines of a hunk that are drawn; of more, the number is said.
local MOST_REMOVED, MOST_ADDED = 200, 5000

---@param hunk sessiond.Hunk
---@return string
function M.size(hunk)
  local texts = {}
  texts[#texts + 1] = hunk.count > 0 and ("+%d"):format(hunk.count) or nil
  texts[#texts + 1] = hunk.base_count > 0 and ("-%d"):format(hunk.base_count) or nil
  return table.concat(texts, " ")
end

--- A key as it is pressed, short: the leader key itself stands for `<leader>`.
local function key_of(name)
  local leader = vim.g.mapleader or "\\"
  local shown = leader == " " and "␣" or vim.fn.keytrans(leader)
  local key = keys.label("review", name)
  return key and (key:gsub("<[Ll]eader>", (shown:gsub("%%", "%%%%"))))
end

local function head(entry, index)
  local hunk = entry.hunks[index]
  local what = entry.deleted and "the file is gone" or entry.created and "new file" or M.size(hunk)
  local line = { { ("▎ %d/%d  "):format(index, #entry.hunks), "SessiondHunk" }, { what .. " ", "SessiondMuted" } }
  for _, pair in ipairs({ { "accept", "accepts" }, { "reject_hunk", "rejects" }, { "next_hunk", "next" } }) do
    local key = key_of(pair[1])
    if key then
      vim.list_extend(line, { { " " .. key, "SessiondKey" }, { (" %s "):format(pair[2]), "SessiondMuted" } })
    end
  end
  return line
end

--- A removed line over the whole width, as Neovim shows text.
local function removed_line(text, width, tab)
  text = text:sub(1, 1000):gsub("\t", (" "):rep(tab)):gsub("%c", "?")
  local pad = math.max(0, width - vim.fn.strdisplaywidth(text))
  return { { text .. (" "):rep(pad), "SessiondReviewRemoved" } }
end

local function above(buf, entry, index)
  local hunk = entry.hunks[index]
  local lines = { head(entry, index) }
  if entry.deleted then
    return lines
  end
  local removed = hunks.removed(hunk, entry.base)
  local tab = vim.bo[buf].tabstop
  for number, text in ipairs(removed) do
    if number > MOST_REMOVED then
      lines[#lines + 1] = { { ("… %d more lines were removed"):format(#removed - MOST_REMOVED), "SessiondMuted" } }
      break
    end
    lines[#lines + 1] = removed_line(text, vim.o.columns, tab)
  end
  return lines
end

local function draw_hunk(buf, entry, index)
  local hunk, count = entry.hunks[index], vim.api.nvim_buf_line_count(buf)
  local at_end = hunk.at >= count
  vim.api.nvim_buf_set_extmark(buf, namespace, at_end and count - 1 or hunk.at, 0, {
    virt_lines = above(buf, entry, index),
    virt_lines_above = not at_end,
  })
  local sign = config.get().review.signs and "▎" or nil
  local group = hunk.base_count > 0 and "SessiondHunk" or "SessiondAdded"
  for row = hunk.at, math.min(hunk.at + hunk.count, hunk.at + MOST_ADDED, count) - 1 do
    vim.api.nvim_buf_set_extmark(buf, namespace, row, 0, {
      line_hl_group = "SessiondReviewAdded",
      sign_text = sign,
      sign_hl_group = sign and group,
    })
  end
end

--- The virtual lines over the first line of a buffer are seen only where its windows make room for them.
local function reveal(buf, lines)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.api.nvim_win_call(win, function()
      local view = vim.fn.winsaveview()
      if view.topline == 1 then
        local room = math.max(0, vim.api.nvim_win_get_height(win) - 1)
        vim.fn.winrestview({ topline = 1, topfill = math.min(lines, room) })
      end
    end)
  end
end

---@param buf integer
---@param entry? sessiond.Reviewed
function M.draw(buf, entry)
  vim.api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
  for index in ipairs(entry and entry.hunks or {}) do
    draw_hunk(buf, entry, index)
  end
  local first = entry and entry.hunks[1]
  if first and first.at == 0 then
    reveal(buf, 1 + math.min(first.base_count, MOST_REMOVED))
  end
end

return M
