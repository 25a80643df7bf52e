"""What one client may do with sessions: make, find, list, open and delete them, begin and abort turns.

Called by the faces, one method for each of the protocol; a client brings its own places to work in. Raises RpcError for
a caller's errors. What all clients share is in `keeper.py`.
"""

from contextlib import suppress
from pathlib import Path

from sessiond.config.project import existing_directory
from sessiond.session.family.children import children_of
from sessiond.session.keeper import Keeper
from sessiond.session.made.new_session import check_title
from sessiond.session.pages import message_page
from sessiond.session.spending.report import usage_of
from sessiond.session.subscribers import Subscriber
from sessiond.session.subscription import Subscription, subscribe
from sessiond.session.turns.filling import needs_filling
from sessiond.session.turns.prompt import check_prompt
from sessiond.session.turns.queueing import Queued
from sessiond.session.turns.running import Turn
from sessiond.session.turns.summarizing import SummaryTurn, SummaryTurns
from sessiond.session.turns.workplace import Workplaces
from sessiond.tools.editor import Editor
from sessiond.uncancelled import uncancelled
from sessiond_protocol import messages as wire
from sessiond_protocol.asking.permissions import (
    PermissionListResult,
    PermissionReplyParams,
    PermissionReplyResult,
)
from sessiond_protocol.asking.questions import QuestionListResult, QuestionReplyParams, QuestionReplyResult
from sessiond_protocol.errors import RpcError
from sessiond_protocol.keeping.usage import UsageResult
from sessiond_protocol.methods import (
    AbortResult,
    ChatParams,
    CreateParams,
    InitProjectParams,
    ListParams,
    ListResult,
    MessagesParams,
    MessagesResult,
    SubscribeParams,
    SummarizeParams,
    UpdateParams,
)
from sessiond_protocol.tools import TodosResult

LONGEST_PAGE = 500


class SessionManager:
    def __init__(self, keeper: Keeper, workplaces: Workplaces, directory: str) -> None:
        """`directory`: where sessions are made unless told otherwise."""
        self.keeper = keeper
        self.queues = keeper.queues
        self.exchange = keeper.exchange
        self.old = keeper.old
        self.reverting = keeper.reverting
        self.forking = keeper.forking
        self.titles = keeper.titles
        self.rules, self.remove_rule = keeper.permissions.rules, keeper.permissions.remove_rule
        """What always-answers have saved."""
        self._workplaces = workplaces
        self._directory = directory
        self._library = keeper.library
        self._prompting = keeper.prompting(workplaces)
        self._summaries = SummaryTurns(workplaces, keeper.turns, keeper.attach)

    async def create(self, params: CreateParams, subscriber: Subscriber | None = None) -> wire.Session:
        """Makes a session; the subscriber hears of it from its first event on."""
        directory = existing_directory(params.directory or self._directory)
        planner = (await self._workplaces.of(directory)).planner
        return await self.keeper.making.make(params, directory, planner, subscriber)

    async def get(self, session_id: str) -> wire.Session:
        return await self._library.row(session_id)

    async def list(self, params: ListParams) -> ListResult:
        page = await self.keeper.store.sessions(
            directory=None if params.directory is None else str(Path(params.directory)),
            search=params.search,
            parent_id=params.parent_id,
            archived=params.archived,
            limit=max(1, min(params.limit, LONGEST_PAGE)),
            cursor=params.cursor,
        )
        return ListResult(sessions=page.sessions, next_cursor=page.next_cursor)

    async def children(self, session_id: str) -> ListResult:
        await self._library.row(session_id)
        return ListResult(sessions=await children_of(self.keeper.store, session_id))

    async def messages(self, params: MessagesParams) -> MessagesResult:
        session = await self._library.open(params.session_id)
        return message_page(session.transcript, max(1, min(params.limit, LONGEST_PAGE)), params.before)

    async def message(self, session_id: str, message_id: str) -> wire.Message:
        session = await self._library.open(session_id)
        return session.message(message_id)

    async def subscribe(self, params: SubscribeParams, subscriber: Subscriber) -> Subscription:
        session = await self._library.open(params.session_id)
        with suppress(RpcError):  # settings that are wrong are told to who prompts there; reading goes on
            (await self._workplaces.of(session.directory)).planner.expect(session.directory)
        subscription = await subscribe(session, self.keeper.store, params.after)
        for child in self._library.below(session.id):
            subscription.result.permissions += child.transcript.permissions.values()
            subscription.result.questions += child.transcript.questions.values()
        self.keeper.attach(session, subscriber)
        return subscription

    def unsubscribe(self, session_id: str, subscriber: Subscriber) -> None:
        self.keeper.detach(session_id, subscriber)

    async def chat(
        self, params: ChatParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> Turn | Queued:
        """Begins a turn, or lets the prompt wait; it is on the disk when this returns. `editor`: the client's own.

        Raises RpcError `sessionBusy {turnId}` while another turn runs, and what the prompt, the
        session or the model may be refused with; then nothing has been recorded.
        """
        self.keeper.refuse_while_closing()
        check_prompt(params)
        if params.session_id is None:
            params, session_id = await self._with_new_session(params, subscriber)
            session = await self._library.open(session_id)
        else:
            session = await self._library.open(params.session_id)
            if needs_filling(params):
                planner = (await self._workplaces.of(session.directory)).planner
                params = await planner.filled_in(params, session.directory)
        async with session.starting:  # taken at once, so that an abort sent right behind waits for the turn
            whole_view = self.keeper.editors.of_turn(editor)
            return await uncancelled(self._prompting.begin(session, params, subscriber, whole_view))

    async def _with_new_session(self, params: ChatParams, subscriber: Subscriber | None) -> tuple[ChatParams, str]:
        """The prompt, and the session that is made for it. Raises RpcError; then none has been made."""
        directory = existing_directory(params.directory or self._directory)
        workplace = await self._workplaces.of(directory)
        await workplace.planner.check(params, directory)
        params = await workplace.planner.filled_in(params, directory)
        title = self.titles.of_prompt(params)
        key = params.message_id and f"prompt {params.message_id}"  # repeated, it finds the session it has made
        made = CreateParams(directory=params.directory, title=title, model=params.model, idempotency_key=key)
        session_id = (await self.create(made, subscriber)).id
        if not (await self._library.open(session_id)).transcript.prompts:  # repeated, it has got its title
            self.titles.want(session_id, params, workplace.namer)
        return params, session_id

    async def init_project(
        self, params: InitProjectParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> Turn | Queued:
        """Begins the turn that surveys the project and writes AGENTS.md. Raises RpcError as `chat` does."""
        session = await self._library.open(params.session_id)
        own_texts = (await self._workplaces.of(session.directory)).own_texts
        return await self.chat(await self.keeper.initializing.prompt(params, own_texts), subscriber, editor)

    async def summarize(
        self, params: SummarizeParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> SummaryTurn:
        """Begins a turn that summarises. Raises RpcError as `chat` does, and where there is nothing to summarise."""
        self.keeper.refuse_while_closing()
        session = await self._library.open(params.session_id)
        async with session.starting:
            whole_view = self.keeper.editors.of_turn(editor)
            return await uncancelled(self._summaries.begin(session, params, subscriber, whole_view))

    async def abort(self, session_id: str, turn_id: str | None = None) -> AbortResult:
        """Stops the running turn and returns once it has ended. Without one it does nothing."""
        session = await self._library.open(session_id)
        async with session.starting:
            aborted = await self.keeper.turns.abort(session_id, turn_id)
        return AbortResult(aborted=aborted is not None, turn_id=aborted)

    async def update(self, params: UpdateParams) -> wire.Session:
        session = await self._library.open(params.session_id)
        if params.model is not None:
            await (await self._workplaces.of(session.directory)).planner.check_model(params.model)
        check_title(params.title)
        if params.title is not None:
            self.titles.given(session.id)
        given = {"title": params.title, "archived": params.archived, "model": params.model}
        await session.change(**{name: value for name, value in given.items() if value is not None})
        return session.transcript.session

    async def delete(self, session_id: str) -> None:
        """Deletes a session and its children for good; a running turn is aborted first."""
        await self.keeper.delete(session_id)

    async def todos(self, session_id: str) -> TodosResult:
        return TodosResult(todos=(await self._library.open(session_id)).todos)

    async def usage(self, session_id: str) -> UsageResult:
        return await usage_of(self.keeper.store, await self._library.row(session_id))

    def permissions(self, session_id: str | None) -> PermissionListResult:
        return PermissionListResult(permissions=self.keeper.permissions.waiting(session_id))

    async def reply(self, params: PermissionReplyParams, by: str) -> PermissionReplyResult:
        """Answers a permission. Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`."""
        return await self.keeper.permissions.reply(params, by)

    def questions(self, session_id: str | None) -> QuestionListResult:
        return QuestionListResult(questions=self.keeper.questions.waiting(session_id))

    def answer(self, params: QuestionReplyParams, by: str) -> QuestionReplyResult:
        """Answers a question. Raises RpcError `alreadyAnswered {by}`, `questionNotFound`, or `invalidRequest`."""
        return self.keeper.questions.reply(params, by)
