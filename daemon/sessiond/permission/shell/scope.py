"""What is found while a line is walked through, and where in the shell one stands meanwhile."""

from sessiond.permission.shell.line import ShellCommand, ShellLine

MOST_COMMANDS = 100
DEEPEST = 70
"""Levels of the tree, scripts in scripts included; far from where Python's stack would end."""


class Scope:
    """A place in the shell: whether in plain sight, and the directory (None: not known)."""

    __slots__ = ("directory", "plain")

    def __init__(self, *, plain: bool = True, directory: tuple[str, ...] | None = ()) -> None:
        self.plain = plain
        self.directory = directory

    def inner(self, *, plain: bool = False) -> "Scope":
        """A copy whose `cd`s do not count outside."""
        return Scope(plain=plain and self.plain, directory=self.directory)

    def enter(self, directory: str) -> None:
        if self.directory is not None:
            self.directory = (*self.directory, directory)


class Findings:
    """Commands and doubts of one line, those of scripts in it included."""

    def __init__(self) -> None:
        self.commands: list[ShellCommand] = []
        self.depth = 0
        self.arithmetic = False
        """Names of variables are calculated with somewhere: a shell runs what stands in brackets in their values."""
        self.tainted = False
        """Some variable is given a value that is no number."""
        self.quoted_code = False
        """Some quoted word contains a substitution, which calculating with it would run."""
        self._doubts: dict[str, None] = {}

    def doubt(self, text: str) -> None:
        self._doubts[text] = None

    def add(self, command: ShellCommand, position: int) -> None:
        """`position`: before the substitutions in its words, which were found first."""
        if len(self.commands) >= MOST_COMMANDS:
            self.doubt(f"It would run more than {MOST_COMMANDS} commands.")
        else:
            self.commands.insert(position, command)

    def line(self) -> ShellLine:
        if self.arithmetic and (self.tainted or self.quoted_code):
            self.doubt("It calculates with values that may contain commands.")
        return ShellLine(commands=tuple(self.commands), doubts=tuple(self._doubts))
