"""Every method of the protocol: its name, parameters and result in one table.

The server validates and dispatches by this table, and the OpenRPC document is made from it.
"""

from typing import Literal, TypeAlias

import msgspec

from sessiond_protocol.asking.permissions import (
    PermissionListParams,
    PermissionListResult,
    PermissionReplyParams,
    PermissionReplyResult,
    RemoveRuleParams,
    RulesResult,
)
from sessiond_protocol.asking.questions import (
    QuestionListParams,
    QuestionListResult,
    QuestionReplyParams,
    QuestionReplyResult,
)
from sessiond_protocol.course import branches
from sessiond_protocol.course import queue as queues
from sessiond_protocol.course.subscribing import SubscribeParams, SubscribeResult
from sessiond_protocol.keeping.documents import ExportParams, ExportResult, ImportParams
from sessiond_protocol.keeping.pruning import PruneParams, PruneResult
from sessiond_protocol.keeping.usage import UsageResult
from sessiond_protocol.mcp import (
    McpConnectParams,
    McpDisconnectParams,
    McpListParams,
    McpListResult,
    McpLogsParams,
    McpLogsResult,
    McpResourcesParams,
    McpResourcesResult,
    McpServer,
)
from sessiond_protocol.messages import (
    Failure,
    Message,
    Session,
    StopReason,
    Usage,
)
from sessiond_protocol.models import (
    DirectoryParams,
    ModelListResult,
    ProviderListResult,
    SetKeyParams,
    SetKeyResult,
)
from sessiond_protocol.projects import InitProjectParams, ProjectParams, ProjectStatus, TrustParams
from sessiond_protocol.serving.lifecycle import StatusResult, StopParams, StopResult
from sessiond_protocol.tools import CommandListParams, CommandListResult, TodosResult, ToolListResult
from sessiond_protocol.watching import WatchParams
from sessiond_protocol.wire import Money, NoParams, Value, Wire


class SessionParams(Value, frozen=True):
    session_id: str


class CreateParams(Value, frozen=True):
    directory: str | None = None
    """An absolute path; the client's root or the engine's working directory when left out."""
    title: str | None = None
    parent_id: str | None = None
    model: str | None = None
    idempotency_key: str | None = None
    """A second call with the same key gets the session that the first one made."""


class ListParams(Value, frozen=True):
    directory: str | None = None
    search: str | None = None
    """Words of the title, the prompts or the answers; every word must be there."""
    parent_id: str | None = None
    archived: bool = False
    limit: int = 50
    cursor: str | None = None


class ListResult(Wire):
    sessions: list[Session]
    next_cursor: str | None = None


class MessagesParams(Value, frozen=True):
    session_id: str
    limit: int = 50
    before: str | None = None
    """The `nextCursor` of a newer page."""


class MessagesResult(Wire):
    messages: list[Message]
    """In the order of the conversation; the newest page comes first."""
    next_cursor: str | None = None


class TextInput(Value, frozen=True, tag_field="type", tag="text"):
    text: str


class FileInput(Value, frozen=True, tag_field="type", tag="file"):
    media_type: str
    uri: str
    name: str | None = None


PromptPart: TypeAlias = TextInput | FileInput


class CommandInput(Value, frozen=True):
    name: str
    arguments: str = ""


class ChatParams(Value, frozen=True):
    session_id: str | None = None
    """Left out: a session is made."""
    parts: list[PromptPart] | None = None
    text: str | None = None
    command: CommandInput | None = None
    message_id: str | None = None
    """Makes the call idempotent: the prompt's message bears this id, and a second call joins the first."""
    model: str | None = None
    system: list[str] | None = None
    """Stands in for the provider's prompt text; environment and instructions stay."""
    tools: list[str] | None = None
    max_steps: int | None = None
    when_busy: Literal["reject", "queue", "steer"] = "reject"
    """While a turn runs: refuse, wait for its end, or go into it at its next step."""
    respond: Literal["ended", "accepted"] = "ended"
    directory: str | None = None
    """For the session that is made when `sessionId` is left out."""


class ChatResult(Wire, omit_defaults=False):
    session_id: str
    turn_id: str
    message: Message | None
    """The last message of the turn; `null` when it ended before the model was asked."""
    stop_reason: StopReason
    usage: Usage
    cost: Money | None
    error: Failure | msgspec.UnsetType = msgspec.UNSET


class ChatAccepted(Wire):
    """The answer with `respond: "accepted"`: the turn that has begun, or the place in the queue."""

    session_id: str
    turn_id: str | None = None
    queue_id: str | None = None
    """The id that the prompt's message will bear."""


class SummarizeParams(Value, frozen=True):
    session_id: str
    model: str | None = None
    """Who writes the summary; left out, as for a prompt."""
    instructions: str | None = None
    """What the summary is to heed, such as what the work goes on with."""
    respond: Literal["ended", "accepted"] = "ended"


class SummarizeResult(ChatResult, omit_defaults=False, kw_only=True):
    """`message` is the turn's last summary; tokens are those of the context, estimated."""

    tokens_before: int
    tokens_after: int


class AbortParams(Value, frozen=True):
    session_id: str
    turn_id: str | None = None


class AbortResult(Wire):
    aborted: bool
    turn_id: str | None = None


class UpdateParams(Value, frozen=True):
    session_id: str
    title: str | None = None
    archived: bool | None = None
    model: str | None = None


class MessageParams(Value, frozen=True):
    session_id: str
    message_id: str


class Method(msgspec.Struct, frozen=True):
    """One row of the table."""

    params: type
    result: type | tuple[type, ...]
    """Several where a parameter chooses the form."""
    summary: str


METHODS: dict[str, Method] = {
    "session/create": Method(CreateParams, Session, "Makes a session; the caller is subscribed to it."),
    "session/list": Method(ListParams, ListResult, "Lists sessions, newest first, children left out by default."),
    "session/get": Method(SessionParams, Session, "Gets a session."),
    "session/messages": Method(MessagesParams, MessagesResult, "Pages through a conversation, newest page first."),
    "session/subscribe": Method(SubscribeParams, SubscribeResult, "Sends a session's events from a point on."),
    "session/unsubscribe": Method(SessionParams, NoParams, "Stops sending events; the turn goes on."),
    "session/chat": Method(ChatParams, (ChatResult, ChatAccepted), "Prompts; answers when the turn has ended."),
    "session/abort": Method(AbortParams, AbortResult, "Stops the running turn; idempotent, always answered."),
    "session/initProject": Method(
        InitProjectParams, (ChatResult, ChatAccepted), "Prompts for a survey of the project and its AGENTS.md."
    ),
    "session/summarize": Method(SummarizeParams, (SummarizeResult, ChatAccepted), "Compacts a conversation."),
    "session/update": Method(UpdateParams, Session, "Changes title, model or archived."),
    "session/fork": Method(branches.ForkParams, Session, "Makes a session of another's messages up to one of them."),
    "session/revert": Method(branches.RevertParams, branches.RevertResult, "Takes back all from one message on."),
    "session/unrevert": Method(
        branches.UnrevertParams, branches.RevertResult, "Brings it again, until a prompt seals it."
    ),
    "session/delete": Method(SessionParams, NoParams, "Deletes a session for good."),
    "session/usage": Method(SessionParams, UsageResult, "Totals of tokens and cost, by kind of work and by model."),
    "session/export": Method(ExportParams, ExportResult, "Gives a session and its children as a document."),
    "session/import": Method(ImportParams, Session, "Takes in what was exported as JSON, whole or not at all."),
    "session/children": Method(SessionParams, ListResult, "Lists the sessions that tasks of this one made."),
    "session/todos": Method(SessionParams, TodosResult, "Gets the session's list of what is to be done."),
    "queue/list": Method(queues.QueueParams, queues.QueueResult, "Lists the prompts that wait."),
    "queue/update": Method(queues.QueueUpdateParams, queues.QueueResult, "Changes a prompt that waits."),
    "queue/remove": Method(queues.QueueRemoveParams, queues.QueueResult, "Withdraws a prompt that waits."),
    "queue/reorder": Method(queues.QueueReorderParams, queues.QueueResult, "Says which of them come first."),
    "queue/resume": Method(queues.QueueParams, queues.QueueResult, "Lets a queue that is held go on."),
    "sessions/watch": Method(WatchParams, NoParams, "Tells of every change in the list of sessions from now on."),
    "sessions/unwatch": Method(WatchParams, NoParams, "Tells no more of it."),
    "sessions/prune": Method(PruneParams, PruneResult, "Deletes what is old for good, and shrinks the database."),
    "message/get": Method(MessageParams, Message, "Gets one message."),
    "permission/list": Method(PermissionListParams, PermissionListResult, "Lists the questions that wait."),
    "permission/reply": Method(PermissionReplyParams, PermissionReplyResult, "Answers one; the first answer wins."),
    "permission/rules": Method(DirectoryParams, RulesResult, "Lists the rules that always-answers have saved."),
    "permission/removeRule": Method(RemoveRuleParams, NoParams, "Removes one of them."),
    "question/list": Method(QuestionListParams, QuestionListResult, "Lists what tools and MCP servers wait to know."),
    "question/reply": Method(QuestionReplyParams, QuestionReplyResult, "Answers one; the first answer wins."),
    "project/status": Method(ProjectParams, ProjectStatus, "Says what of a project's own config waits for trust."),
    "project/trust": Method(TrustParams, ProjectStatus, "Trusts a project's config as it stands now, or no more."),
    "tool/list": Method(DirectoryParams, ToolListResult, "Lists the tools in the order that models see."),
    "command/list": Method(CommandListParams, CommandListResult, "Lists the commands that prompts can name."),
    "mcp/list": Method(McpListParams, McpListResult, "Says how each MCP server is, and why."),
    "mcp/connect": Method(McpConnectParams, McpServer, "Starts an MCP server, or starts it anew."),
    "mcp/disconnect": Method(McpDisconnectParams, McpServer, "Stops one; it stays so until `mcp/connect`."),
    "mcp/logs": Method(McpLogsParams, McpLogsResult, "Gets what one has written to stderr."),
    "mcp/resources": Method(McpResourcesParams, McpResourcesResult, "Lists what servers have to attach to a prompt."),
    "model/list": Method(DirectoryParams, ModelListResult, "Lists models with limits and prices."),
    "provider/list": Method(DirectoryParams, ProviderListResult, "Lists providers, usable or why not."),
    "provider/setKey": Method(SetKeyParams, SetKeyResult, "Keeps an API key in the system keyring or a 0600 file."),
    "server/status": Method(NoParams, StatusResult, "Says how the engine is."),
    "server/stop": Method(StopParams, StopResult, "Ends the engine, for all of its clients, once it is idle or now."),
}

ALIASES: dict[str, str] = {"chat": "session/chat", "abort": "session/abort", "summarize": "session/summarize"}
