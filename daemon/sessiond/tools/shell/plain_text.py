"""What a command writes for a terminal, as plain text: UTF-8, no colours, progress bars as they ended.

Takes bytes as they come and gives whole lines. Decision 0084. Used by `bash`; pure.
"""

import codecs
import re

LONGEST_HELD = 32_768
"""Characters of an unfinished line that are held back; a longer one is given out as it is."""

# All but tab, line feed, carriage return, backspace and escape; no UTF-8 sequence has such bytes in it.
_CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r\b\a\x1b")
_ESCAPES = re.compile(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]?"  # colours, movements
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"  # titles, links
    r"|[PX^_][^\x1b\n]*(?:\x1b\\)?"
    r"|[ -/]*[0-Z\\-~]?"
    r")"
)
_OVERSTRUCK = re.compile(r"[^\x08\n]\x08")
_REST = re.compile(r"[\x07\x08\x1b\x80-\x9f]")


class PlainText:
    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, data: bytes) -> str:
        """The text that is ready: whole lines, unless one gets very long."""
        text = self._held + self._decoder.decode(data.translate(None, _CONTROLS))
        ready = held = text.rfind("\n") + 1
        if len(text) - ready > LONGEST_HELD:
            # What a carriage return has ended is never seen again, whatever comes.
            held = text.rfind("\r", ready, len(text) - 1)
            if held < 0:
                ready = held = _before_escape(text)
        self._held = text[held:]
        return _plain(text[:ready])

    def end(self) -> str:
        """What is left when nothing more comes."""
        text = self._held + self._decoder.decode(b"", final=True)
        self._held = ""
        return _plain(text)

    @property
    def unfinished(self) -> str:
        """The line that is being written, as it looks now."""
        return _plain(self._held)


def _plain(text: str) -> str:
    if "\x1b" in text:
        text = _ESCAPES.sub("", text)
    if "\r" in text:
        text = "\n".join(_as_it_ended(line) if "\r" in line else line for line in text.split("\n"))
    if "\b" in text:
        text = _OVERSTRUCK.sub("", text)
    return _REST.sub("", text) if not text.isascii() or "\b" in text or "\a" in text or "\x1b" in text else text


def _as_it_ended(line: str) -> str:
    """What stood there last, after all that was written over it."""
    return next((piece for piece in reversed(line.split("\r")) if piece), "")


def _before_escape(text: str) -> int:
    """The end of the text, or where an escape begins that may not be whole."""
    begun = text.rfind("\x1b", len(text) - 64)
    return begun if begun > 0 else len(text)
