"""Buffers and the engine: unsaved text reaches it, its edits land with undo, files that it changes are loaded again."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.nvim import Editor
from support.nvim.turns import calls, edit, lines, run

ALLOW = "[permission]\nedit = 'allow'\nbash = 'allow'\n"


@pytest.fixture
def app(home: Home) -> Path:
    """A file of the project that may be changed without a question."""
    home.configure(ALLOW)
    path = home.project / "app.py"
    path.write_text("one\ntwo\nthree\n")
    return path


def undo(editor: Editor, path: Path) -> None:
    editor.lua("vim.api.nvim_buf_call(vim.fn.bufnr(...), function() vim.cmd.undo() end)", str(path))


def is_modified(editor: Editor, path: Path) -> bool:
    return editor.lua("return vim.bo[vim.fn.bufnr(...)].modified", str(path))


def test_an_edit_lands_in_the_buffer_is_saved_and_is_undone_in_one_step(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")

    run(editor, home, *edit(app, "two", "2\n2b"))

    assert lines(editor, app) == ["one", "2", "2b", "three"]
    assert not is_modified(editor, app)
    assert app.read_text() == "one\n2\n2b\nthree\n"
    undo(editor, app)
    assert lines(editor, app) == ["one", "two", "three"]


def test_unsaved_text_is_what_is_edited_and_it_stays_unsaved(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")
    editor.type("ounsaved é😀<Esc>")

    run(editor, home, *edit(app, "unsaved é😀\ntwo", "known\ntwo"))

    assert lines(editor, app) == ["one", "known", "two", "three"]
    assert is_modified(editor, app)
    assert app.read_text() == "one\ntwo\nthree\n"


def test_what_is_typed_while_a_turn_runs_is_not_lost(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": str(app)}}]},
        {
            "waitFor": "typed",
            "toolCalls": [
                {"name": "edit", "arguments": {"filePath": str(app), "oldString": "three", "newString": "3"}}
            ],
        },
        {"text": "All done."},
    )
    editor.command("Sessiond send Go on")
    editor.until(lambda: "read" in editor.grid.text)
    editor.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid(...))", str(app))
    editor.type("ggOtyped here<Esc>jAmore")

    (home.place / "typed").touch()

    editor.until(lambda: "3" in lines(editor, app))
    assert lines(editor, app) == ["typed here", "onemore", "two", "3"]
    editor.type("!")
    assert lines(editor, app)[1] == "onemore!"


def test_a_command_changes_files_and_unmodified_buffers_follow(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")

    run(editor, home, *calls(("bash", {"command": f"sed -i s/two/2/ {app}"})))

    editor.until(lambda: lines(editor, app) == ["one", "2", "three"])
    undo(editor, app)
    assert lines(editor, app) == ["one", "two", "three"]


def test_a_modified_buffer_keeps_every_character_and_is_compared_by_a_key(
    editor: Editor, home: Home, app: Path
) -> None:
    editor.command("let mapleader = ' '")
    editor.command(f"edit {app}")
    editor.type("omine<Esc>")

    run(editor, home, *calls(("bash", {"command": f"sed -i s/two/2/ {app}"})))

    editor.until(lambda: "your unsaved text is kept" in editor.messages())
    assert lines(editor, app) == ["one", "mine", "two", "three"]
    editor.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid(...))", str(app))
    editor.command("Sessiond compare")
    editor.sees("On the disk", "mine", "2")


def test_a_new_connection_is_told_all_documents_again(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")
    run(editor, home, {"text": "Hello."})
    editor.type("<Esc>")
    editor.lua("vim.api.nvim_buf_set_lines(vim.fn.bufnr(...), 1, 2, false, {'unsaved'})", str(app))
    editor.command("Sessiond restart")

    run(editor, home, *edit(app, "unsaved", "found"))

    assert lines(editor, app) == ["one", "found", "three"]


def test_line_ends_and_an_empty_file_stay_what_they_are(editor: Editor, home: Home, app: Path) -> None:
    app.write_bytes(b"one\r\ntwo\r\n")
    empty = home.project / "empty.txt"
    empty.write_text("")
    editor.command(f"edit {app}")
    editor.command(f"edit {empty}")

    run(
        editor,
        home,
        *edit(app, "two", "2\n3")[:2],
        *calls(("read", {"filePath": str(empty)}), ("write", {"filePath": str(empty), "content": "full\n"})),
    )

    assert app.read_bytes() == b"one\r\n2\r\n3\r\n"
    assert lines(editor, empty) == ["full"]
    assert empty.read_bytes() == b"full\n"


def test_the_model_reads_the_diagnostics_of_the_language_servers(editor: Editor, home: Home, app: Path) -> None:
    editor.command(f"edit {app}")
    editor.lua("""
    local problem = { lnum = 1, col = 1, end_lnum = 1, end_col = 3, message = "two is odd", severity = 2 }
    vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, { problem })""")

    run(editor, home, *calls(("diagnostics", {"filePath": str(app)}), ("diagnostics", {"filePath": "other.py"})))

    outputs = editor.lua("""
    local found = {}
    for _, message in ipairs(require("sessiond.session").get(require("sessiond.chat").session_id()).messages) do
      for _, part in ipairs(message.parts) do
        table.insert(found, part.type == "tool" and part.state.output or nil)
      end
    end
    return found""")
    assert "two is odd" in outputs[0]
    assert "two is odd" not in outputs[1]
    assert editor.lua("return vim.fn.bufexists('other.py')") == 0
