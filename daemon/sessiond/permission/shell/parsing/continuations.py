r"""Finds backslashes before blanks and line ends where the parser and a shell part words differently. `walk.py` asks.

A shell takes `\` and the line end away before anything else, so that `.e\⏎nv` is `.env`; the parser reads a blank.
Behind a blank both come to the same. In single quotes, and in a here-document with a quoted delimiter, both stay.
The parser also takes `\` and a blank for a blank where no word is before it; to a shell a word begins there.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

CONTINUATION = re.compile(rb"\\\n")
ESCAPED_BLANK = re.compile(rb"\\[ \t]")
BLANK_BEFORE = re.compile(rb"(?<!\\)[ \t]\Z")
TEXTS = frozenset({"string", "heredoc_body"})
"""Nodes with children in which a backslash may stand between those."""


def parts_words_differently(source: bytes, root: "Node") -> bool:
    """Whether a shell may join what the tree holds apart, or end a here-document elsewhere."""
    broken = (found.start() for found in CONTINUATION.finditer(source) if not _is_escaped(source, found.start()))
    if any(not _is_certain(source, root, position) for position in broken):
        return True
    return any(_is_swallowed(root, found.start()) for found in ESCAPED_BLANK.finditer(source))


def _is_swallowed(root: "Node", position: int) -> bool:
    node = root.descendant_for_byte_range(position, position + 1)
    return node is None or (node.child_count > 0 and node.type not in TEXTS)


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
    return bool(BLANK_BEFORE.search(source[max(0, position - 2) : position]))


def _here_document(node: "Node | None") -> bool | None:
    """Of the here-document that a place is in, whether its delimiter is quoted; None: it is in none."""
    while node is not None and node.type != "heredoc_body":
        node = node.parent
    if node is None or node.parent is None:
        return None
    start = next((child for child in node.parent.children if child.type == "heredoc_start"), None)
    return start is not None and (start.text or b"").startswith((b"'", b'"'))
