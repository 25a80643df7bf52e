"""Says of one thing that a call would do, whether the rules allow it: a path, a shell command, anything else.

The engine asks here before a tool runs; `sessiond permission check` shows the same. Pure but for
looking at the file system to follow links. Asking the user is `questions.py`'s affair.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from sessiond.permission.judgement import Judgement, doubtful, of_text, together
from sessiond.permission.paths import PathGuard, Place, git_look_alike, real
from sessiond.permission.reach import is_general, of_place
from sessiond.permission.rules import Rulebook, Ruling
from sessiond.permission.searches import searched, searches, takes_along
from sessiond.permission.shell.analyse import analyse
from sessiond.permission.shell.line import ShellCommand
from sessiond.permission.shell_paths import Unknown, directories, files
from sessiond.permission.subjects import Command, Site, Text, parts_of, site
from sessiond_protocol.messages import OfferedRule

__all__ = ["Judge", "Judgement", "together"]

ENTERING = frozenset({"cd", "pushd"})
"""Commands that do nothing but go somewhere: a rule for one speaks of the place already."""


class Judge:
    """Judges by one rulebook for one project."""

    def __init__(
        self, rulebook: Rulebook, root: str, *, outputs: Path | None = None, own: Iterable[Path] | None = None
    ) -> None:
        """`outputs`: where tools' full outputs are kept; reading there needs no leave.

        `own`: sessiond's own files and directories, which are protected; by default those of this process.
        """
        self._rulebook = rulebook
        self._root = root
        self._guard = PathGuard(root, own)
        self._outputs = real(outputs) if outputs else None

    def path(self, permission: str, path: Path) -> Judgement:
        """Of reading or changing a path (`read`, `edit`); links are followed here once more."""
        try:
            return self._of_place(permission, self._guard.place(path))
        except ValueError:
            return doubtful(permission, str(path), f"{str(path)!r} can be no path.")

    def may_read(self, path: Path) -> bool:
        """Whether reading a file needs no question."""
        return self.path("read", path).verdict == "allow"

    def command(self, command: str, cwd: str) -> Judgement:
        """Of all that a shell command would run, read and write: the strictest answer counts."""
        return together([judgement for _, judgements in self.commands(command, cwd) for judgement in judgements])

    def commands(self, command: str, cwd: str) -> list[tuple[str, list[Judgement]]]:
        """The same by parts: each command of the line with what is said of it, then the doubts about the whole."""
        line = analyse(command)
        parts = [(each.text, self._of_command(each, cwd)) for each in line.commands]
        doubts = line.doubts or (() if parts else ("It runs nothing that can be judged.",))
        return [*parts, (command, [doubtful("bash", command, doubt) for doubt in doubts])] if doubts else parts

    def text(self, permission: str, text: str, offer: str | None = None) -> Judgement:
        """Of anything else; for `webfetch` of a URL, whose site is on offer. For others, `offer` is, or the text."""
        if permission != "webfetch":
            ruling = self._rulebook.ruling(self._root, permission, Text((text,)))
            return of_text(
                permission, text, ruling, [OfferedRule(permission, offer or text)], called=permission if offer else None
            )
        parts = parts_of(text)
        offers = [OfferedRule(permission, f"{parts.scheme}://{site(parts)}/*")] if parts else []
        return of_text(permission, text, self._rulebook.ruling(self._root, permission, Site(text)), offers)

    def _of_command(self, command: ShellCommand, cwd: str) -> list[Judgement]:
        """A rule that allows the command's words allows what they name; redirections are no part of them."""
        ruling = self._rulebook.ruling(self._root, "bash", Command(command.text), harmless=command.read_only)
        named = ruling.rule is not None or ruling.verdict != "allow"
        where = directories(cwd, command.directory)
        program = command.words[0].rpartition("/")[2] if command.words else ""
        reads = () if named and program in ENTERING else command.reads
        writes = [word for word in command.writes if word not in command.redirected]
        offers = [OfferedRule("bash", command.offer)] if command.offer else []
        return [
            of_text("bash", command.text, ruling, offers),
            *self._of_words("read", reads, where, named=named),
            *self._of_search(command, where),
            *self._of_git(command, where),
            *self._of_words("edit", writes, where, named=named, along=takes_along(command.words)),
            *self._of_words("edit", command.redirected, where, named=False),
        ]

    def _of_words(
        self, permission: str, words: Sequence[str], where: list[Path] | None, *, named: bool, along: bool = False
    ) -> list[Judgement]:
        judgements: list[Judgement] = []
        for word in words:
            try:
                places = [self._guard.place(file) for file in files(word, where)]
            except Unknown as unknown:
                judgements.append(doubtful(permission, word, str(unknown)))
                continue
            judgements += [self._of_place(permission, place, named=named) for place in places]
            if along and any(self._guard.holds_protected(place.path) for place in places):
                judgements.append(doubtful(permission, word, f"`{word}` is the whole project, or more."))
        return judgements

    def _of_search(self, command: ShellCommand, where: list[Path] | None) -> list[Judgement]:
        """The first file that asks or is denied, among those that a recursive search would read."""
        if not searches(command.words):
            return []
        try:
            named = [place for word in command.reads for place in files(word, where) if os.path.exists(place)]
            places = filter(self.may_read, named or files(".", where))
            found = (file for place in places for file in searched(command.words, place))
            return list(islice(self._kept(found), 1))
        except Unknown as unknown:
            return [doubtful("read", command.text, str(unknown))]

    def _of_git(self, command: ShellCommand, where: list[Path] | None) -> list[Judgement]:
        """Git asks a directory that looks like its own which programs to run, and such a one can be in any clone."""
        if not command.words or command.words[0].rpartition("/")[2] != "git":
            return []
        found = git_look_alike(where or [], self._guard.root)
        return (
            [doubtful("bash", command.text, f"{found} has a file `HEAD`, so git may run what it says.")]
            if found
            else []
        )

    def _kept(self, found: Iterable[Path]) -> Iterator[Judgement]:
        """Of files in a directory that may be read itself, those that may not."""
        some_are_named = self._rulebook.names_some(self._root, "read")
        for file in found:
            if some_are_named or self._guard.may_be_secret(file) or file.is_symlink():
                judgement = self.path("read", file)
                if judgement.verdict != "allow":
                    yield judgement

    def _of_place(self, permission: str, place: Place, *, named: bool = False) -> Judgement:
        """`named`: the path stands in a command that a rule, or the user's answer, allows as it is written."""
        if permission == "read" and self._outputs and place.path.is_relative_to(self._outputs):
            return Judgement(verdict="allow", permission=permission, patterns=(place.name,))
        names = Text(place.names)
        ruling = self._rulebook.ruling(self._root, permission, names, secret=place.secret)
        if named and not place.secret and is_general(ruling):
            ruling = Ruling("allow", None)
        rulings = {permission: ruling}
        if not place.inside:
            rulings["outside"] = self._rulebook.ruling(self._root, "outside", names)
        return of_place(permission, place, rulings, root=self._guard.root)
