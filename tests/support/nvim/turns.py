"""Turns of a session in an editor under test: what the scripted model does with files, and waiting for its end."""

from pathlib import Path
from typing import Any

from support.daemon import Home
from support.nvim.editor import Editor

AT_THE_END = """
vim.g.ended = 0
local function note() vim.g.ended = 1 end
vim.api.nvim_create_autocmd("User", { pattern = "SessiondTurnEnded", once = true, callback = note })
"""


def calls(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps that make these calls, one each, and a last word."""
    steps = [{"toolCalls": [{"name": name, "arguments": arguments}]} for name, arguments in calls]
    return [*steps, {"text": "All done."}]


def edit(path: Path, old: str, new: str) -> list[dict[str, Any]]:
    """Steps that read a file, change it, and say a last word."""
    return calls(
        ("read", {"filePath": str(path)}), ("edit", {"filePath": str(path), "oldString": old, "newString": new})
    )


def run(editor: Editor, home: Home, *steps: dict[str, Any]) -> None:
    """A turn of the chat from its prompt to its end. The script begins anew with each: earlier turns count as steps."""
    played = editor.lua("""
    local chat = package.loaded["sessiond.chat"]
    local transcript = chat and require("sessiond.session").get(chat.session_id() or "")
    local answers = 0
    for _, message in ipairs(transcript and transcript.messages or {}) do
      answers = answers + (message.role == "assistant" and 1 or 0)
    end
    return answers""")
    home.play(*[{"text": "…"}] * played, *steps)
    editor.lua(AT_THE_END)
    editor.command("Sessiond send Please do it.")
    editor.until(lambda: editor.lua("return vim.g.ended") == 1, what="the turn's end")


def lines(editor: Editor, path: Path) -> list[str]:
    """What stands in the file's buffer."""
    return editor.lua("return vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, false)", str(path))
