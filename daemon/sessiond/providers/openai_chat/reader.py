"""Reads the body of a chat completions stream into model events, however odd the server. Pure; no I/O.

The adapter feeds it network reads. Its rules are played from `tests/cases/sse_quirks/`; the one
above all: a call is given out only if the response ended properly.
"""

from collections.abc import Iterable

from sessiond.providers import lenient_json
from sessiond.providers.base import Finished, ModelEvent, ProviderError, UsageReported
from sessiond.providers.errors import classify
from sessiond.providers.openai_chat.calls import CallAssembler
from sessiond.providers.openai_chat.chunk import CallFragment, Choice, Delta, read_chunk, text_of
from sessiond.providers.openai_chat.deltas import DeltaJoiner
from sessiond.providers.openai_chat.usage import to_usage, usage_of
from sessiond.providers.sse import ServerSentEvent, SseDecoder
from sessiond_protocol.messages import FinishReason, Usage

_FINISH_REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "stop_sequence": "stop",
    "tool_calls": "toolCalls",
    "tool_use": "toolCalls",
    "function_call": "toolCalls",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "contentFilter",
    "safety": "contentFilter",
}


class ChatReader:
    """One response. `feed` each network read, then `finish` once and look at `failure`."""

    def __init__(self, provider: str) -> None:
        self.failure: ProviderError | None = None
        """Why the response cannot be trusted; to be raised once the events are given out."""
        self.sends_reasoning_content = False
        self._provider = provider
        self._sse = SseDecoder()
        self._deltas = DeltaJoiner()
        self._calls = CallAssembler()
        self._usage: Usage | None = None
        self._finish_reason = ""
        self._is_done = False

    @property
    def patience(self) -> float | None:
        """Seconds that the next byte may take; None while the response goes on.

        Some servers never close a stream that has ended: after `[DONE]` nothing is awaited, after
        a finish reason a chunk with the usage.
        """
        if self._is_done or self.failure:
            return 0.25
        return 5.0 if self._finish_reason else None

    def feed(self, chunk: bytes) -> list[ModelEvent]:
        """Returns what these bytes add; neighbouring pieces of text come as one delta."""
        usage = self._usage
        try:
            self._take(self._sse.feed(chunk))
        except ValueError as error:
            self._fail(f"sent something that cannot be read ({error})")
        events = self._deltas.take()
        if self._usage is not usage and self._usage is not None:
            events.append(UsageReported(self._usage))
        return events

    def finish(self) -> list[ModelEvent]:
        """Returns the last events. `Finished` is the last of them, unless `failure` is set."""
        usage = self._usage
        self._take(self._sse.finish())
        self._take_stray(self._sse.stray.strip())
        events = self._deltas.finish()
        if self._usage is not usage and self._usage is not None:
            events.append(UsageReported(self._usage))
        return events + self._ending(has_output=self._deltas.has_output)

    def _take(self, events: Iterable[ServerSentEvent]) -> None:
        for event in events:
            if self.failure:
                return
            if event.data == "[DONE]":
                self._is_done = True
            else:
                self._take_event(event.event, event.data)

    def _take_event(self, name: str, data: str) -> None:
        """Takes one JSON chunk, or the several that a server put on lines of one event."""
        try:
            chunk = read_chunk(data)
        except ValueError:
            self._take_odd(name, data)
            return
        if chunk.error or name == "error" or (chunk.is_bare and _is_bare_error(data)):
            self.failure = classify(self._provider, None, data, in_stream=True)
            return
        if not self._is_done:
            for choice in chunk.choices or ():
                if not choice.index:
                    self._take_choice(choice)
        if chunk.usage or chunk.x_groq:
            self._usage = usage_of(chunk) or self._usage

    def _take_odd(self, name: str, data: str) -> None:
        lines = [line.strip() for line in data.split("\n")]
        if len(lines) > 1 and any(line.startswith(("{", "[DONE]")) for line in lines[1:]):
            self._take(ServerSentEvent(name, line) for line in lines if line)
        elif name == "error":
            self.failure = classify(self._provider, None, data, in_stream=True)
        elif lines[0].startswith("{") and not self._finish_reason:
            self._fail("sent a broken piece of the answer, so some of it is lost")

    def _take_choice(self, choice: Choice) -> None:
        delta = choice.delta
        if delta is None and choice.message is not None and not self._deltas.has_output and not self._calls:
            delta = choice.message
        if delta is not None:
            self._take_delta(delta)
        if choice.finish_reason:
            self._finish_reason = choice.finish_reason
        if choice.usage:  # Moonshot
            self._usage = to_usage(choice.usage) or self._usage

    def _take_delta(self, delta: Delta) -> None:
        deltas = self._deltas
        if delta.reasoning_content:
            self.sends_reasoning_content = True
            deltas.add_reasoning(delta.reasoning_content)
        elif reasoning := delta.reasoning or text_of(delta.reasoning_details):
            deltas.add_reasoning(reasoning)
        if delta.content:
            deltas.add_text(delta.content)
        if delta.refusal:
            deltas.add_text(delta.refusal)
        for fragment in delta.tool_calls or ():
            deltas.add_events(self._calls.add(fragment))
        if delta.function_call:
            deltas.add_events(self._calls.add(CallFragment(index=0, function=delta.function_call)))

    def _take_stray(self, body: str) -> None:
        """Takes a body that came in place of a stream: a whole reply as JSON, an error, a web page."""
        if not body or self.failure:
            return
        nothing_else = not (self._deltas.has_output or self._calls or self._finish_reason)
        if body.startswith("{"):
            self._take_event("", body)
            self._is_done = self._is_done or nothing_else
        elif nothing_else and not self._is_done:
            self.failure = classify(self._provider, None, body, in_stream=True)

    def _ending(self, *, has_output: bool) -> list[ModelEvent]:
        reason = _FINISH_REASONS.get(self._finish_reason.lower() or "stop", "unknown")
        if self.failure is None:
            if not (self._finish_reason or self._is_done):
                self._fail("ended the stream before the answer was whole")
            elif self._finish_reason == "error":
                self._fail("broke off the answer with an error")
            elif not (self._finish_reason or has_output or self._calls):
                self._fail("sent an empty answer")
        if self.failure is not None:
            return []
        calls = self._calls.finish(cut=reason in ("length", "contentFilter"))
        if calls and reason in ("stop", "unknown"):
            reason = "toolCalls"
        elif not calls and reason == "toolCalls":
            reason = "stop"
        return [*calls, Finished(reason)]

    def _fail(self, what: str) -> None:
        self.failure = ProviderError("providerUnavailable", f"{self._provider} {what}. Try again.", retryable=True)


def _is_bare_error(data: str) -> bool:
    """Whether an object without choices is an error that nothing wraps; `{}` is a heartbeat."""
    try:
        value = lenient_json.decode(data)
    except ValueError:
        return False
    is_named = value.get("type") == "error" or value.get("object") == "error"
    return is_named or bool(value.get("message") or value.get("detail"))
