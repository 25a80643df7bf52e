"""Every action is a command and a mapping that others can use; what happens is a `User` autocommand for them."""

from collections.abc import Callable

from support.daemon import Home
from support.nvim import Editor

ACTIONS = """
local found = {}
for _, action in ipairs(require("sessiond.actions")) do
  local name = action.name:gsub("_", "-")
  local plug = "<Plug>(sessiond-" .. name .. ")"
  found[name] = {
    runs = type(require("sessiond." .. action.room .. ".actions")[action.name]) == "function",
    n = vim.fn.maparg(plug, "n") ~= "",
    x = (vim.fn.maparg(plug, "x") ~= "") == (action.range == true),
    command = vim.tbl_contains(vim.fn.getcompletion("Sessiond " .. name, "cmdline"), name),
  }
end
return found
"""

HEAR = """
vim.g.heard = {}
vim.api.nvim_create_autocmd("User", { pattern = "Sessiond*", callback = function(args)
  local heard = vim.g.heard
  local event = (args.data or {}).event
  table.insert(heard, event and { args.match, event.type, args.data.session_id } or { args.match })
  vim.g.heard = heard
end })
"""


def test_every_action_is_a_command_that_is_completed_and_a_mapping(editor: Editor) -> None:
    found = editor.lua(ACTIONS)

    assert len(found) > 80
    assert {name: action for name, action in found.items() if not all(action.values())} == {}


def test_an_argument_of_a_command_is_completed(editor: Editor) -> None:
    assert editor.lua("return vim.fn.getcompletion('Sessiond chat f', 'cmdline')") == ["float"]


def test_a_mapping_of_the_users_own_takes_the_place_of_the_default_key(start: Callable[..., Editor]) -> None:
    editor = start(settings="vim.g.mapleader = ' ' vim.keymap.set('n', ',c', '<Plug>(sessiond-chat)')")

    assert editor.lua("return vim.fn.maparg(' aa', 'n')") == ""
    assert editor.lua("return vim.fn.maparg(' as', 'n')") == "<Plug>(sessiond-sessions)"
    editor.type(",c")
    editor.sees("A new session")


def test_what_happens_to_a_session_is_told_to_autocommands_in_order(editor: Editor, home: Home) -> None:
    home.play({"text": "Hello."})
    editor.lua(HEAR)

    editor.command("Sessiond send Hi")

    editor.until(lambda: "SessiondTurnEnded" in [name for name, *_ in editor.lua("return vim.g.heard")])
    heard = editor.lua("return vim.g.heard")
    assert [name for name, *_ in heard if name in ("SessiondStarting", "SessiondReady", "SessiondChatOpened")] == [
        "SessiondChatOpened",
        "SessiondStarting",
        "SessiondReady",
    ]
    session_id = editor.lua("return require('sessiond.chat').session_id()")
    events = [(name, type) for name, *rest in heard if rest for type, id in [rest] if id == session_id]
    assert [name for name, _ in events if "Updated" not in name and "Usage" not in name] == [
        "SessiondSessionCreated",
        "SessiondTurnStarted",
        "SessiondMessageAdded",
        "SessiondMessageAdded",
        "SessiondPartStarted",
        "SessiondPartEnded",
        "SessiondMessageEnded",
        "SessiondTurnEnded",
    ]
    assert all(name.lower() == f"sessiond{type.replace('.', '')}" for name, type in events)
