"""What a shell command line would do, as `analyse` finds it and `judge.py` judges it. Types only."""

import msgspec


class ShellCommand(msgspec.Struct, frozen=True, kw_only=True):
    """One simple command that the line would run; wrappers (`env`, `xargs`, `sh -c`, …) stand beside what they run."""

    text: str
    """For rules to match: its words joined by one space, without assignments and redirections. A word with blanks
    or quotes in it is quoted, so that the program `'git status'` is not the command `git status`.
    Empty: redirections that belong to no command, as in `> file` or `{ …; } > file`."""
    words: tuple[str, ...]
    """Quotes taken away; a word whose value is not known before it runs keeps its source text."""
    literal: bool
    """Whether every word's value is known."""
    read_only: bool
    """Whether the shipped list knows it as harmless with exactly these words, as far as paths do not matter, and it
    stands in plain sight: in a pipe or a list of commands, not in a subshell, substitution, loop, function, wrapper."""
    reads: tuple[str, ...] = ()
    """Paths it would read, as written, home directory not expanded; relative to `directory`."""
    writes: tuple[str, ...] = ()
    """Paths it would create, change or delete, the same way: redirections, arguments of rm, cp, tee, sed -i, …"""
    redirected: tuple[str, ...] = ()
    """Those of `writes` that a redirection makes: `text` does not show them."""
    directory: tuple[str, ...] | None = ()
    """The `cd`s before it, in order, from where the line starts; None: not known."""
    offer: str | None = None
    """The pattern an always-answer would save, such as `git status *`; None: never offered. A final ` *` stands for
    any further words or none: `ls *` covers `ls` and `ls -l`, and not `lsof`."""


class ShellLine(msgspec.Struct, frozen=True, kw_only=True):
    """A whole command line, compound or not. No commands and no doubts: it runs nothing that needs to be named."""

    commands: tuple[ShellCommand, ...] = ()
    doubts: tuple[str, ...] = ()
    """Why it cannot be judged for sure, in words for a person; any doubt asks whatever the rules allow."""
