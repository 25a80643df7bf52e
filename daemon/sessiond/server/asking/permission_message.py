"""The message that asks for leave for a call. Used by `message_questions.py`."""

from sessiond.server.asking.message import Message, paragraphs
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.asking.subject import command_beside_title, patterns_beside_title
from sessiond_protocol.messages import OfferedRule, PermissionRequest

ALLOW, REJECT = "Allow once", "Reject"
RULES_SHOWN = 3


def permission_message(request: PermissionRequest) -> Message:
    """What is asked, why, and the buttons. A message that was closed allows nothing."""
    command = command_beside_title(request)
    beside = [*([command] if command else []), *patterns_beside_title(request)]
    rejected = PermissionReplyParams(request_id=request.id, decision="rejectOnce")
    buttons = {ALLOW: PermissionReplyParams(request_id=request.id, decision="allowOnce")}
    if request.always:
        buttons[_always(request.always)] = PermissionReplyParams(request_id=request.id, decision="allowAlways")
    return Message(
        text=paragraphs([f"{request.title}?", *beside, *([request.reason] if request.reason else [])]),
        buttons={**buttons, REJECT: rejected},
        closed=rejected,
    )


def _always(rules: list[OfferedRule]) -> str:
    shown = ", ".join(f"{rule.permission} {rule.pattern}" for rule in rules[:RULES_SHOWN])
    more = f" and {len(rules) - RULES_SHOWN} more" if len(rules) > RULES_SHOWN else ""
    return f"Always allow {shown}{more}"
