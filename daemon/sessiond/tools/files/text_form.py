"""How a text file is stored, and how its text is put back in the same form.

Tools work on plain text: `\n` for each line end, no byte order mark, a lone surrogate for each byte that is no
text. `encoded` gives back exactly the bytes that were there wherever the text is the same. Pure.
"""

import codecs
import hashlib
from difflib import SequenceMatcher
from itertools import takewhile

import msgspec

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
MAX_MATCHED_LINES = 4000
"""Of a file with both kinds of line end, so many changed lines are compared one by one; the rest get the usual end."""


class TextForm(msgspec.Struct, frozen=True):
    """What a file has beside its text."""

    bom: bytes = b""
    encoding: str = "utf-8"
    ends: tuple[str, ...] | None = None
    """The end of each line where they differ, else None: all are `usual_end`."""
    usual_end: str = "\n"


class NotText(Exception):
    """The bytes are no text in an encoding that can be put back exactly."""


def decoded(content: bytes) -> tuple[str, TextForm]:
    """The plain text and its form. Raises NotText."""
    bom, encoding = next(((bom, name) for bom, name in BOMS if content.startswith(bom)), (b"", "utf-8"))
    body = content[len(bom) :]
    if encoding == "utf-8" and b"\0" in body:
        raise NotText
    try:
        raw = body.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        raise NotText from None
    windows = raw.count("\r\n")
    plain = raw.replace("\r\n", "\n")
    if windows in (0, plain.count("\n")):
        return plain, TextForm(bom, encoding, None, "\r\n" if windows else "\n")
    ends = tuple("\r\n" if line.endswith("\r") else "\n" for line in raw.split("\n")[:-1])
    return plain, TextForm(bom, encoding, ends, "\r\n" if 2 * windows > len(ends) else "\n")


def encoded(text: str, form: TextForm, before: str) -> bytes:
    """The bytes of a new text in the form of the one before it. Raises UnicodeEncodeError."""
    plain = text.replace("\r\n", "\n")
    if form.ends is None:
        stored = plain if form.usual_end == "\n" else plain.replace("\n", form.usual_end)
    else:
        stored = _with_ends(plain, form, form.ends, before)
    return form.bom + stored.encode(form.encoding, "surrogateescape" if form.encoding == "utf-8" else "strict")


def version_of(text: str) -> str:
    """Names a plain text by its content: the same for a file and for an editor that shows it unchanged."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _with_ends(plain: str, form: TextForm, ends: tuple[str, ...], before: str) -> str:
    """Lines that were there keep their end, new ones get the usual one."""
    old, new = before.split("\n"), plain.split("\n")
    new_ends = [form.usual_end] * (len(new) - 1)
    for old_at, new_at, length in _same_lines(old, new):
        for step in range(length):
            if new_at + step < len(new_ends) and old_at + step < len(ends):
                new_ends[new_at + step] = ends[old_at + step]
    return "".join(line + end for line, end in zip(new, (*new_ends, ""), strict=True))


def _same_lines(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (place before, place now, how many), beginning and end first."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    runs = [(0, 0, head), (len(old) - tail, len(new) - tail, tail)]
    changed_old, changed_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(changed_old) + len(changed_new) <= MAX_MATCHED_LINES:
        matcher = SequenceMatcher(None, changed_old, changed_new, autojunk=False)
        runs += [(head + run.a, head + run.b, run.size) for run in matcher.get_matching_blocks()]
    return runs


def _common(first: list[str], second: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))
