"""The paths of commands that have their own way with words: dd, find, tar, curl, wget, flock."""

import re
from itertools import pairwise

from sessiond.permission.shell.commands.operands import HERE, Touched, operands_of, part_of
from sessiond.permission.shell.commands.tables.paths import PATHS, Row
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word

MOST_FILES = 8
"""In one word; more of them can be no honest line."""
FIND_FIRST = re.compile(r"-[HLP]+|-O\d*")
TAR = Row(
    "reads", "bHKLNV", "--exclude --transform --strip-components --owner --group --mode",
    reading="-f --file -T --files-from -X --exclude-from", target="-C --directory",
    writing="-g --listed-incremental --index-file --one-top-level",
)  # fmt: skip
TAR_MODES = (
    ("x", ("--extract", "--get")),
    ("t", ("--list",)),
    ("cruA", ("--create", "--append", "--update", "--catenate", "--concatenate", "--delete")),
)
FROM_FILE = re.compile(r"@|(?:^|=)<|file:/*", re.IGNORECASE)
"""Behind these curl expects a path: `-d @file`, `-F name=<file`, `file:///etc/passwd`."""


def of_dd(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    for word in words[1:]:
        name, _, value = word.text.partition("=")
        if name in ("of", "if"):
            (found.writes if name == "of" else found.reads).append(part_of(word, value))
    if any(word.text.startswith("/dev/") and word.text != "/dev/null" for word in found.writes):
        found.doubts.append("`dd` would write to a device.")
    return found


def of_find(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    roots: list[Word] = []
    rest = list(words[1:])
    while rest and (FIND_FIRST.fullmatch(rest[0].text) or not rest[0].text.startswith(("-", "(", "!"))):
        if not rest[0].text.startswith("-"):
            roots.append(rest[0])
        rest.pop(0)
    found.reads += roots or [HERE]
    for word, following in pairwise(rest):
        if word.text in ("-fls", "-fprint", "-fprint0", "-fprintf"):
            found.writes.append(following)
        elif word.text in ("-samefile", "-files0-from", "-D") or word.text.startswith("-newer"):
            found.reads.append(following)
    if any(word.text == "-delete" for word in rest):
        found.writes += roots or [HERE]
    return found


def of_tar(words: tuple[Word, ...]) -> Touched:
    """`tar xzf a -C dir` and `tar -xf a`: unpacking writes to `dir`, packing writes to the archive."""
    found, archive = Touched(), Touched()
    first = words[1].text if len(words) > 1 else ""
    old = re.fullmatch(r"[A-Za-z]+", first) is not None
    given = (*words[:1], *_bundled(first, words[2:])) if old else words
    operands = operands_of(TAR, given, found)
    operands_of(Row("reads", TAR.values + "CTXg", TAR.long_values, reading="-f --file"), given, archive)
    unpacks, lists, packs = (_does(given, letters, options) for letters, options in TAR_MODES)
    if unpacks:
        found.writes += found.targets or [HERE]
    else:
        found.reads += found.targets
    if packs or not (unpacks or lists):
        found.writes += archive.reads
    found.reads += operands
    return found


def _does(words: tuple[Word, ...], letters: str, options: tuple[str, ...]) -> bool:
    """Whether one of the letters is among the short options, or may be, or one of the long ones is there."""
    texts = [word.text for word in words[1:]]
    short = re.compile(f"-[A-Za-z]*[{letters}].*", re.DOTALL)
    return any(short.fullmatch(text) or any(has_option(text, option) for option in options) for text in texts)


def _bundled(mode: str, following: tuple[Word, ...]) -> tuple[Word, ...]:
    """`cfC a d` as `-f a -C d`: the values follow in the order of their letters."""
    rest, spelled = list(following), list[Word]()
    for letter in mode:
        spelled.append(Word(f"-{letter}"))
        if letter in TAR.values + "fCTXg" and rest:
            spelled.append(rest.pop(0))
    return (*spelled, *rest)


def of_curl(words: tuple[Word, ...]) -> Touched:
    """What it sends may come from a file, as an address may name one; `-O` takes the file's name from the address."""
    found = Touched()
    addresses = operands_of(PATHS["curl"], words, found)
    found.reads += [part_of(word, path) for word in [*words[1:], *found.reads] for path in _from_files(word.text)]
    options = [word.text for word in words[1:] if word.text.startswith("-")]
    if any(re.fullmatch(r"-[A-Za-z#]*O.*|--remote.*", option) for option in options):
        found.writes += [_last_name(word) for word in addresses]
    return found


def _from_files(text: str) -> list[str]:
    ends = [match.end() - match.group().count("/") for match in FROM_FILE.finditer(text)][:MOST_FILES]
    return [path for end in ends for each in text[end:].split(",")[:MOST_FILES] if (path := each.strip('"'))]


def of_wget(words: tuple[Word, ...]) -> Touched:
    """It writes what the address is called, where no option says otherwise."""
    found = Touched()
    addresses = operands_of(PATHS["wget"], words, found)
    named = any(word.text.startswith("-O") or has_option(word.text, "--output-document") for word in words)
    if not named:
        found.writes += [_last_name(word) for word in addresses]
    if _does(words, "rmpx", ("--recursive", "--mirror", "--page-requisites", "--force-directories")):
        found.writes.append(HERE)
    return found


def _last_name(address: Word) -> Word:
    path = re.split(r"[?#]", address.text)[0].partition("://")[2] or address.text
    return part_of(address, path.rpartition("/")[2] or "index.html")


def of_flock(words: tuple[Word, ...]) -> Touched:
    """It makes the file it locks; what follows is a command."""
    found = Touched()
    found.writes += operands_of(PATHS["flock"], words, found)[:1]
    return found
