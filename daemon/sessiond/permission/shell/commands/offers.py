"""Which rule an always-answer would save for a command. Nothing is offered that would allow more than it says."""

from sessiond.permission.shell.commands.tables.offers import ARITY, EXACT, NEVER, NEVER_BEGINNINGS
from sessiond.permission.shell.commands.tables.read_only import GIT, GIT_LISTING, READ_ONLY, Row
from sessiond.permission.shell.commands.wrappers import base_name
from sessiond.permission.shell.words import Word

PATTERN_CHARACTERS = frozenset("*?\n")


def offer(words: tuple[Word, ...], text: str, only_reads: bool) -> str | None:
    """`git status *` and so on; the words as they are where more words could do anything; None: nothing."""
    names = [word.text for word in words]
    if not words[0].literal or base_name(names[0]) in NEVER or PATTERN_CHARACTERS & set(names[0]):
        return None
    beginning = _beginning(words)
    if beginning is None or any(_starts(names, never) for never in NEVER_BEGINNINGS):
        return None
    risky = base_name(names[0]) in EXACT or (_is_listed(names) and not only_reads)
    if not risky:
        return f"{beginning} *"
    exact = all(word.literal for word in words) and not PATTERN_CHARACTERS & set(text)
    return text if exact and len(text) < 200 else None


def _beginning(words: tuple[Word, ...]) -> str | None:
    """The words that name what is done; None where one of them is missing, an option or not known."""
    count, key = ARITY.get(words[0].text, 1), words[0].text
    for word in words[1:3]:
        key = f"{key} {word.text}"
        count = ARITY.get(key, count)
    chosen = words[:count]
    if len(chosen) < min(count, 2):
        return None
    if any(not word.literal or word.text.startswith("-") or not _plain(word.text) for word in chosen[1:]):
        return None
    return " ".join(word.text for word in chosen) if _plain(words[0].text) else None


def _plain(text: str) -> bool:
    return bool(text) and not any(character.isspace() or character in "*?'\"\\" for character in text)


def _is_listed(names: list[str]) -> bool:
    """Known as one that only reads: if it does not with these words, others of its options may do anything."""
    return READ_ONLY.get(names[0], Row()) != Row() or (
        names[0] == "git" and len(names) > 1 and names[1] in (GIT | GIT_LISTING)
    )


def _starts(names: list[str], beginning: str) -> bool:
    parts = beginning.split()
    return names[: len(parts)] == parts
