"""The script of the scripted provider: model steps in a file, one JSON object a line.

`docs/scripted-provider.md` explains the form to plugin authors. Here it is read and checked, and
the step of a request is chosen; `provider.py` plays it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec

from sessiond.providers.base import ModelRequest, ProviderError
from sessiond_protocol.errors import ERROR_KINDS
from sessiond_protocol.messages import FinishReason, Message, TextPart, ToolPart, Usage
from sessiond_protocol.wire import to_json

Positive = Annotated[int, msgspec.Meta(ge=1)]
Rate = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
BYTES_A_TOKEN = 4


class _Line(msgspec.Struct, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """Unknown keys are mistakes in a script, and are said."""


class ScriptedCall(_Line):
    """A tool call; `arguments_text` stands in for `arguments` when the model is to write nonsense."""

    name: str
    arguments: dict[str, Any] = {}
    arguments_text: str | None = None
    id: str | None = None


class ScriptedError(_Line):
    """A failure by kind of the protocol. `times`: only so often per request, then the step goes on.

    `chance`: only in this share of the tries, by random numbers that are the same for the same `seed`.
    """

    kind: str
    message: str | None = None
    retryable: bool = False
    retry_after_ms: int | None = None
    times: Positive | None = None
    chance: Share | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ERROR_KINDS:
            raise ValueError(f"`{self.kind}` is no error kind; the kinds are {', '.join(ERROR_KINDS)}")


class Action(_Line):
    """What a step does, in this order; each field may be left out."""

    wait_for: str | None = None
    reasoning: str | None = None
    signature: str | None = None
    text: str | None = None
    repeat: Positive = 1
    deltas_per_second: Rate | None = None
    tool_calls: list[ScriptedCall] = []
    error: ScriptedError | None = None
    hang: bool = False
    cut: bool = False


class Step(Action):
    """One line: an action, then those of `play`, then usage and the finish.

    `context`: tokens that the model takes; a longer request is refused, and usage is counted where none is given.
    `requires`: what the request must hold somewhere, or it is refused.
    """

    expect: str | None = None
    context: Positive | None = None
    requires: list[str] = []
    play: list[Action] = []
    usage: Usage | None = None
    finish: FinishReason | None = None

    def actions(self) -> list[Action]:
        return [self, *self.play]


_decoder = msgspec.json.Decoder(Step)


def read_script(path: Path) -> list[Step]:
    """Raises ProviderError `invalidRequest`, naming file and line, for a script that cannot be played."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise _bad(f"The script {path} cannot be read: {error.strerror}.") from error
    steps = [_step(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not any(step.expect is None for step in steps):
        raise _bad(f"The script {path} has no step without `expect`; it needs one to play by default.")
    return steps


def _step(path: Path, number: int, line: bytes) -> Step:
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _bad(f"The script {path} is wrong in line {number}: {error}. See docs/scripted-provider.md.") from error


def _bad(message: str) -> ProviderError:
    return ProviderError("invalidRequest", message)


def choose_step(steps: list[Step], request: ModelRequest) -> Step:
    """The first step whose `expect` is in the newest input, else the one in turn.

    Turns are counted by the assistant messages of the request, over the steps without `expect`;
    after the last one it starts over. So the choice has no state and sessions can share a script.
    """
    newest = _newest_input(request.messages)
    for step in steps:
        if step.expect is not None and step.expect in newest:
            return step
    in_turn = [step for step in steps if step.expect is None]
    return in_turn[position(request) % len(in_turn)]


def refusal(step: Step, request: ModelRequest) -> ProviderError | None:
    """Why the model of this line does not take the request."""
    texts = list(_texts(request))
    size = tokens(texts)
    if step.context is not None and size > step.context:
        return ProviderError("contextOverflow", f"The request has {size} tokens; the model takes {step.context}.")
    missing = [required for required in step.requires if not any(required in text for text in texts)]
    return _bad(f"The script requires {missing[0]!r} in the request, and it is not there.") if missing else None


def counted(step: Step, request: ModelRequest) -> Usage:
    """The usage that a line with `context` has where it says none."""
    said = [action.text * action.repeat for action in step.actions() if action.text]
    calls = [to_json(call.arguments).decode() for action in step.actions() for call in action.tool_calls]
    return Usage(input=tokens(list(_texts(request))), output=tokens(said + calls))


def tokens(texts: list[str]) -> int:
    """By a tokenizer of one token for four bytes."""
    return sum(len(text.encode("utf-8", "replace")) for text in texts) // BYTES_A_TOKEN


def _texts(request: ModelRequest) -> Iterator[str]:
    yield from request.system
    for tool in request.tools:
        yield from (tool.name, tool.description, to_json(tool.parameters).decode())
    for message in request.messages:
        for part in message.parts:
            if isinstance(part, TextPart):
                yield part.text
            elif isinstance(part, ToolPart):
                yield from (part.name, to_json(part.state.input).decode())
                yield from (part.state.output or "", part.state.error or "")


def position(request: ModelRequest) -> int:
    return sum(message.role == "assistant" for message in request.messages)


def _newest_input(messages: tuple[Message, ...]) -> str:
    """The text of the last prompt, or the results of the last step's calls."""
    if not messages:
        return ""
    texts: list[str] = []
    for part in messages[-1].parts:
        if isinstance(part, TextPart) and messages[-1].role == "user":
            texts.append(part.text)
        elif isinstance(part, ToolPart):
            texts += [part.state.output or "", part.state.error or ""]
    return "\n".join(texts)
