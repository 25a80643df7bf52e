"""Whether a command, with exactly these words, only reads. The list is in `tables/read_only.py`."""

import re

from sessiond.permission.shell.commands.tables.read_only import (
    GIT,
    GIT_GLOBAL,
    GIT_LISTING,
    LINES_OF_A_FILE,
    READ_ONLY,
    VERSIONS,
    Row,
)
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word


def read_only(words: tuple[Word, ...]) -> bool:
    """All words must be known; of what a pattern stands for, at least that it is no option."""
    if not all(word.known for word in words) or words[0].pattern:
        return False
    name, arguments = words[0].text, words[1:]
    texts = [word.text for word in arguments]
    if name == "git":
        return _git(texts) and not any(word.pattern and _may_be_option(word) for word in arguments)
    if name in VERSIONS:
        return texts == ["--version"]
    if name == "sed":
        return _sed(texts) and not any(word.pattern and _may_be_option(word) for word in arguments)
    if name == "command":
        return len(texts) == 2 and texts[0] in ("-v", "-V")
    if name == "date" and not all(text.startswith(("-", "+")) for text in texts):
        return False
    row = READ_ONLY.get(name)
    if row is None or not _fits(row, texts):
        return False
    strict = bool(row.letters or row.options) or row.operands < len(texts)
    return not any(word.pattern and (_may_be_option(word) or row.operands == 1) for word in arguments if strict)


def _may_be_option(word: Word) -> bool:
    """`*` may stand for a file that is named like an option."""
    return word.text[:1] in "-*?["


def _fits(row: Row, texts: list[str]) -> bool:
    forbidden = row.options.split()
    operands = 0
    for text in texts:
        if not text.startswith("-") or text == "-":
            operands += 1
        elif any(has_option(text, option) for option in forbidden):
            return False
        elif not text.startswith("--") and any(letter in text for letter in row.letters):
            return False
    return operands <= row.operands


def _git(texts: list[str]) -> bool:
    position = 0
    while position < len(texts) and texts[position].startswith("-"):
        if texts == ["--version"]:
            return True
        if texts[position] == "-C":
            position += 1
        elif texts[position] not in GIT_GLOBAL:
            return False
        position += 1
    if position >= len(texts):
        return False
    subcommand, rest = texts[position], texts[position + 1 :]
    if subcommand in GIT:
        return _fits(GIT[subcommand], rest)
    listing = GIT_LISTING.get(subcommand)
    if listing is None or (subcommand in ("stash", "worktree") and rest[:1] != ["list"]):
        return False
    return all(text in listing.split() for text in rest)


def _sed(texts: list[str]) -> bool:
    """`sed -n 1,5p file …`: no other script is read for what it does."""
    if len(texts) < 2 or texts[0] != "-n" or not re.fullmatch(LINES_OF_A_FILE, texts[1]):
        return False
    return not any(text.startswith("-") for text in texts[2:])
