"""Tells options, their values and operands apart, and keeps the paths that are found on the way."""

import re

import msgspec

from sessiond.permission.shell.commands.tables.paths import Row
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word

GLUED_VALUE = re.compile(r"--[\w-]+=(?P<long>.+)|-[A-Za-z](?P<short>[/~.].*)", re.DOTALL)
HERE = Word(".")


class Touched(msgspec.Struct):
    reads: list[Word] = []
    writes: list[Word] = []
    directory: Word | None = None
    """Where it works, if it is told: `git -C dir`."""
    doubts: list[str] = []


def operands_of(row: Row, words: tuple[Word, ...], found: Touched) -> list[Word]:
    """The words that are no options and no values of options; values that are paths go into `found`."""
    operands: list[Word] = []
    skip, position, options = row.skip, 1, True
    while position < len(words):
        word = words[position]
        position += 1
        text = word.text
        if not options or not text.startswith("-") or text == "-" or not word.known:
            operands += [word] if text != "-" else []
            continue
        if text == "--":
            options = False
            continue
        if any(has_option(text, option) for option in row.instead.split()):
            skip = 0
        position += _option(row, word, words[position : position + 1], found)
    return operands[skip:]


def _option(row: Row, word: Word, following: tuple[Word, ...], found: Touched) -> int:
    """Notes the path that an option gives; how many further words it takes."""
    text = word.text
    for options, paths in ((row.reading, found.reads), (row.writing, found.writes), (row.target, found.writes)):
        for option in options.split():
            if taken := _value_of(option, word, following, paths):
                return taken - 1
    glued = GLUED_VALUE.fullmatch(text)
    if glued:
        value = glued["long"] or glued["short"]
        if value.startswith(("/", "~", "..")) or "/../" in value:
            found.reads.append(msgspec.structs.replace(word, text=value))
        return 0
    takes_next = text in row.long_values.split() or (not text.startswith("--") and text[-1] in row.values)
    return 1 if takes_next and following else 0


def _value_of(option: str, word: Word, following: tuple[Word, ...], paths: list[Word]) -> int:
    """How many words the option and its value take; 0: it is another option."""
    text = word.text
    if option.startswith("--"):
        if not has_option(text, option):
            return 0
        _, equals, value = text.partition("=")
    else:
        letter = text.find(option[1:], 1)
        if len(option) > 2:
            letter = 1 if text == option else -1
        if text.startswith("--") or letter < 1:
            return 0
        value = text[letter + len(option) - 1 :]
        equals = value
    if equals:
        paths.append(msgspec.structs.replace(word, text=value))
        return 1
    paths.extend(following)
    return 1 + len(following)
