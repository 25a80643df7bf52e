"""Says of a command which of its words run a program of choice, or may. The rows are in `tables/programs.py`.

`simple.py` asks for every command. The words that a wrapper runs as they stand are `wrappers.py`'s affair.
"""

import re

from sessiond.permission.shell.commands.tables.programs import (
    GIT_GLOBAL_FLAGS,
    GIT_RUNS,
    GIT_RUNS_BY_WORD,
    RUNS_PROGRAMS,
    Row,
)
from sessiond.permission.shell.commands.tables.wrappers import MORE_RIGHTS
from sessiond.permission.shell.commands.wrappers import base_name, has_option
from sessiond.permission.shell.words import Word

NO_OPTION = re.compile(r'"[^"$`\\-][^"]*"')
"""Source of a word that is one word, and begins with something else than a dash, whatever is in it."""
TO_A_PROGRAM = re.compile(r"(-\w*o|--output=)?[|!].*", re.DOTALL)
"""Where strace writes, if a program reads it."""
OTHER_TRANSPORT = re.compile(r"(ext|fd)::.*", re.DOTALL)
"""An address of a repository that is a command."""


def programs_run(words: tuple[Word, ...]) -> list[str]:
    """Doubts, for people."""
    name = base_name(words[0].text)
    if name in MORE_RIGHTS:
        return [f"`{name}` runs a command with the rights of another user."]
    if name == "parallel":
        return ["`parallel` runs commands that it makes up while it runs."]
    if name == "git":
        return _of_git(words)
    if name == "strace" and any(TO_A_PROGRAM.fullmatch(word.text) for word in words[1:]):
        return ["`strace -o` can give what it writes to a program."]
    if name == "tar" and len(words) > 1 and not words[1].text.startswith("-"):
        words = (words[0], _with_dash(words[1]), *words[2:])
    row = RUNS_PROGRAMS.get(name)
    return _by_row(name, row, words[1:]) if row else []


def _with_dash(word: Word) -> Word:
    """The letters of `tar cIf …` are options too; no value is glued to one, so their order says nothing."""
    return Word("-" + "".join(sorted(word.text)), known=word.known)


def _of_git(words: tuple[Word, ...]) -> list[str]:
    """The subcommand counts, wherever it stands behind the options of git itself."""
    doubts: list[str] = []
    position = 1
    while position < len(words) and words[position].text.startswith("-"):
        text = words[position].text
        if text not in GIT_GLOBAL_FLAGS and text not in ("-C", "--namespace"):
            doubts.append(f"`git {text}` can run another program.")
        position += 2 if text in ("-C", "-c", "--namespace", "--git-dir", "--work-tree", "--config-env") else 1
    if position < len(words):
        doubts += _of_subcommand(words[position], words[position + 1 :])
    return doubts


def _of_subcommand(subcommand: Word, rest: tuple[Word, ...]) -> list[str]:
    name = f"git {subcommand.text}"
    if not subcommand.literal:
        return [f"It is not known what `{name[:60]}` does."]
    operands = [word.text for word in rest if not word.text.startswith("-")]
    if subcommand.text in GIT_RUNS or set(operands[:1]) & set(GIT_RUNS_BY_WORD.get(subcommand.text, ())):
        return [f"`{' '.join([name, *operands[:1]])[:60]}` runs other programs."]
    if any(OTHER_TRANSPORT.fullmatch(word.text) for word in rest):
        return [f"`{name}` is given a command in place of an address."]
    row = RUNS_PROGRAMS.get(name)
    return _by_row(name, row, rest) if row else []


def _by_row(name: str, row: Row, words: tuple[Word, ...]) -> list[str]:
    doubts: list[str] = []
    before = Word(name)
    for word in words:
        if word.text == "--":
            break
        if not word.known:
            if not _is_no_option(word, before):
                doubts.append(f"`{name} {word.text[:60]}` may be an option that runs another program.")
        elif _runs(row, word.text):
            doubts.append(f"`{name} {word.text[:60]}` can run another program.")
        before = word
    return doubts


def _is_no_option(word: Word, before: Word) -> bool:
    """A value behind its option, or a word that begins with something else."""
    is_value = before.known and before.text.startswith("-") and word.text.startswith('"')
    return word.home or is_value or bool(NO_OPTION.fullmatch(word.text))


def _runs(row: Row, text: str) -> bool:
    if any(has_option(text, option) for option in row.options.split()):
        return True
    if not text.startswith("-") or text.startswith("--"):
        return False
    letters = re.split(f"[{row.values}]", text[1:], maxsplit=1)[0] if row.values else text[1:]
    return any(letter in letters for letter in row.letters)
