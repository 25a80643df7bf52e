"""Parts reasoning from text where a server leaves `<think>` tags in the content. Used by `reader.py`.

Only tags at the very start count: an answer that talks about the tag stays as it is.
"""

_OPEN = "<think>"
_CLOSE = "</think>"


class ThinkTags:
    """The content of one response. `passes` is true once nothing more needs parting."""

    def __init__(self) -> None:
        self.passes = False
        self._held = ""
        self._thinking = False
        self._trims = False

    def feed(self, text: str) -> tuple[str, str]:
        """Returns (reasoning, text) of what can be told apart now; the rest is held back."""
        if self.passes:
            return "", text
        self._held += text
        if not self._thinking and not self._trims:
            self._look_for_start()
        reasoning = self._take_reasoning() if self._thinking else ""
        if self._trims:
            self._held = self._held.lstrip("\n\r")
            self.passes = bool(self._held)
        return reasoning, self._take_all() if self.passes else ""

    def finish(self) -> tuple[str, str]:
        """Returns what was held back: an unfinished tag is text of whichever kind was open."""
        held = self._take_all()
        return (held, "") if self._thinking else ("", held)

    def _look_for_start(self) -> None:
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._held = start[len(_OPEN) :].lstrip("\n\r")
            self._thinking = True
        elif not _OPEN.startswith(start):
            self.passes = True

    def _take_reasoning(self) -> str:
        reasoning, tag, rest = self._held.partition(_CLOSE)
        if tag:
            self._thinking, self._trims = False, True
            self._held = rest
            return reasoning.rstrip("\n\r")
        kept = next((size for size in range(len(_CLOSE) - 1, 0, -1) if reasoning.endswith(_CLOSE[:size])), 0)
        self._held = reasoning[len(reasoning) - kept :]
        return reasoning[: len(reasoning) - kept]

    def _take_all(self) -> str:
        held, self._held = self._held, ""
        return held
