"""Joins the pieces of text and reasoning of one network read into one event. Used by `reader.py`."""

from sessiond.providers.base import ModelEvent, ReasoningDelta, TextDelta
from sessiond.providers.lenient_json import HalfCharacters
from sessiond.providers.openai_chat.think_tags import ThinkTags


class DeltaJoiner:
    """The events of one response that wait to be given out, in order."""

    def __init__(self) -> None:
        self.has_output = False
        """Whether any text or reasoning came."""
        self._think_tags = ThinkTags()
        self._text_halves = HalfCharacters()
        self._reasoning_halves = HalfCharacters()
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._events: list[ModelEvent] = []

    def add_text(self, piece: str) -> None:
        if self._reasoning:
            self._join()
        self.has_output = True
        self._text.append(piece)

    def add_reasoning(self, piece: str) -> None:
        if self._text:
            self._join()
        self.has_output = True
        self._reasoning.append(piece)

    def add_events(self, events: list[ModelEvent]) -> None:
        self._join()
        self._events += events

    def take(self) -> list[ModelEvent]:
        """Returns what has been added since the last time."""
        self._join()
        events, self._events = self._events, []
        return events

    def finish(self) -> list[ModelEvent]:
        """Returns the rest, with what was held back in the hope of a second half."""
        self._join()
        self._emit(*self._think_tags.feed(self._text_halves.finish()))
        self._emit(*self._think_tags.finish())
        self._emit(self._reasoning_halves.finish(), "")
        return self.take()

    def _join(self) -> None:
        if self._text:
            text = self._text_halves.feed("".join(self._text))
            self._text.clear()
            self._emit(*self._think_tags.feed(text))
        elif self._reasoning:
            reasoning = self._reasoning_halves.feed("".join(self._reasoning))
            self._reasoning.clear()
            self._emit(reasoning, "")

    def _emit(self, reasoning: str, text: str) -> None:
        if reasoning:
            self._events.append(ReasoningDelta(reasoning))
        if text:
            self._events.append(TextDelta(text))
