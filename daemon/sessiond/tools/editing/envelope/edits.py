"""What a patch does to files: its sections as steps, and those as one edit a file. Writes nothing; see `patch.py`.

Sections that name a file again follow one another on its text. A file that moves, or is moved to, stands alone:
what comes first would otherwise depend on how the edits are carried out.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from sessiond.tools.editing.envelope.apply import apply
from sessiond.tools.editing.envelope.sections import AddFile, DeleteFile, Section, UpdateFile
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Edit
from sessiond.tools.paths import resolved, shown

Text = str | None
"""Of a file; None where there is none."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one section does to one file."""

    path: Path
    verb: Literal["Add", "Delete", "Edit", "Move", "Move to"]
    change: Callable[[Text], Text]
    """The text as the section finds it, and as it leaves it."""
    moved_from: Path | None = None
    reindented: list[int] = msgspec.field(default_factory=list[int])
    """After the change: the hunks that stood there with other indentation, by their lines in the patch."""


def steps(sections: Sequence[Section], cwd: str, root: str) -> list[Step]:
    """In the order of the patch; a move has two. Raises ToolFailed for a path that cannot be used."""
    return [step for section in sections for step in _steps(section, cwd, root)]


def edits(steps: Sequence[Step], root: str) -> list[Edit]:
    """One for each file, in the order in which the patch names them first. Raises ToolFailed."""
    by_path: dict[Path, list[Step]] = {}
    for step in steps:
        by_path.setdefault(step.path, []).append(step)
    return [_edit(path, of_file, shown(path, root)) for path, of_file in by_path.items()]


def _steps(section: Section, cwd: str, root: str) -> list[Step]:
    path = resolved(section.path, cwd)
    name = shown(path, root)
    if isinstance(section, AddFile):
        return [Step(path=path, verb="Add", change=partial(_added, section, name))]
    if isinstance(section, DeleteFile):
        _refuse_link(section.path, cwd)
        return [Step(path=path, verb="Delete", change=partial(_deleted, name))]
    target = path if section.move_to is None else resolved(section.move_to, cwd)
    reindented: list[int] = []
    update = partial(_updated, section, name, reindented)
    if target == path:
        return [Step(path=path, verb="Edit", change=update, reindented=reindented)]
    _refuse_link(section.path, cwd)
    move = _Move(update, name, shown(target, root))
    return [
        Step(path=path, verb="Move", change=move.leave, reindented=reindented),
        Step(path=target, verb="Move to", change=move.arrive, moved_from=path),
    ]


def _refuse_link(file_path: str, cwd: str) -> None:
    """Deleting what a link leads to, where the link is named, is hardly ever meant."""
    place = Path(cwd) / Path(file_path).expanduser()
    if place.is_symlink():
        raise ToolFailed(
            f"{file_path} is a link to {resolved(file_path, cwd)}. Name the file itself to delete or move it."
        )


def _edit(path: Path, steps: Sequence[Step], name: str) -> Edit:
    verbs = [step.verb for step in steps]
    if len(steps) > 1 and ("Move" in verbs or "Move to" in verbs):
        raise ToolFailed(f"The patch moves {name} and names it in another section too. Do this in two patches.")
    return Edit(
        path,
        partial(_one_after_another, [step.change for step in steps]),
        overwrites=verbs[0] not in ("Add", "Move to"),
        whole="Delete" in verbs,
        moved_from=steps[0].moved_from,
    )


def _one_after_another(changes: Sequence[Callable[[Text], Text]], text: Text) -> Text:
    for change in changes:
        text = change(text)
    return text


def _added(section: AddFile, name: str, text: Text) -> Text:
    if text is not None:
        raise ToolFailed(f"{name} exists already. Use `*** Update File: {section.path}` to change it.")
    return section.content


def _deleted(name: str, text: Text) -> Text:
    _existing(text, name)
    return None


def _updated(section: UpdateFile, name: str, reindented: list[int], text: Text) -> str:
    before = _existing(text, name)
    try:
        applied = apply(before, section.hunks)
    except ToolFailed as failure:
        raise ToolFailed(f"{name}: {failure} Nothing was changed, in no file.") from None
    reindented[:] = applied.reindented
    return applied.text


def _existing(text: Text, name: str) -> str:
    if text is None:
        raise ToolFailed(f"There is no file {name}. Nothing was changed, in no file.")
    return text


class _Move:
    """Carries a text from its old place to its new one. The old place comes first, each time edits are tried."""

    def __init__(self, update: Callable[[Text], str], name: str, target: str) -> None:
        self._update = update
        self._name = name
        self._target = target
        self._carried: Text = None

    def leave(self, text: Text) -> Text:
        self._carried = self._update(text)
        return None

    def arrive(self, text: Text) -> Text:
        if text is not None:
            raise ToolFailed(f"{self._name} cannot move to {self._target}: there is a file already.")
        return self._carried
