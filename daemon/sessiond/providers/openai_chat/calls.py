"""Puts the fragments of tool calls together, whatever ids and indexes a server gives them. Used by `reader.py`."""

from sessiond.providers.base import ModelEvent, ToolCall, ToolCallDelta, ToolCallStarted
from sessiond.providers.lenient_json import whole_characters
from sessiond.providers.openai_chat.chunk import CallFragment
from sessiond.providers.tool_arguments import parse_arguments


class _OpenCall:
    """A call that is being written."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.id = ""
        self.name = ""
        self.pieces: list[str] = []
        self.shown = False

    @property
    def text(self) -> str:
        return whole_characters("".join(self.pieces))

    @property
    def is_whole(self) -> bool:
        """Whether its arguments are all there; the last character settles it for all but one fragment."""
        return bool(self.pieces) and self.pieces[-1].rstrip()[-1:] == "}" and parse_arguments(self.text)[1] is None


class CallAssembler:
    """The tool calls of one response."""

    def __init__(self) -> None:
        self._calls: list[_OpenCall] = []
        self._by_id: dict[str, _OpenCall] = {}
        self._by_index: dict[int, _OpenCall] = {}

    def __bool__(self) -> bool:
        return any(call.name or call.pieces for call in self._calls)

    def add(self, fragment: CallFragment) -> list[ModelEvent]:
        """Takes one fragment in and returns what there is to show of it."""
        name = fragment.function.name if fragment.function else None
        text = fragment.function.arguments if fragment.function else None
        call = self._call_of(fragment.index, fragment.id or "", name or "")
        if fragment.id:
            call.id = call.id or fragment.id
            self._by_id[fragment.id] = call
        if fragment.index is not None:
            self._by_index[fragment.index] = call
        call.name = call.name or whole_characters(name or "")
        if text:
            call.pieces.append(text)
        return _shown(call, text or "")

    def finish(self, *, cut: bool) -> list[ModelEvent]:
        """The whole calls, once the response has ended properly.

        `cut`: it ended at a limit, so that a call without arguments may have lost them.
        """
        events: list[ModelEvent] = []
        used: set[str] = set()
        for call in self._calls:
            if not call.name and not call.pieces:
                continue
            if not call.shown:
                events += [ToolCallStarted(call.key, call.name), ToolCallDelta(call.key, call.text)]
            call_id = whole_characters(call.id)
            call_id = call.key if not call_id or call_id in used else call_id
            used.add(call_id)
            events.append(_whole_call(call, call_id, cut=cut))
        return events

    def _call_of(self, index: int | None, call_id: str, name: str) -> _OpenCall:
        """The call a fragment goes to.

        An id seen before wins, unless another name or index shows that a server gives one id to
        all; a new id with a name is a new call even at a used index; a new id without one goes on
        with the call at hand. Without an id, a name starts a new call only where the last one is
        whole or has another name.
        """
        known = self._by_id.get(call_id)
        if known is not None:
            elsewhere = index is not None and self._by_index.get(index) is not known
            is_other = known.name not in ("", name) or (elsewhere and known.is_whole)
            return self._new_call() if name and is_other else known
        current = self._calls[-1] if self._calls else None
        known = current if index is None else self._by_index.get(index)
        if known is None:
            return self._new_call() if name or current is None else current
        if not name:
            return known
        if call_id:
            return known if not known.id and not known.pieces and known.name in ("", name) else self._new_call()
        starts_anew = known.is_whole or (index is None and known.name not in ("", name))
        return self._new_call() if starts_anew else known

    def _new_call(self) -> _OpenCall:
        call = _OpenCall(f"call_{len(self._calls)}")
        self._calls.append(call)
        return call


def _shown(call: _OpenCall, text: str) -> list[ModelEvent]:
    """A call is shown from the moment that its name is known."""
    if not call.name:
        return []
    if call.shown:
        return [ToolCallDelta(call.key, whole_characters(text))] if text else []
    call.shown = True
    started: list[ModelEvent] = [ToolCallStarted(call.key, call.name)]
    return [*started, ToolCallDelta(call.key, call.text)] if call.pieces else started


def _whole_call(call: _OpenCall, call_id: str, *, cut: bool) -> ToolCall:
    text = call.text
    arguments, error = parse_arguments(text)
    if not call.name:
        arguments, error = None, "The call names no tool."
    elif cut and not text.strip():
        arguments, error = None, "The response reached its limit before the arguments were written."
    return ToolCall(call.key, call_id, call.name, arguments, text, error)
