r"""Finds line ends behind a backslash where the parser and a shell part words differently. `walk.py` asks.

A shell takes `\` and the line end away before anything else, so that `.e\⏎nv` is `.env`; the parser reads a blank.
Beside a blank both come to the same. In single quotes, and in a here-document with a quoted delimiter, both stay.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

CONTINUATION = re.compile(rb"\\\n")
BLANK_BEFORE = re.compile(rb"(?<!\\)[ \t]\Z")
BLANKS = (b" ", b"\t")


def joins_words(source: bytes, root: "Node") -> bool:
    """Whether some of them may join what the tree holds apart, or end a here-document elsewhere."""
    return any(
        not _is_certain(source, root, found.start())
        for found in CONTINUATION.finditer(source)
        if not _is_escaped(source, found.start())
    )


def _is_escaped(source: bytes, position: int) -> bool:
    r"""`\\⏎` is a backslash and the end of a line; in single quotes, where it is not, both stand for themselves."""
    before = source[:position]
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1


def _is_certain(source: bytes, root: "Node", position: int) -> bool:
    node = root.descendant_for_byte_range(position, position + 2)
    if node is not None and node.type == "raw_string":
        return True
    document = _here_document(node)
    if document is not None:
        return document
    beside = BLANK_BEFORE.search(source[max(0, position - 2) : position])
    return bool(beside) or source[position + 2 : position + 3] in BLANKS


def _here_document(node: "Node | None") -> bool | None:
    """Of the here-document that a place is in, whether its delimiter is quoted; None: it is in none."""
    while node is not None and node.type != "heredoc_body":
        node = node.parent
    if node is None or node.parent is None:
        return None
    start = next((child for child in node.parent.children if child.type == "heredoc_start"), None)
    return start is not None and (start.text or b"").startswith((b"'", b'"'))
