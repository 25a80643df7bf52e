"""The paths of git's subcommands: operands may be paths, `HEAD:path` names one, and settings live in files."""

import re

from sessiond.permission.shell.commands.operands import HERE, Touched, operands_of, part_of
from sessiond.permission.shell.commands.tables.git import (
    CONFIG_READS,
    CONFIG_SCOPES,
    FIRST_WRITTEN,
    GIT_ROWS,
    OTHER,
    OUTPUT,
)
from sessiond.permission.shell.commands.wrappers import has_option
from sessiond.permission.shell.words import Word

REVISION = re.compile(r"(HEAD|[A-Z]+_HEAD|@)([~^@{].*)?", re.DOTALL)
NAMED = re.compile(r"[:)]")
MOST_NAMED = 8


def of_git(words: tuple[Word, ...]) -> Touched:
    found = Touched()
    position = _global_options(words, found)
    if position >= len(words):
        return found
    subcommand, rest = words[position].text, words[position:]
    row = GIT_ROWS.get(subcommand, OTHER)
    row = row._replace(writing=f"{row.writing} {OUTPUT}")
    operands = operands_of(row, rest, found)
    if subcommand == "config":
        _config(rest, operands, found)
    elif subcommand == "clone":
        _clone(operands, found)
    elif row.does == "writes":
        found.writes += [word for word in operands if not REVISION.fullmatch(word.text)]
    else:
        first = FIRST_WRITTEN.get((subcommand, operands[0].text if operands else ""), len(operands))
        found.reads += operands[:first]
        found.writes += operands[first:]
    found.reads += [path for word in found.reads for path in _named(word)]
    found.doubts += _doubts(subcommand, rest)
    return found


def _global_options(words: tuple[Word, ...], found: Touched) -> int:
    """Where the subcommand is; notes what the options before it say."""
    position = 1
    while position < len(words) and words[position].text.startswith("-"):
        text = words[position].text
        if text == "-C" and position + 1 < len(words):
            position += 1
            found.directory = _entered(found.directory, words[position])
            found.reads.append(HERE)
        elif text.startswith(("--git-dir", "--work-tree", "--namespace", "--bare")):
            found.doubts.append(f"`git {text}` works on another repository.")
        position += 1
    return position


def _entered(before: Word | None, step: Word) -> Word:
    """Each `-C` starts where the one before it has led."""
    if before is None or step.text.startswith(("/", "~")):
        return step
    joined = part_of(step, f"{before.text}/{step.text}")
    return joined if before.literal else Word(joined.text, known=False)


def _named(word: Word) -> list[Word]:
    """Paths in `HEAD:path`, `:2:path`, `:(glob)path`; not in an address."""
    if "://" in word.text:
        return []
    ends = [match.end() for match in NAMED.finditer(word.text)][:MOST_NAMED]
    return [part_of(word, path) for end in ends if (path := word.text[end:].lstrip("/"))]


def _clone(operands: list[Word], found: Touched) -> None:
    found.reads += operands[:1]
    found.writes += operands[1:]
    if len(operands) == 1:
        name = operands[0].text.rstrip("/").rpartition("/")[2].rpartition(":")[2].removesuffix(".git")
        found.writes.append(part_of(operands[0], name or "."))


def _config(words: tuple[Word, ...], operands: list[Word], found: Touched) -> None:
    """It changes settings unless it is sure to read: asked to, or given a name and nothing else."""
    texts = [word.text for word in words[1:]]
    options = [text for text in texts if text.startswith("-")]
    asks = any(text in CONFIG_READS.split() for text in [*options, *texts[:1]])
    names = len(operands) == 1 and operands[0].text not in ("edit", "set", "unset")
    if asks or (names and all(option in CONFIG_SCOPES.split() for option in options)):
        found.reads, found.writes = found.reads + found.writes, []
    elif "--global" in options:
        found.writes.append(Word("~/.gitconfig"))
    elif not found.writes:
        found.writes.append(Word(".git/config"))


def _doubts(subcommand: str, words: tuple[Word, ...]) -> list[str]:
    if subcommand.startswith("credential"):
        return [f"`git {subcommand}` shows or changes passwords."]
    if subcommand in ("apply", "am") and any(has_option(word.text, "--unsafe-paths") for word in words):
        return [f"`git {subcommand} --unsafe-paths` may change files outside the project."]
    return []
