-- What the editor knows, told to the engine: documents with unsaved text, what the user looks at, diagnostics; edits of
-- the engine made in buffers; what a prompt mentions. The review hears here of what sessions change in buffers.
local focus = require("sessiond.context.focus")
local buffers = require("sessiond.context.buffers")
local diagnostics = require("sessiond.context.diagnostics")
local documents = require("sessiond.context.documents")
local edits = require("sessiond.context.edits")
local mentions = require("sessiond.context.mentions")
local reload = require("sessiond.context.reload")

local M = {}

M.on_change = reload.on_change
M.touched = reload.touched
M.buffer_of = reload.buffer_of
M.path_of = documents.path
M.is_file = documents.is_file
M.lines = buffers.lines
M.change = buffers.change
M.save = buffers.save
M.look = reload.look

function M.attach()
  documents.attach()
  reload.attach()
  edits.attach()
  focus.attach()
  diagnostics.attach()
  mentions.attach()
end

return M
