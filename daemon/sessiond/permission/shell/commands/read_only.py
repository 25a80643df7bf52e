"""Whether a command, with exactly these words, only reads. The list is in `tables/read_only.py`."""

import re
from collections.abc import Callable

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
    name, texts = words[0].text, [word.text for word in words[1:]]
    row = READ_ONLY.get(name)
    patterns = [word for word in words[1:] if word.pattern]
    if patterns and row != Row() and (any(_may_be_option(word) for word in patterns) or (row and row.operands == 1)):
        return False
    if own := OWN_WAYS.get(name):
        return own(texts)
    if name in VERSIONS:
        return texts == ["--version"]
    return row is not None and _fits(row, texts)


def _may_be_option(word: Word) -> bool:
    """`*` may stand for a file that is named like an option."""
    return word.text[:1] in "-*?["


def _fits(row: Row, texts: list[str]) -> bool:
    end = texts.index("--") if "--" in texts else len(texts)
    operands = [text for text in texts[:end] if not text.startswith("-") or text == "-"] + texts[end + 1 :]
    return len(operands) <= row.operands and not any(_is_forbidden(row, text) for text in texts)


def _is_forbidden(row: Row, text: str) -> bool:
    if not text.startswith("-"):
        return False
    clustered = not text.startswith("--") and any(letter in text for letter in row.letters)
    return clustered or any(has_option(text, option) for option in row.options.split())


def _command(texts: list[str]) -> bool:
    """`command -v ls` says where it is."""
    return len(texts) == 2 and texts[0] in ("-v", "-V")


def _date(texts: list[str]) -> bool:
    """An operand without `+` sets the clock."""
    return all(text.startswith(("-", "+")) and text != "--" for text in texts) and _fits(READ_ONLY["date"], texts)


def _git(texts: list[str]) -> bool:
    if texts == ["--version"]:
        return True
    position = 0
    while position < len(texts) and texts[position].startswith("-"):
        if texts[position] not in (*GIT_GLOBAL, "-C"):
            return False
        position += 2 if texts[position] == "-C" else 1
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


OWN_WAYS: dict[str, Callable[[list[str]], bool]] = {"command": _command, "date": _date, "git": _git, "sed": _sed}
