"""Makes of the words of one command what `judge.py` is told of it, and says what is doubtful about them."""

import posixpath
import shlex

from sessiond.permission.shell.commands.offers import offer
from sessiond.permission.shell.commands.operands import Touched
from sessiond.permission.shell.commands.read_only import read_only
from sessiond.permission.shell.commands.tables.offers import ARITY, NEVER
from sessiond.permission.shell.commands.tables.paths import PATHS
from sessiond.permission.shell.commands.tables.read_only import READ_ONLY
from sessiond.permission.shell.commands.tables.wrappers import WRAPPERS
from sessiond.permission.shell.commands.wrappers import base_name
from sessiond.permission.shell.line import ShellCommand
from sessiond.permission.shell.scope import Scope
from sessiond.permission.shell.words import Word

QUOTE = frozenset(" \t\n'\"\r\\")
DESTROYING = frozenset({"rm", "rmdir", "chmod", "chown", "chgrp", "mv", "shred"})
ENTERING = frozenset({"cd", "chdir", "pushd"})
"""They read nothing; where they lead counts for the commands behind them."""
ROOTS = frozenset({
    "/", "/*", "~", "~/*", "$HOME", "$HOME/*", "..", "../*", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/opt",
    "/proc", "/root", "/sbin", "/sys", "/usr", "/var",
})  # fmt: skip
"""Whoever deletes one of these hardly means it."""


def is_known(name: str) -> bool:
    """Whether some table says something of a command, so that nothing else may take its name."""
    return (
        name in READ_ONLY
        or name in PATHS
        or name in WRAPPERS
        or name in ARITY
        or name in NEVER
        or name in ("dd", "git")
    )


def describe(
    words: tuple[Word, ...],
    paths: Touched,
    reads: list[Word],
    writes: list[Word],
    scope: Scope,
    *,
    harmless: bool,
    environment_known: bool,
) -> ShellCommand:
    """`harmless`: known as such already. `environment_known`: no assignment before it changes what it runs."""
    text = " ".join(_shown(word) for word in words)
    only_reads = harmless or (bool(words) and read_only(words))
    offered = offer(words, text, only_reads) if words and environment_known and not harmless else None
    return ShellCommand(
        text=text,
        words=tuple(word.text for word in words),
        literal=all(word.literal for word in words),
        read_only=only_reads and scope.plain and environment_known,
        reads=_paths([*paths.reads, *reads]),
        writes=_paths([*paths.writes, *writes]),
        redirected=_paths(writes),
        directory=_directory(scope, paths),
        offer=offered,
    )


def doubts_about(words: tuple[Word, ...], paths: Touched) -> list[str]:
    """Why these words ask whatever the rules allow."""
    if not words:
        return []
    doubts: list[str] = []
    if not words[0].literal or not words[0].text:
        doubts.append(f"It is not known which program `{words[0].text[:60]}` is.")
    name = base_name(words[0].text)
    doubts += paths.doubts
    for path in paths.writes:
        if (not path.literal and not path.home) or path.odd:
            doubts.append(f"It is not known what `{path.text[:60]}` is before it is written.")
        elif name in DESTROYING and posixpath.normpath(path.text).replace("//", "/") in ROOTS:
            doubts.append(f"`{name} … {path.text}` would destroy far more than a project.")
    if name not in ENTERING:
        doubts += [f"It is not known what `{path.text[:60]}` is before it is read." for path in unknown(paths.reads)]
    if name.startswith("mkfs") or (name == "rm" and any(word.text.startswith("--no-pres") for word in words)):
        doubts.append(f"`{name}` would destroy a whole disk.")
    return doubts


def unknown(paths: list[Word]) -> list[Word]:
    """Those whose value only the shell knows; what a wildcard stands for is looked up on the disk."""
    return [path for path in paths if not path.known and not path.home]


def _shown(word: Word) -> str:
    return shlex.quote(word.text) if word.known and (not word.text or QUOTE & set(word.text)) else word.text


def _paths(words: list[Word]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.text for word in words))


def _directory(scope: Scope, paths: Touched) -> tuple[str, ...] | None:
    if scope.directory is None or paths.directory is None:
        return scope.directory
    if not paths.directory.literal and not paths.directory.home:
        return None
    return (*scope.directory, paths.directory.text)
