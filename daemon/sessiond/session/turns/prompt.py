"""The user's message of a prompt, from what `session/chat` was given."""

from typing import TypeAlias

from sessiond.engine.identifiers import new_id, now
from sessiond_protocol.course.queue import QueuedPrompt, QueueMode
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import FilePart, Message, TextPart
from sessiond_protocol.methods import ChatParams, FileInput, TextInput

MAX_ID = 128

PromptPart: TypeAlias = TextPart | FilePart


def user_message(params: ChatParams, session_id: str, turn_id: str) -> Message:
    """Raises RpcError for an empty prompt or an id that cannot be one."""
    return Message(
        id=params.message_id or new_id("msg"),
        session_id=session_id,
        turn_id=turn_id,
        role="user",
        parts=[*prompt_parts(params)],
        created_at=now(),
    )


def queued_prompt(params: ChatParams, mode: QueueMode) -> QueuedPrompt:
    """A prompt that has to wait."""
    return QueuedPrompt(
        id=params.message_id or new_id("msg"),
        parts=prompt_parts(params),
        mode=mode,
        created_at=now(),
        model=params.model,
        system=params.system,
        tools=params.tools,
        max_steps=params.max_steps,
    )


def asked_with(prompt: QueuedPrompt) -> ChatParams:
    """What the turn of a prompt that has waited is to be made with."""
    return ChatParams(model=prompt.model, system=prompt.system, tools=prompt.tools, max_steps=prompt.max_steps)


def check_prompt(params: ChatParams) -> None:
    """Raises RpcError for what no session could take, before anything is made or recorded."""
    if params.message_id is not None and not 0 < len(params.message_id) <= MAX_ID:
        raise _invalid("messageId", f"`messageId` must have 1 to {MAX_ID} characters.")
    if params.max_steps is not None and params.max_steps < 1:
        raise _invalid("maxSteps", "`maxSteps` must be 1 or more.")
    if params.command is None and not prompt_parts(params):
        raise _invalid("text", "The prompt is empty; give `text`, or `parts` with some text or a file.")


def prompt_parts(params: ChatParams) -> list[PromptPart]:
    """The parts of the prompt, `text` last; blank texts are left out."""
    inputs = [*(params.parts or [])]
    if params.text is not None:
        inputs.append(TextInput(text=params.text))
    return [_part(given) for given in inputs if not (isinstance(given, TextInput) and not given.text.strip())]


def _part(given: TextInput | FileInput) -> PromptPart:
    match given:
        case TextInput(text=text):
            return TextPart(id=new_id("prt"), text=text)
        case FileInput():
            return FilePart(id=new_id("prt"), media_type=given.media_type, uri=given.uri, name=given.name)


def _invalid(field: str, message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": field})
