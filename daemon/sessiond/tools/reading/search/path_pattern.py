"""Patterns of paths, as `glob` and the `include` of `grep` take them: `*.py`, `src/**/*.{ts,tsx}`, `/README*`.

Pure. Not ripgrep's `--glob`: that lets a file through which .gitignore leaves out. Time grows with the
product of the lengths of pattern and path at most, whatever the pattern.
"""

import fnmatch
import re
from collections.abc import Iterator
from itertools import islice

from sessiond.tools.failure import ToolFailed

MAX_ALTERNATIVES = 200
_ANY_FOLDERS = "**"
_SPECIAL = re.compile(r"\\(?P<escaped>[^/])|\[(?P<negated>[!^]?)(?P<members>\]?[^\]/]*)\]|(?P<lone>[\[\\])", re.DOTALL)
_CHOICE = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile("[{}]")
_LITERAL = str.maketrans("{},", "\ue000\ue001\ue002")
"""Braces and commas that choose nothing, out of the way while the others are expanded."""
_LITERAL_AGAIN = str.maketrans("\ue000\ue001\ue002", "{},")


class PathPattern:
    """`*` and `?` stay within a name, `**` stands for any folders; without a slash it fits at any depth."""

    def __init__(self, pattern: str) -> None:
        """Raises ToolFailed for more alternatives than can be tried."""
        alternatives = list(islice(_alternatives(_plain(pattern)), MAX_ALTERNATIVES + 1))
        if len(alternatives) > MAX_ALTERNATIVES:
            raise ToolFailed(f"The pattern has more than {MAX_ALTERNATIVES} alternatives. Use a simpler one.")
        paths = list(dict.fromkeys(tuple(_segments(text)) for text in alternatives))
        self._paths = [[_expression(name) for name in path] for path in paths]
        self.names = tuple(dict.fromkeys(path[-1] for path in paths))
        """Patterns of the last name of whatever fits."""

    def fits(self, path: str) -> bool:
        """Whether it fits a path relative to where the search began, with `/` between names."""
        names = path.split("/")
        return any(_fits(expressions, names) for expressions in self._paths)

    def prefilter(self) -> list[str]:
        """Arguments by which ripgrep passes over files whose name cannot fit; a type, since .gitignore outranks it."""
        if "*" in self.names or any(":" in name for name in self.names):
            return []
        names = [_BRACE.sub(r"[\g<0>]", name) for name in self.names]
        return [*(f"--type-add=sought:{name}" for name in names), "--type=sought"]


_Expression = re.Pattern[str] | None
"""None stands for any folders."""


def _plain(pattern: str) -> str:
    """Escapes and sets of characters in the one form that all who read on agree about."""

    def in_one_form(found: re.Match[str]) -> str:
        if escaped := found["escaped"]:
            return f"[{escaped}]" if escaped in "*?[]\\" else escaped.translate(_LITERAL)
        if lone := found["lone"]:
            return f"[{lone}]"
        members = found["members"].translate(_LITERAL)
        if not members:
            return "[[]" + found["negated"] + "]"
        return f"[{'!' if found['negated'] else ''}{members}]"

    return _SPECIAL.sub(in_one_form, pattern)


def _alternatives(pattern: str) -> Iterator[str]:
    choice = _CHOICE.search(pattern)
    if choice is None:
        yield pattern
        return
    for text in choice[1].split(","):
        yield from _alternatives(pattern[: choice.start()] + text + pattern[choice.end() :])


def _segments(pattern: str) -> list[str]:
    text = pattern.translate(_LITERAL_AGAIN)
    anchored = "/" in text.removesuffix("/")
    names = [name for name in text.split("/") if name not in ("", ".")] or [_ANY_FOLDERS]
    inside = [_ANY_FOLDERS] if text.endswith("/") else []
    path = [*([] if anchored else [_ANY_FOLDERS]), *names, *inside]
    return path if path[-1] != _ANY_FOLDERS else [*path, "*"]


def _expression(name: str) -> _Expression:
    return None if name == _ANY_FOLDERS else re.compile(fnmatch.translate(name))


def _fits(expressions: list[_Expression], names: list[str]) -> bool:
    """Walks the names once, holding every place of the pattern that may come next."""
    places = _with_skipped(expressions, {0})
    for name in names:
        after: set[int] = set()
        for place in places:
            if place == len(expressions):
                continue
            expression = expressions[place]
            if expression is None:
                after.add(place)
            elif expression.match(name):
                after.add(place + 1)
        places = _with_skipped(expressions, after)
    return len(expressions) in places


def _with_skipped(expressions: list[_Expression], places: set[int]) -> set[int]:
    """Any folders may be none."""
    reached = set(places)
    for place, expression in enumerate(expressions):
        if place in reached and expression is None:
            reached.add(place + 1)
    return reached
