"""The paths of commands that have their own way with words: dd, find, tar, git."""

import re
from itertools import pairwise

import msgspec

from sessiond.permission.shell.commands.operands import HERE, Touched, operands_of
from sessiond.permission.shell.commands.tables.paths import GIT_PACKING, GIT_READING, GIT_WRITING, Row
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word


def of_dd(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    for word in words[1:]:
        name, _, value = word.text.partition("=")
        if name in ("of", "if"):
            (found.writes if name == "of" else found.reads).append(msgspec.structs.replace(word, text=value))
    if any(word.text.startswith("/dev/") and word.text != "/dev/null" for word in found.writes):
        found.doubts.append("`dd` would write to a device.")
    return found


def of_find(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    roots: list[Word] = []
    rest = list(words[1:])
    while rest and (rest[0].text in ("-H", "-L", "-P") or not rest[0].text.startswith(("-", "(", "!"))):
        if not rest[0].text.startswith("-"):
            roots.append(rest[0])
        rest.pop(0)
    found.reads += roots or [HERE]
    for word, following in pairwise(rest):
        if word.text in ("-fls", "-fprint", "-fprint0", "-fprintf"):
            found.writes.append(following)
        elif word.text in ("-newer", "-samefile", "-files0-from") or word.text.startswith("-newer"):
            found.reads.append(following)
    if any(word.text == "-delete" for word in rest):
        found.writes += roots or [HERE]
    return found


def of_tar(words: tuple[Word, ...]) -> Touched:
    """`tar xzf a -C dir` and `tar -xf a`: unpacking writes to `dir`, packing writes to the archive."""
    found = Touched()
    mode = words[1].text.removeprefix("-") if len(words) > 1 and not words[1].text.startswith("--") else ""
    texts = [word.text for word in words]
    unpacks = "x" in mode or any(has_option(text, option) for text in texts for option in ("--extract", "--get"))
    lists = "t" in mode or any(has_option(text, "--list") for text in texts)
    bundled = bool(re.fullmatch(r"[A-Za-z]+", mode)) and "f" in mode
    archive: list[Word] = list(words[2:3]) if bundled else []
    operands = operands_of(
        Row("reads", reading="-f --file", target="-C --directory"), words[2 if bundled else 0 :], found
    )
    directories, archives = list(found.writes), archive + list(found.reads)
    found.reads = archives + operands if unpacks or lists else directories + operands
    found.writes = (directories or [HERE]) if unpacks else ([] if lists else archives)
    return found


def of_git(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    position = _git_options(words, found)
    if position >= len(words):
        return found
    subcommand, rest = words[position].text, words[position:]
    operands = operands_of(Row("reads"), rest, found)
    texts = [word.text for word in rest]
    if subcommand in GIT_READING:
        found.reads += operands
    elif subcommand == "config" and len(operands) > 1:
        found.writes.append(Word(".git/config"))
    elif subcommand == "checkout":
        found.writes += rest[texts.index("--") + 1 :] if "--" in texts else ()
    elif subcommand in GIT_WRITING:
        found.writes += operands
    for word in rest[1:]:
        if has_option(word.text, "--output") or (subcommand in GIT_PACKING and word.text.startswith("-o")):
            found.writes.append(msgspec.structs.replace(word, text=word.text.partition("=")[2] or "."))
    return found


def _git_options(words: tuple[Word, ...], found: Touched) -> int:
    """Where the subcommand is; notes what the options before it say."""
    position = 1
    while position < len(words) and words[position].text.startswith("-"):
        if words[position].text == "-C" and position + 1 < len(words):
            position += 1
            found.directory = words[position]
            found.reads.append(HERE)
        elif words[position].text.startswith(("--git-dir", "--work-tree", "--namespace")):
            found.doubts.append(f"`git {words[position].text}` works on another repository.")
        position += 1
    return position
