"""Tells options, their values and operands apart, and keeps the paths that are found on the way.

A word that a row does not know may be anything, so what could be a path in it counts as one that is read.
"""

import re
from collections.abc import Iterator

import msgspec

from sessiond.permission.file_kinds import is_secret
from sessiond.permission.shell.commands.tables.paths import NO_PATHS, Row
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word

HERE = Word(".")
PLAIN_VALUE = re.compile(r"[A-Za-z0-9]{0,6}|[+-]?\d[\d,.:+-]*", re.ASCII)
"""Letters of options, numbers, `never`, `1,20`: no file of note, unless its name says so."""
MOST_LETTERS = 40


class Touched(msgspec.Struct):
    reads: list[Word] = []
    writes: list[Word] = []
    targets: list[Word] = []
    """Directories that are written to in place of the last operand, as options say."""
    directory: Word | None = None
    """Where it works, if it is told: `git -C dir`."""
    doubts: list[str] = []


def operands_of(row: Row, words: tuple[Word, ...], found: Touched) -> list[Word]:
    """The words that are no options and no values of options; values that may be paths go into `found`."""
    operands: list[Word] = []
    skip, position, options = row.skip, 1, True
    while position < len(words):
        word = words[position]
        position += 1
        if not options or not word.text.startswith("-") or word.text == "-" or not word.known:
            operands += [word] if word.text != "-" else []
        elif word.text == "--":
            options = False
        else:
            following = words[position : position + 1]
            instead, taken = (_long if word.text.startswith("--") else _short)(row, word, following, found)
            skip = 0 if instead else skip
            position += taken
    return operands[skip:]


def part_of(word: Word, text: str) -> Word:
    """A piece of a word, as unsure as the whole."""
    return msgspec.structs.replace(word, text=text)


def _long(row: Row, word: Word, following: tuple[Word, ...], found: Touched) -> tuple[bool, int]:
    """Whether an option stands for the words that are skipped else, and how many further words it takes."""
    name, equals, value = word.text.partition("=")
    instead = any(has_option(word.text, option) for option in row.instead.split() if option.startswith("--"))
    for paths, options in _kinds(row, found):
        if any(option.startswith("--") and has_option(word.text, option) for option in options):
            paths.extend((part_of(word, value),) if equals else following)
            return instead, 0 if equals else len(following)
    no_path = name in row.long_values.split()
    if equals and not no_path and name not in NO_PATHS:
        found.reads += _possible(word, value)
    return instead, len(following) if no_path and not equals else 0


def _short(row: Row, word: Word, following: tuple[Word, ...], found: Touched) -> tuple[bool, int]:
    """The same of one `-`: letters in a row, of which one may take the rest, or the next word, as its value."""
    text, instead = word.text, False
    for paths, options in _kinds(row, found):
        if any(len(option) > 2 and option == text and not option.startswith("--") for option in options):
            paths.extend(following)
            return False, len(following)
    for index, letter in enumerate(text[1 : MOST_LETTERS + 1], start=2):
        option, rest = f"-{letter}", text[index:]
        instead = instead or option in row.instead.split()
        paths = next((paths for paths, options in _kinds(row, found) if option in options), None)
        if paths is not None or letter in row.values:
            value = (part_of(word, rest),) if rest else following
            if paths is not None:
                paths.extend(value)
            return instead, 0 if rest else len(following)
        if not letter.isalnum():
            return instead, 0
        found.reads += _possible(word, rest)
    if len(text) > MOST_LETTERS + 1:
        found.doubts.append(f"`{text[:60]}` is a long row of options.")
    return instead, 0


def _kinds(row: Row, found: Touched) -> Iterator[tuple[list[Word], list[str]]]:
    """Where the value of an option goes, by the options that have such values."""
    yield found.reads, row.reading.split()
    yield found.writes, row.writing.split()
    yield found.targets, row.target.split()


def _possible(word: Word, value: str) -> list[Word]:
    """The path that the value of an option nobody knows may be."""
    return [part_of(word, value)] if not PLAIN_VALUE.fullmatch(value) or is_secret(value.casefold()) else []
