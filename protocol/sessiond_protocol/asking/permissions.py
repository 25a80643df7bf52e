"""Questions about tool calls, their answers, and the rules that always-answers leave.

Parameters and results of `permission/…`; `methods.py` has the table.
"""

from typing import Literal

from sessiond_protocol.messages import Decision, PermissionRequest
from sessiond_protocol.wire import Value, Wire


class PermissionListParams(Value, frozen=True):
    session_id: str | None = None


class PermissionListResult(Wire):
    permissions: list[PermissionRequest]


class PermissionReplyParams(Value, frozen=True):
    request_id: str
    decision: Literal["allowOnce", "allowAlways", "rejectOnce", "rejectAlways"]
    feedback: str | None = None
    """Given to the model with a refusal."""


class PermissionReplyResult(Wire):
    request_id: str
    decision: Decision


class SavedRule(Value, frozen=True):
    """A rule that an answer has saved: bound to a directory, never stronger than a configured `deny`."""

    id: str
    directory: str
    permission: str
    pattern: str
    verdict: Literal["allow", "deny"]


class RulesResult(Wire):
    rules: list[SavedRule]


class RemoveRuleParams(Value, frozen=True):
    id: str
