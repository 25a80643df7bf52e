"""How a text file is stored, and how its text is put back in the same form. Pure.

Tools work on plain text: `\\n` for each line end, no byte order mark, a lone surrogate for each byte that is no
text. What is put back has exactly the bytes that were there wherever the text is the same.
"""

import codecs
import hashlib

import msgspec

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SNIFFED_BYTES = 4096


class TextForm(msgspec.Struct, frozen=True):
    """What a file has beside its text."""

    bom: bytes = b""
    encoding: str = "utf-8"
    end: str = "\n"
    """Of each line; where they differ, the end that most lines have."""
    ends: tuple[str, ...] | None = None
    """The end of each line where they differ."""


class NotText(Exception):
    """The bytes are no text in an encoding that can be put back exactly."""


def decoded(content: bytes) -> tuple[str, TextForm]:
    """The plain text and its form. Raises NotText."""
    bom, encoding = next(((bom, name) for bom, name in BOMS if content.startswith(bom)), (b"", "utf-8"))
    try:
        raw = content[len(bom) :].decode(encoding, _errors(encoding))
    except UnicodeDecodeError:
        raise NotText from None
    if "\0" in raw or (encoding == "utf-8" and is_binary(content[:SNIFFED_BYTES])):
        raise NotText
    text, form = taken_apart(raw)
    return text, msgspec.structs.replace(form, bom=bom, encoding=encoding)


def encoded(raw: str, form: TextForm) -> bytes:
    """The bytes of a text that has its line ends already. Raises UnicodeEncodeError."""
    return form.bom + raw.encode(form.encoding, _errors(form.encoding))


def taken_apart(raw: str) -> tuple[str, TextForm]:
    """The plain text of one with line ends of any kind, and which they are."""
    if "\n" not in raw and "\r" in raw:
        return raw.replace("\r", "\n"), TextForm(end="\r")
    text = raw.replace("\r\n", "\n")
    lines, windows = text.count("\n"), len(raw) - len(text)
    if windows in (0, lines):
        return text, TextForm(end="\r\n" if windows else "\n")
    ends = tuple("\r\n" if line.endswith("\r") else "\n" for line in raw.split("\n")[:-1])
    return text, TextForm(end="\r\n" if 2 * windows > lines else "\n", ends=ends)


def plain(raw: str) -> str:
    """The text with `\\n` for each line end."""
    return taken_apart(raw)[0]


def is_binary(head: bytes) -> bool:
    """A NUL byte, or more than three in ten bytes that no text has."""
    if b"\0" in head:
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return control * 10 > len(head) * 3


def version_of(text: str) -> str:
    """Names a plain text by its content: the same for a file and for an editor that shows it unchanged."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _errors(encoding: str) -> str:
    """Bytes that are no UTF-8 survive as lone surrogates (PEP 383); UTF-16 has no such way."""
    return "surrogateescape" if encoding == "utf-8" else "strict"
