"""New lines of a hunk that stands in the file with other indentation: indented as the file is, where that is certain.

Certain is what the hunk shows: lines that stay or go are indented so here and so there, always in the same way, and
the new ones like them; or all of them stand deeper by the same blanks, or less deep. Called by `apply.py`. Pure.
"""

from collections.abc import Sequence

from sessiond.tools.editing.envelope.sections import Hunk


def indented(hunk: Hunk, there: Sequence[str]) -> list[str] | None:
    """The new lines, in their order; None when it is not certain how to indent them. `there`: the lines it found."""
    added = [line.text for line in hunk.lines if line.mark == "+"]
    pairs = [(_indent(old), _indent(line)) for old, line in zip(hunk.old, there, strict=True) if old.strip()]
    levels = dict(pairs)
    if all(old == level for old, level in pairs) or not any(line.strip() for line in added):
        return added
    if any(levels[old] != level for old, level in pairs):
        return None
    shown = [_indent(line) for line in added if line.strip()]
    if all(level in levels for level in shown):
        return [_with(line, levels.get(_indent(line), "")) for line in added]
    return _moved(added, levels) if min(shown, key=len) in levels else None


def is_indented_otherwise(hunk: Hunk, there: Sequence[str]) -> bool:
    return any(_indent(old) != _indent(line) for old, line in zip(hunk.old, there, strict=True) if old.strip())


def _moved(added: Sequence[str], levels: dict[str, str]) -> list[str] | None:
    """All deeper, or all less deep, by the same blanks. `levels`: the file's indentation for each of the hunk's."""
    old, level = next(iter(levels.items()))
    deeper, less = level[: len(level) - len(old)], old[: len(old) - len(level)]
    if all(level == deeper + old for old, level in levels.items()):
        return [deeper + line if line.strip() else line for line in added]
    fits = all(line.startswith(less) for line in added if line.strip())
    if fits and all(old == less + level for old, level in levels.items()):
        return [line.removeprefix(less) for line in added]
    return None


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _with(line: str, indent: str) -> str:
    return indent + line.lstrip() if line.strip() else line
