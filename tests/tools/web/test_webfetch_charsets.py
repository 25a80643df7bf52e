"""What the bytes of a page are read as."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.tools.web.charset import decoded
from support.tools.web import fetch, response


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=latin-1", "café".encode("latin-1")),
        ("text/html", b"<meta charset='windows-1252'><p>caf\xe9</p>"),
        ("text/plain", "café".encode("utf-8-sig")),
        ("text/plain", "café".encode("utf-16")),
        ("text/html", b"<meta charset=utf-16><p>caf\xc3\xa9</p>"),
        ("text/xml", b"<?xml version='1.0' encoding='iso-8859-1'?><a>caf\xe9</a>"),
        ("text/plain; charset=utf-16le", "café".encode("utf-16-le")),
        ("text/plain", "charset=latin-1 café".encode()),
        ("text/plain; charset=no-such", "café".encode()),
    ],
)
async def test_the_charset_of_a_page_is_honoured(tmp_path: Path, kind: str, body: bytes) -> None:
    assert "café" in (await fetch(tmp_path, lambda path: response(body, kind))).output


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "zip", "undefined"]
)
def test_what_is_no_character_set_of_pages_is_never_used(name: str) -> None:
    assert decoded(f"text/plain; charset={name}", rb"\u0041+AEE-") == r"\u0041+AEE-"


@given(st.text(max_size=80), st.binary(max_size=80))
def test_any_page_can_be_read_and_stored(content_type: str, body: bytes) -> None:
    decoded(content_type, body).encode()
    decoded("text/html", b"<meta charset=" + body).encode()
