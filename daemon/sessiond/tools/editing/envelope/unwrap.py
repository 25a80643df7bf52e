"""Takes a patch out of what models wrap it in: code fences, shell here-documents, blank lines, CRLF.

Only what is certain is taken off. A patch without its last line may have been cut short, so it is refused.
"""

import re

from sessiond.tools.failure import ToolFailed

BEGIN = "*** Begin Patch"
END = "*** End Patch"
FENCE = re.compile(r"(`{3,}|~{3,})[\w-]*")
HERE_DOCUMENT = re.compile(r"(?:[\w./-]+\s+)?<<-?\s*(['\"]?)(\w+)\1")

Numbered = tuple[int, str]


def unwrapped(patch: str) -> list[Numbered]:
    """The lines between Begin and End with their numbers, from 1, in the text as it was sent. Raises ToolFailed."""
    text = patch.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = _bare(list(enumerate(text.split("\n"), 1)))
    if not lines:
        raise ToolFailed(f"patchText is empty. It must begin with `{BEGIN}` and end with `{END}`.")
    number, first = lines[0]
    if first.strip() != BEGIN:
        raise ToolFailed(f"Line {number} of the patch must be `{BEGIN}`, it is {first[:200]!r}.")
    number, last = lines[-1]
    if last.strip() != END or len(lines) == 1:
        raise ToolFailed(
            f"The last line of the patch must be `{END}`; line {number} is {last[:200]!r}. "
            "It may have been cut short, so nothing was changed: send all of it."
        )
    return lines[1:-1]


def _bare(lines: list[Numbered]) -> list[Numbered]:
    """Without blank lines around it, fences and here-documents, whatever stands in whatever."""
    while True:
        while lines and not lines[0][1].strip():
            lines = lines[1:]
        while lines and not lines[-1][1].strip():
            lines = lines[:-1]
        if len(lines) < 2 or not _is_wrapper(lines[0][1].strip(), lines[-1][1].strip()):
            return lines
        lines = lines[1:-1]


def _is_wrapper(first: str, last: str) -> bool:
    if fence := FENCE.fullmatch(first):
        return last == fence[1]
    here = HERE_DOCUMENT.fullmatch(first)
    return here is not None and last == here[2]
