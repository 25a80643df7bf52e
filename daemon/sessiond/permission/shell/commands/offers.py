"""Which rule an always-answer would save for a command. Nothing is offered that would allow more than it says."""

import re

from sessiond.permission.shell.commands.tables.offers import ARITY, EXACT, GIT_OFFERED, NEVER, NEVER_BEGINNINGS
from sessiond.permission.shell.commands.tables.programs import GIT_RUNS
from sessiond.permission.shell.commands.tables.read_only import GIT, GIT_LISTING, READ_ONLY, Row
from sessiond.permission.shell.commands.wrappers import base_name
from sessiond.permission.shell.words import Word

PATTERN_CHARACTERS = frozenset("*?\n")
VERSION = re.compile(r"[-.\d]")
"""Begins the version, or the make, in the name of a program: `python3.12`, `zsh-5.9`, `bash-static`."""


def offer(words: tuple[Word, ...], text: str, only_reads: bool) -> str | None:
    """`git status *` and so on; the words as they are where more words could do anything; None: nothing."""
    program, *rest = [word.text for word in words]
    names = [base_name(program).casefold(), *rest]
    if not words[0].literal or _runs_anything(names[0]) or PATTERN_CHARACTERS & set(program):
        return None
    beginning = _beginning(names[0], words)
    if beginning is None or any(_starts(names, never) for never in NEVER_BEGINNINGS):
        return None
    if not _is_risky(names, only_reads):
        return f"{beginning} *"
    exact = all(word.literal for word in words) and not PATTERN_CHARACTERS & set(text)
    return text if exact and len(text) < 200 else None


def _runs_anything(name: str) -> bool:
    """GNU's programs have a `g` before their names elsewhere: `gtimeout`."""
    plain = VERSION.split(name, maxsplit=1)[0]
    if name.startswith("git-"):
        return True
    return not NEVER.isdisjoint({name, plain, name.removeprefix("g"), plain.removeprefix("g")})


def _is_risky(names: list[str], only_reads: bool) -> bool:
    """Whether further words could do what these do not."""
    if names[0] == "git" and names[1] not in GIT_OFFERED:
        return True
    return names[0] in EXACT or (_is_listed(names) and not only_reads)


def _beginning(name: str, words: tuple[Word, ...]) -> str | None:
    """The words that name what is done; None where one of them is missing, an option or not known."""
    count, key = ARITY.get(name, 1), name
    for word in words[1:3]:
        key = f"{key} {word.text}"
        count = ARITY.get(key, count)
    chosen = words[:count]
    if len(chosen) < min(count, 2) or (name == "git" and chosen[1].text in GIT_RUNS):
        return None
    if any(not word.literal or word.text.startswith("-") or not _plain(word.text) for word in chosen[1:]):
        return None
    return " ".join(word.text for word in chosen) if _plain(words[0].text) else None


def _plain(text: str) -> bool:
    return bool(text) and not any(character.isspace() or character in "*?'\"\\" for character in text)


def _is_listed(names: list[str]) -> bool:
    """Known as one that only reads: if it does not with these words, others of its options may do anything."""
    return READ_ONLY.get(names[0], Row()) != Row() or (
        names[0] == "git" and len(names) > 1 and names[1] in (GIT | GIT_LISTING)
    )


def _starts(names: list[str], beginning: str) -> bool:
    parts = beginning.split()
    return names[: len(parts)] == parts
