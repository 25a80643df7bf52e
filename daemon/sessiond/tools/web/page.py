"""What the model gets of a page: its text as Markdown, plain text or HTML, or the picture it is. Blocks."""

import base64
import codecs
import re
from html import unescape
from typing import Literal

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.attachments import MAX_BYTES, media_type
from sessiond.tools.web.charset import HTML, decoded
from sessiond.tools.web.exchange import Answer
from sessiond_protocol.messages import Attachment

Format = Literal["markdown", "text", "html"]

TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
TEXTUAL = re.compile(r"text/.*|application/(.*\+)?(json|xml|yaml|toml|javascript|ecmascript|x-ndjson|x-sh)|.*\+xml")
NEVER_TEXT = ("image/", "audio/", "video/", "font/")
HEAD = 4096
"""Bytes or characters that show whether it is text."""
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""Not in text; an escape is, in logs."""
DROPPED = ["svg", "img[src^='data:']"]
"""Pictures that stand in the page itself: kilobytes of base64 that say nothing."""


class Page(msgspec.Struct, frozen=True):
    title: str | None
    text: str
    attachment: Attachment | None = None


def page_of(answer: Answer, url: str, wanted: Format) -> Page:
    """Raises ToolFailed for what is neither text nor a picture or PDF of moderate size."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    if seen := media_type(answer.body[:16]):
        return _attached(answer.body, seen, url)
    text = decoded(answer.content_type, answer.body)
    if not _is_text(kind, text, answer.body):
        raise ToolFailed(f"{url} is not text: {kind or 'of unknown type'}, {len(answer.body)} bytes.")
    if kind not in HTML:
        return Page(None, text)
    found = TITLE.search(text, 0, 100_000)
    title = " ".join(unescape(found[1]).split()) if found else None
    return Page(title, text if wanted == "html" else _converted(text, url, wanted))


def error_text(answer: Answer, url: str) -> str:
    """What the page of an HTTP error says; empty when it is not text."""
    try:
        return page_of(answer, url, "text").text.strip()
    except ToolFailed:
        return ""


def _converted(html: str, url: str, wanted: Format) -> str:
    from html_to_markdown import ConversionOptions, convert  # noqa: PLC0415 - large, and few sessions fetch anything
    from html_to_markdown.exceptions import ConversionError  # noqa: PLC0415 - likewise

    form = "plain" if wanted == "text" else "markdown"
    options = ConversionOptions(
        extract_metadata=False, output_format=form, base_url=url, exclude_selectors=list(DROPPED)
    )
    try:
        return convert(html, options).content or ""
    except ConversionError as error:
        raise ToolFailed(f"The page cannot be converted ({error}); ask for it with format html.") from None


def _attached(body: bytes, kind: str, url: str) -> Page:
    if len(body) > MAX_BYTES:
        raise ToolFailed(f"{url} is {kind} of {len(body)} bytes; at most {MAX_BYTES} can be attached.")
    name = url.partition("?")[0].rpartition("/")[2] or "page"
    uri = f"data:{kind};base64,{base64.b64encode(body).decode('ascii')}"
    return Page(None, f"({kind}, {len(body)} bytes; it is attached)", Attachment(kind, uri, name))


def _is_text(kind: str, text: str, body: bytes) -> bool:
    """By the type it is said to be, unless its content says otherwise; of an unknown type only if it is UTF-8."""
    if TEXTUAL.fullmatch(kind):
        return "\0" not in text[:HEAD]
    return not kind.startswith(NEVER_TEXT) and CONTROLS.search(text[:HEAD]) is None and _is_utf8(body[:HEAD])


def _is_utf8(head: bytes) -> bool:
    """A character that is cut off at the end is one."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
