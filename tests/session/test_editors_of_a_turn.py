"""Several clients' editors as one: who is asked, whose text counts, and when an edit is refused."""

from pathlib import Path

import pytest

from sessiond.session.editors import Editors
from sessiond.tools.editor import Diagnostic, EditorsDiffer, OpenFile, StaleDocument
from support.tools.open_editor import OpenEditor


def joined(*editors: OpenEditor) -> Editors:
    together = Editors()
    for editor in editors:
        together.join(editor)
    return together


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "a.txt"
    path.write_bytes(b"stored\r\n")
    return path


async def test_the_prompting_clients_text_counts_and_else_that_of_whoever_has_the_file_open(path: Path) -> None:
    other = path.with_name("b.txt")
    one, two, idle = OpenEditor({path: "one"}), OpenEditor({path: "two", other: "b"}), OpenEditor()
    editors = joined(idle, one, two)
    for prompter, text in ((two, "two"), (one, "one"), (idle, "one"), (None, "one")):
        of_turn = editors.of_turn(prompter)
        assert await of_turn.open_file(path) == OpenFile(text, 1)
        assert await of_turn.open_files() == {path: OpenFile(text, 1), other: OpenFile("b", 1)}
    assert await editors.of_turn(one).open_file(other) == OpenFile("b", 1)


async def test_an_edit_goes_to_the_editor_whose_text_was_read(path: Path) -> None:
    one, two = OpenEditor({path: "same"}), OpenEditor({path: "same"})
    of_turn = joined(one, two).of_turn(two)
    opened = await of_turn.open_file(path)
    assert opened is not None
    await of_turn.check_edit(path)
    assert await of_turn.replace(path, opened, "new") is False
    assert (one.files[path].text, two.files[path].text) == ("same", "new")
    with pytest.raises(StaleDocument):
        await of_turn.replace(path, OpenFile("older", 1), "newer")


async def test_an_edit_is_refused_when_it_could_lose_what_another_client_has_not_saved(path: Path) -> None:
    unsaved, other, saved = OpenEditor({path: "mine"}), OpenEditor({path: "theirs"}), OpenEditor({path: "stored\n"})
    for editors, prompter in ((joined(unsaved, other), unsaved), (joined(saved, unsaved), saved)):
        with pytest.raises(EditorsDiffer, match="open in 2 editors with different unsaved text"):
            await editors.of_turn(prompter).check_edit(path)
    await joined(saved, unsaved).of_turn(unsaved).check_edit(path)
    same = OpenEditor({path: "mine"})
    await joined(same, unsaved).of_turn(same).check_edit(path)
    unsaved.differing.add(path)
    with pytest.raises(EditorsDiffer):
        await joined(unsaved).of_turn(None).check_edit(path)


async def test_what_a_client_has_open_goes_with_it(path: Path) -> None:
    one, two = OpenEditor({path: "one"}), OpenEditor({path: "two"})
    editors = joined(one, two)
    of_turn = editors.of_turn(one)
    editors.leave(one)
    editors.leave(one)
    assert await of_turn.open_file(path) == OpenFile("two", 1)
    editors.leave(two)
    assert await of_turn.open_file(path) is None
    assert await of_turn.open_files() == {}
    assert await of_turn.diagnostics(path) is None
    await of_turn.check_edit(path)


async def test_diagnostics_come_from_an_editor_that_offers_them_with_the_file_open_first(path: Path) -> None:
    def found(message: str) -> Diagnostic:
        return Diagnostic(path, 1, 1, "error", message)

    silent, one, having = OpenEditor(), OpenEditor(diagnostics=[found("one")]), OpenEditor({path: ""}, [found("two")])
    of_turn = joined(silent, one, having).of_turn(silent)
    assert await of_turn.diagnostics(path) == [found("two")]
    assert await of_turn.diagnostics(None) == [found("one")]
