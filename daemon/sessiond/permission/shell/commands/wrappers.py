"""What a command that runs others runs: the words or the script of it. `simple.py` asks for every command."""

from itertools import pairwise

import msgspec

from sessiond.permission.shell.commands.tables.wrappers import (
    JOINED,
    SHELLS,
    WRAPPERS,
    Wrapper,
)
from sessiond.permission.shell.words import Word

UNKNOWN_MORE = Word('"$@"', known=False)
"""Stands for the words that are only known while it runs, as those which xargs reads."""

FIND_RUNS = frozenset({"-exec", "-execdir", "-ok", "-okdir"})
IDENTITY_WRAPPERS = frozenset({"command", "builtin", "exec", "noglob", "nocorrect", "time"})
"""They run their command in the same shell: a `cd` counts."""


class Inside(msgspec.Struct, frozen=True):
    """A command, or a script, that another runs; or why that is not known."""

    words: tuple[Word, ...] = ()
    assignments: tuple[tuple[str, Word], ...] = ()
    script: Word | None = None
    directory: Word | None = None
    same_shell: bool = False
    doubt: str | None = None


def inside(words: tuple[Word, ...]) -> list[Inside]:
    """What `words` run besides themselves."""
    name = base_name(words[0].text)
    found: list[Inside] = []
    if name in SHELLS:
        found += _of_shell(words)
    elif name == "find":
        found += _of_find(words)
    elif name in JOINED:
        found += _of_joined(name, words)
    elif name == "trap" and len(words) > 2:
        found.append(Inside(script=words[1] if words[1].text != "--" else words[2]))
    elif name in WRAPPERS and not _is_question(name, words):
        found += _of_wrapper(name, words)
    return found


def files_read(words: tuple[Word, ...]) -> list[Word]:
    """What a wrapper reads itself: `xargs -a file`. Words that are not known are a doubt of `inside` already."""
    wrapper = WRAPPERS.get(base_name(words[0].text), Wrapper())
    if not wrapper.reading:
        return []
    rest, _ = _after_options(words, wrapper)
    options = words[1 : len(words) - len(rest)]
    found: list[Word] = []
    for word, following in pairwise((*options, Word(""))):
        option, value = _value_in(word.text, wrapper)
        if option in wrapper.reading.split():
            found.append(Word(value) if value else following)
    return found


def base_name(program: str) -> str:
    return program.rpartition("/")[2].removesuffix(".exe")


def has_option(word: str, option: str) -> bool:
    """Whether a word is an option or a beginning of it (`--outp=x` is `--output`), with or without a value."""
    if option.startswith("--"):
        given = word.partition("=")[0]
        return len(given) > 2 and option.startswith(given)
    return word.startswith(option)


def _is_question(name: str, words: tuple[Word, ...]) -> bool:
    """`command -v ls` only says where it is."""
    return name == "command" and len(words) > 1 and words[1].text in ("-v", "-V")


def _of_shell(words: tuple[Word, ...]) -> list[Inside]:
    position = 1
    while position < len(words) and (option := words[position].text)[:1] in ("-", "+") and words[position].literal:
        if option.startswith("-") and not option.startswith("--") and "c" in option:
            rest = [word for word in words[position + 1 :] if word.text != "--"]
            return [Inside(script=rest[0])] if rest else [Inside(doubt="A shell runs a script that is not there.")]
        if option in ("--rcfile", "--init-file", "-O", "+O", "-o", "+o"):
            position += 1
        position += 1
        if option in ("--rcfile", "--init-file", "--command") or option.startswith(("--command", "--init")):
            return [Inside(doubt=f"`{option}` makes a shell run something.")]
        if option == "--":
            break
    if position < len(words) and not words[position].literal:
        return [Inside(doubt=f"It is not known what `{words[0].text}` runs.")]
    return []


def _of_find(words: tuple[Word, ...]) -> list[Inside]:
    found: list[Inside] = []
    position = 1
    while position < len(words):
        if words[position].text in FIND_RUNS:
            end = position + 1
            while end < len(words) and words[end].text not in (";", "+"):
                end += 1
            command = tuple(_of_the_moment(word) for word in words[position + 1 : end])
            found.append(_checked(command, "find") if command else Inside(doubt="`find -exec` has no command."))
            position = end
        elif not words[position].known:
            found.append(Inside(doubt=f"`{words[position].text}` may make `find` run something."))
        position += 1
    return found


def _of_the_moment(word: Word) -> Word:
    """`{}` stands for files that are only known while it runs."""
    return msgspec.structs.replace(word, known=False) if "{}" in word.text else word


def _of_joined(name: str, words: tuple[Word, ...]) -> list[Inside]:
    rest, doubt = _after_options(words, JOINED[name])
    if doubt:
        return [Inside(doubt=doubt)]
    if not rest:
        return []
    if not all(word.literal for word in rest):
        return [Inside(doubt=f"`{name}` runs a text that is not known before.")]
    return [Inside(script=Word(" ".join(word.text for word in rest)), same_shell=name == "eval")]


def _of_wrapper(name: str, words: tuple[Word, ...]) -> list[Inside]:
    wrapper = WRAPPERS[name]
    rest, doubt = _after_options(words, wrapper)
    if doubt:
        return [Inside(doubt=doubt)]
    directory = _chdir(words) if name == "env" else None
    assignments: list[tuple[str, Word]] = []
    while wrapper.assignments and rest and "=" in rest[0].text:
        variable, _, value = rest[0].text.partition("=")
        assignments.append((variable, Word(value, known=rest[0].known)))
        rest = rest[1:]
    rest = rest[wrapper.operands :]
    if not rest:
        return [Inside(assignments=tuple(assignments))] if assignments else []
    if name == "xargs":
        rest = (*rest, UNKNOWN_MORE)
    found = _checked(rest, name)
    return [
        msgspec.structs.replace(
            found,
            assignments=tuple(assignments),
            directory=directory,
            same_shell=name in IDENTITY_WRAPPERS,
        )
    ]


def _checked(command: tuple[Word, ...], name: str) -> Inside:
    if not command[0].literal or "{}" in command[0].text:
        return Inside(doubt=f"It is not known which program `{name}` runs.")
    if base_name(command[0].text) in SHELLS and (name == "xargs" or not all(word.known for word in command)):
        return Inside(words=command, doubt=f"`{name}` gives a shell words that are not known before.")
    return Inside(words=command)


def _after_options(words: tuple[Word, ...], wrapper: Wrapper) -> tuple[tuple[Word, ...], str | None]:
    """The words behind the options of a wrapper, or why they cannot be told apart."""
    position = 1
    while position < len(words):
        text = words[position].text
        if not words[position].literal:
            return (), f"It is not known what `{words[0].text} {text}` runs."
        if text == "--":
            return words[position + 1 :], None
        if not text.startswith("-") or text == "-":
            break
        taken = _option_length(text, wrapper)
        if not taken:
            return (), f"`{words[0].text} {text}`: it is not known what this runs."
        position += taken
    return words[position:], None


def _option_length(text: str, wrapper: Wrapper) -> int:
    """How many words an option takes; 0: it is not known."""
    if text.startswith("--"):
        name, equals, _ = text[2:].partition("=")
        if name in wrapper.long_values:
            return 1 if equals else 2
        return 1 if name in wrapper.long_flags else 0
    for index, letter in enumerate(text[1:], start=2):
        if letter in wrapper.values:
            return 1 if index < len(text) else 2
        if letter not in wrapper.flags:
            return 1 if text[1:].isdigit() and "n" in wrapper.values else 0
    return 1


def _value_in(text: str, wrapper: Wrapper) -> tuple[str, str]:
    """The option in a word that takes a value, and what of the value is in the word."""
    if text.startswith("--"):
        name, _, value = text[2:].partition("=")
        return name, value
    for index, letter in enumerate(text[1:], start=2):
        if text.startswith("-") and letter in wrapper.values:
            return letter, text[index:]
    return "", ""


def _chdir(words: tuple[Word, ...]) -> Word | None:
    for word, following in pairwise(words):
        if word.text in ("-C", "--chdir"):
            return following
        if word.text.startswith(("-C", "--chdir=")):
            return Word(word.text.removeprefix("-C").removeprefix("--chdir="))
    return None
