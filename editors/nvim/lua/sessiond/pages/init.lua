-- Not built yet: see ARCHITECTURE.md.
local M = {}

function M.attach() end

return M
