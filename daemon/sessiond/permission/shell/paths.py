"""Which paths a command would read and write, by its words. The rows are in `tables/paths.py`."""

import re
from collections.abc import Callable

import msgspec

from sessiond.permission.shell.tables.paths import GIT_READING, GIT_WRITING, PATHS, Row
from sessiond.permission.shell.words import Word
from sessiond.permission.shell.wrappers import base_name, has_option

GLUED_VALUE = re.compile(r"--[\w-]+=(?P<long>.+)|-[A-Za-z](?P<short>[/~.].*)", re.DOTALL)
HERE = Word(".")
READS_HERE = frozenset({"ls", "tree", "rg", "find", "du", "ag", "cd"})
"""Without an operand they read the directory they are in."""

SAFE_SED = re.compile(
    r"(\d+|\$|/[^/\n]*/)?(,(\d+|\$|/[^/\n]*/))?(!?[dpPDqNhHgGxn=]|s(?P<d>[/|#,:@!])(?:(?!(?P=d))[^\n\\]|\\.)*(?P=d)"
    r"(?:(?!(?P=d))[^\n\\]|\\.)*(?P=d)[gpiI\d]*)"
)
"""A sed command that neither writes, reads nor runs anything: an address, then a letter or a substitution."""


class Touched(msgspec.Struct):
    reads: list[Word] = []
    writes: list[Word] = []
    directory: Word | None = None
    """Where it works, if it is told: `git -C dir`."""
    doubts: list[str] = []


def touched(words: tuple[Word, ...]) -> Touched:
    """By the command's row; what has none touches nothing that is known."""
    name = base_name(words[0].text)
    if special := SPECIAL.get(name):
        return special(words)
    row = PATHS.get(name)
    return _by_row(name, row, words) if row else Touched()


def _by_row(name: str, row: Row, words: tuple[Word, ...]) -> Touched:
    found = Touched()
    operands = _operands(row, words, found)
    if name in READS_HERE and not operands:
        found.reads.append(HERE)
    targets = [word for word in found.writes if row.target]
    if row.does == "reads":
        found.reads += operands
    elif row.does in ("writes", "moves"):
        found.writes += operands
    elif row.does == "copies":
        last = operands[-1:] if len(operands) > 1 and not targets else []
        found.reads += operands[: len(operands) - len(last)]
        found.writes += last
        if name in ("ln", "link") and not last and not targets and operands:
            found.writes.append(HERE)
    return found


def _operands(row: Row, words: tuple[Word, ...], found: Touched) -> list[Word]:
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


def _sed(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    in_place = False
    scripts: list[Word] = []
    operands: list[Word] = []
    position, options = 1, True
    while position < len(words):
        word = words[position]
        text = word.text
        position += 1
        if not word.known:
            found.doubts.append(f"`{text[:60]}` may be an option of sed that writes.")
        if not options or not text.startswith("-") or text == "-":
            operands.append(word)
        elif text == "--":
            options = False
        elif has_option(text, "--in-place") or re.match(r"-[nErsuz]*[iI]", text):
            in_place = True
            if "/" in text or "*" in text:
                found.doubts.append(f"`{text[:60]}` leaves copies elsewhere.")
        elif has_option(text, "--expression") or re.fullmatch(r"-[nErsuz]*e.*", text, re.DOTALL):
            glued = text.partition("=")[2] if text.startswith("--") else text.partition("e")[2]
            scripts += [Word(glued)] if glued else words[position : position + 1]
            position += 0 if glued else 1
        elif has_option(text, "--file") or re.match(r"-[nErsuz]*f", text):
            found.doubts.append("It is not known what a script of sed in a file does.")
            scripts.append(Word(""))
            position += 0 if "=" in text or not text.endswith("f") else 1
        elif text in ("-l", "--line-length"):
            position += 1
    if not scripts:
        bsd_suffix = in_place and len(operands) > 2 and operands[0].text == ""
        operands = operands[1:] if bsd_suffix else operands
        scripts, operands = operands[:1], operands[1:]
    if in_place and any("/../" in f"/{word.text}" for word in operands):
        found.doubts.append("`sed -i` is given a path that leads upwards.")
    for script in scripts:
        parts = re.split(r"[;\n]\s*", script.text) if script.known else [""]
        if not SAFE_SED.fullmatch(script.text.strip()) and not all(
            p == "" or SAFE_SED.fullmatch(p.strip()) for p in parts
        ):
            found.doubts.append("It is not known what a script of sed does.")
    (found.writes if in_place else found.reads).extend(operands)
    return found


def _dd(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    for word in words[1:]:
        name, _, value = word.text.partition("=")
        if name in ("of", "if"):
            (found.writes if name == "of" else found.reads).append(msgspec.structs.replace(word, text=value))
    if any(word.text.startswith("/dev/") and word.text != "/dev/null" for word in found.writes):
        found.doubts.append("`dd` would write to a device.")
    return found


def _find(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    roots: list[Word] = []
    rest = list(words[1:])
    while rest and (rest[0].text in ("-H", "-L", "-P") or not rest[0].text.startswith(("-", "(", "!"))):
        if not rest[0].text.startswith("-"):
            roots.append(rest[0])
        rest.pop(0)
    found.reads += roots or [HERE]
    for word, following in zip(rest, rest[1:], strict=False):
        if word.text in ("-fls", "-fprint", "-fprint0", "-fprintf"):
            found.writes.append(following)
        elif word.text in ("-newer", "-samefile", "-files0-from") or word.text.startswith("-newer"):
            found.reads.append(following)
    if any(word.text == "-delete" for word in rest):
        found.writes += roots or [HERE]
    return found


def _tar(words: tuple[Word, ...]) -> Touched:
    """`tar xzf a -C dir` and `tar -xf a`: unpacking writes to `dir`, packing writes to the archive."""
    found = Touched()
    mode = words[1].text.removeprefix("-") if len(words) > 1 and not words[1].text.startswith("--") else ""
    texts = [word.text for word in words]
    unpacks = "x" in mode or any(has_option(text, option) for text in texts for option in ("--extract", "--get"))
    lists = "t" in mode or any(has_option(text, "--list") for text in texts)
    bundled = bool(re.fullmatch(r"[A-Za-z]+", mode)) and "f" in mode
    archive: list[Word] = list(words[2:3]) if bundled else []
    operands = _operands(
        Row("reads", reading="-f --file", target="-C --directory"), words[2 if bundled else 0 :], found
    )
    directories, archives = list(found.writes), archive + list(found.reads)
    found.reads = archives + operands if unpacks or lists else directories + operands
    found.writes = (directories or [HERE]) if unpacks else ([] if lists else archives)
    return found


def _git(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    position = 1
    while position < len(words) and words[position].text.startswith("-"):
        if words[position].text == "-C" and position + 1 < len(words):
            position += 1
            found.directory = words[position]
            found.reads.append(HERE)
        elif words[position].text.startswith(("--git-dir", "--work-tree", "--namespace")):
            found.doubts.append(f"`git {words[position].text}` works on another repository.")
        position += 1
    if position >= len(words):
        return found
    subcommand, rest = words[position].text, words[position:]
    operands = _operands(Row("reads"), rest, found)
    texts = [word.text for word in rest]
    if subcommand in GIT_READING:
        found.reads += operands
    elif subcommand == "checkout" and "--" in texts:
        found.writes += rest[texts.index("--") + 1 :]
    elif subcommand == "config" and len(operands) > 1:
        found.writes.append(Word(".git/config"))
    elif subcommand in GIT_WRITING and subcommand != "checkout":
        found.writes += operands
    for word in rest[1:]:
        if has_option(word.text, "--output") or (
            subcommand in ("archive", "format-patch") and word.text.startswith("-o")
        ):
            found.writes.append(msgspec.structs.replace(word, text=word.text.partition("=")[2] or "."))
    return found


SPECIAL: dict[str, Callable[[tuple[Word, ...]], Touched]] = {
    "sed": _sed,
    "gsed": _sed,
    "dd": _dd,
    "find": _find,
    "tar": _tar,
    "git": _git,
}
"""Commands whose words do not follow the plan of options and operands."""
