"""What the model gets of a page: its text as Markdown, plain text or HTML, or the picture it is. Blocks."""

import base64
import codecs
import re
from html import unescape
from typing import Literal

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable
from sessiond.tools.reading.attachments import MAX_BYTES, media_type
from sessiond.tools.web.exchange import Answer
from sessiond_protocol.messages import Attachment

Format = Literal["markdown", "text", "html"]

TITLE = re.compile(rb"<title[^>]*>(.{1,500}?)</title", re.IGNORECASE | re.DOTALL)
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
TEXTUAL = re.compile(r"text/.*|application/(.*\+)?(json|xml|yaml|toml|javascript|ecmascript|x-ndjson|x-sh)|.*/.*\+xml")
HTML = ("text/html", "application/xhtml+xml")
SNIFFED_BYTES = 4096


class Page(msgspec.Struct, frozen=True):
    title: str | None
    text: str
    attachment: Attachment | None = None


def page_of(answer: Answer, url: str, wanted: Format) -> Page:
    """Raises ToolFailed for what is neither text nor a picture or PDF of moderate size."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    if seen := media_type(answer.body[:16]):
        return _attached(answer.body, seen, url)
    if not _is_text(kind, answer.body):
        raise ToolFailed(f"{url} is not text: {kind or 'of unknown type'}, {len(answer.body)} bytes.")
    text = _decoded(answer.content_type, answer.body)
    if kind not in HTML:
        return Page(None, text)
    found = TITLE.search(answer.body[:100_000])
    title = " ".join(unescape(_decoded(answer.content_type, found[1])).split()) if found else None
    return Page(title, text if wanted == "html" else _converted(text, wanted))


def _converted(html: str, wanted: Format) -> str:
    from html_to_markdown import ConversionOptions, convert  # noqa: PLC0415 - large, and few sessions fetch anything
    from html_to_markdown.exceptions import ConversionError  # noqa: PLC0415 - likewise

    form = "plain" if wanted == "text" else "markdown"
    try:
        return convert(html, ConversionOptions(extract_metadata=False, output_format=form)).content or ""
    except ConversionError as error:
        raise ToolFailed(f"The page cannot be converted ({error}); ask for it with format html.") from None


def _attached(body: bytes, kind: str, url: str) -> Page:
    if len(body) > MAX_BYTES:
        raise ToolFailed(f"{url} is {kind} of {len(body)} bytes; at most {MAX_BYTES} can be attached.")
    name = url.partition("?")[0].rpartition("/")[2] or "page"
    uri = f"data:{kind};base64,{base64.b64encode(body).decode('ascii')}"
    return Page(None, f"({kind}, {len(body)} bytes; it is attached)", Attachment(kind, uri, name))


def _is_text(kind: str, body: bytes) -> bool:
    head = body[:SNIFFED_BYTES]
    unicode_mark = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return (not kind or TEXTUAL.fullmatch(kind) is not None) and (unicode_mark or b"\0" not in head)


def _decoded(content_type: str, body: bytes) -> str:
    """By the byte order mark, the header, the page itself, or else as UTF-8."""
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode(errors="replace")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", errors="replace")
    named = CHARSET.search(content_type.encode("latin-1", "replace")) or CHARSET.search(body[:SNIFFED_BYTES])
    try:
        return printable(body.decode(named[1].decode() if named else "utf-8", errors="replace"))
    except (LookupError, UnicodeError, ValueError):
        return body.decode(errors="replace")
