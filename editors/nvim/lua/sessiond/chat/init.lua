-- The chat as the other rooms see it: opened, closed, asked where the user is, added to. The parts behind it are in
-- this folder; nobody else loads them.
local M = {}

function M.attach() end
function M.add_tail(_) end
function M.add_tool_card(_, _) end
function M.redraw(_) end
function M.view() end
function M.block() end
function M.session_id() end
function M.open(_) end
function M.close() end
function M.is_seen(_)
  return false
end
function M.send(_, _) end
function M.on_send(_) end
function M.prompt_text()
  return ""
end
function M.set_prompt(_) end
function M.insert_prompt(_) end
function M.statusline()
  return ""
end

return M
