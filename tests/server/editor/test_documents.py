"""Open documents as the client's notifications leave them, counted as LSP counts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.server.editor.mirror import Mirror
from support.editor.buffers import replaced

URI = "file:///p/a%20b.py"


def mirror(text: str) -> Mirror:
    opened = Mirror(None)
    tell(opened, "didOpen", {"textDocument": {"uri": URI, "languageId": "x", "version": 1, "text": text}})
    return opened


def tell(mirror: Mirror, what: str, params: Any) -> None:
    mirror.take(json.dumps({"jsonrpc": "2.0", "method": f"textDocument/{what}", "params": params}).encode())


def change(mirror: Mirror, *changes: Any) -> str:
    tell(mirror, "didChange", {"textDocument": {"uri": URI, "version": 2}, "contentChanges": list(changes)})
    ((_, text, version, _),) = mirror.documents()
    assert version == 2
    return text


def place(line: int, start: int, end: int) -> Any:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_of_lsp_end_a_line(odd: str):
    opened = mirror(f"a{odd}b\nsecond\n")

    assert change(opened, {"range": place(1, 0, 6), "text": "2"}) == f"a{odd}b\n2\n"


def test_a_column_past_the_end_is_the_end_of_the_line():
    assert change(mirror("abc\nabc"), {"range": place(1, 0, 1000), "text": ""}) == "abc\n"
    assert change(mirror("abc\r\nabc"), {"range": place(0, 1, 1000), "text": ""}) == "a\r\nabc"


def test_several_changes_of_one_message_count_one_after_the_other():
    first, second = {"range": place(0, 0, 0), "text": "😀\n"}, {"range": place(1, 0, 1), "text": "A"}

    assert change(mirror("abc"), first, second) == "😀\nAbc"


def test_a_whole_text_and_an_odd_message_are_taken_for_what_they_are():
    opened = mirror("abc")
    tell(opened, "didChange", {"textDocument": {"uri": "file:///never/opened", "version": 2}, "contentChanges": []})
    tell(opened, "didChange", ["nonsense"])

    assert change(opened, {"text": "xyz"}) == "xyz"


TEXTS = st.lists(st.sampled_from(["a", "😀", "é", "\n", "\r\n", "\f", "\u2028"]), max_size=12).map("".join)


@given(TEXTS, TEXTS, st.data())
def test_the_text_is_the_editors_after_any_change(text: str, new: str, data: st.DataObject):
    places = positions(text)
    start, end = sorted([data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))])
    spot = {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }

    assert change(mirror(text), {"range": spot, "text": new}) == replaced(text, spot, new)


def positions(text: str) -> list[tuple[int, int]]:
    """Every position between two characters."""
    found: list[tuple[int, int]] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
        found += [(number, len(line[:index].encode("utf-16-le")) // 2) for index in range(len(line) + 1)]
    return found
