"""Keeper of all sessions: makes, finds, lists, opens and deletes them, and begins and aborts turns.

Called by the faces, one method for each of the protocol. Raises RpcError for a caller's errors.
"""

from collections.abc import Callable
from pathlib import Path

from sessiond.config.project import existing_directory
from sessiond.engine.plan import TurnPlan
from sessiond.permission.rules import SavedRules
from sessiond.session.answering.permissions import Permissions
from sessiond.session.answering.questions import Questions
from sessiond.session.asking.unanswered import Unanswered
from sessiond.session.course.forking import Forking
from sessiond.session.course.reverting import Reverting
from sessiond.session.editors import Editors
from sessiond.session.ending.recovery import recover_all
from sessiond.session.exchange.exchange import Exchange
from sessiond.session.family.children import children_of
from sessiond.session.family.delegation import Delegation
from sessiond.session.library import Library
from sessiond.session.making import Making
from sessiond.session.new_session import check_title
from sessiond.session.pages import message_page
from sessiond.session.retention.old_sessions import OldSessions
from sessiond.session.session import Session
from sessiond.session.spending.report import usage_of
from sessiond.session.subscribers import Subscriber
from sessiond.session.subscription import Subscription, subscribe
from sessiond.session.title.asking import TitleModel
from sessiond.session.title.titles import Titles
from sessiond.session.turns.initializing import Initializing
from sessiond.session.turns.planning import Planner
from sessiond.session.turns.prompt import check_prompt
from sessiond.session.turns.prompting import Prompting
from sessiond.session.turns.queueing import Queued
from sessiond.session.turns.queues import Queues
from sessiond.session.turns.running import RunningTurns, Turn
from sessiond.session.turns.summarizing import SummaryTurn, SummaryTurns
from sessiond.session.watching.watchers import Watchers
from sessiond.storage.base import Store
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
    def __init__(
        self,
        store: Store,
        planner: Planner,
        saved: SavedRules,
        unanswered: Unanswered,
        directory: Callable[[], str],
        *,
        initializing: Initializing,
        title_model: TitleModel | None = None,
    ) -> None:
        self._store = store
        self._planner = planner
        self._unanswered = unanswered
        self._directory = directory
        self.titles = Titles(title_model)
        self._initializing = initializing
        self._turns = RunningTurns(self._turn_begun, self._turn_ended)
        self._library = Library(
            store,
            unanswered,
            is_running=lambda session_id: self._turns.of(session_id) is not None,
            delegate=Delegation(store, self._turns, lambda: self._library).run,
        )
        self._permissions = Permissions(store, self._library, unanswered.permissions, saved)
        self.rules, self.remove_rule = self._permissions.rules, self._permissions.remove_rule
        """What always-answers have saved."""
        self._questions = Questions(self._library, unanswered.questions)
        self.exchange = Exchange(store, self._library)
        self.old = OldSessions(store, self._library, self.delete)
        self._summaries = SummaryTurns(planner, self._turns, self._attach)
        self.editors = Editors()
        """What the clients have open; each joins and leaves with its connection."""
        naming = self.titles.with_prompt
        self._prompting = Prompting(planner, self._turns, self._permissions, naming, self._attach, editors=self.editors)
        self.queues = Queues(self._library, self._turns, self._prompting.queueing)
        self.reverting = Reverting(store, self._library, self._turns, planner.contents, self.editors)
        self.forking = Forking(store, self._library, self._attach)
        self._making = Making(store, self._library, planner, directory, self._attach)
        self.watchers = Watchers()
        store.on_row = self.watchers.changed
        self._closing = False

    @property
    def open_sessions(self) -> int:
        return len(self._library)

    @property
    def running_turns(self) -> int:
        return len(self._turns)

    async def recover(self) -> None:
        """Ends every turn that a crash has cut off, before anyone is served."""
        await recover_all(self._store)

    async def create(self, params: CreateParams, subscriber: Subscriber | None = None) -> wire.Session:
        """Makes a session; the subscriber hears of it from its first event on."""
        return await self._making.make(params, subscriber)

    async def get(self, session_id: str) -> wire.Session:
        return await self._library.row(session_id)

    async def list(self, params: ListParams) -> ListResult:
        page = await self._store.sessions(
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
        return ListResult(sessions=await children_of(self._store, session_id))

    async def messages(self, params: MessagesParams) -> MessagesResult:
        session = await self._library.open(params.session_id)
        return message_page(session.transcript, max(1, min(params.limit, LONGEST_PAGE)), params.before)

    async def message(self, session_id: str, message_id: str) -> wire.Message:
        session = await self._library.open(session_id)
        return session.message(message_id)

    async def subscribe(self, params: SubscribeParams, subscriber: Subscriber) -> Subscription:
        session = await self._library.open(params.session_id)
        self._planner.expect(session.directory)
        subscription = await subscribe(session, self._store, params.after)
        for child in self._library.below(session.id):
            subscription.result.permissions += child.transcript.permissions.values()
            subscription.result.questions += child.transcript.questions.values()
        self._attach(session, subscriber)
        return subscription

    def unsubscribe(self, session_id: str, subscriber: Subscriber) -> None:
        if session := self._library.in_memory(session_id):
            session.subscribers.discard(subscriber)
            self._library.let_go()
            self._unanswered.audience_changed()

    def audience_changed(self) -> None:
        """A client that listens can no longer answer questions."""
        self._unanswered.audience_changed()

    def leave(self, subscriber: Subscriber) -> None:
        """Ends all of a subscriber's subscriptions: its connection is gone."""
        self._library.leave(subscriber)
        self._unanswered.audience_changed()

    async def chat(
        self, params: ChatParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> Turn | Queued:
        """Begins a turn, or lets the prompt wait; it is on the disk when this returns. `editor`: the client's own.

        Raises RpcError `sessionBusy {turnId}` while another turn runs, and what the prompt, the
        session or the model may be refused with; then nothing has been recorded.
        """
        self._refuse_while_closing()
        check_prompt(params)
        if params.session_id is None:
            directory = existing_directory(params.directory or self._directory())
            await self._planner.check(params, directory)
            params = await self._planner.filled_in(params, directory)
            title = self.titles.of_prompt(params)
            key = params.message_id and f"prompt {params.message_id}"  # repeated, it finds the session it has made
            made = CreateParams(directory=params.directory, title=title, model=params.model, idempotency_key=key)
            session = await self._library.open((await self.create(made, subscriber)).id)
            if not session.transcript.prompts:  # repeated, it has got its title
                self.titles.want(session.id, params)
        else:
            session = await self._library.open(params.session_id)
            params = await self._planner.filled_in(params, session.directory)
        async with session.starting:  # taken at once, so that an abort sent right behind waits for the turn
            return await uncancelled(self._prompting.begin(session, params, subscriber, self.editors.of_turn(editor)))

    async def init_project(
        self, params: InitProjectParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> Turn | Queued:
        """Begins the turn that surveys the project and writes AGENTS.md. Raises RpcError as `chat` does."""
        return await self.chat(await self._initializing.prompt(params), subscriber, editor)

    async def summarize(
        self, params: SummarizeParams, subscriber: Subscriber | None = None, editor: Editor | None = None
    ) -> SummaryTurn:
        """Begins a turn that summarises. Raises RpcError as `chat` does, and where there is nothing to summarise."""
        self._refuse_while_closing()
        session = await self._library.open(params.session_id)
        async with session.starting:
            return await uncancelled(self._summaries.begin(session, params, subscriber, self.editors.of_turn(editor)))

    async def abort(self, session_id: str, turn_id: str | None = None) -> AbortResult:
        """Stops the running turn and returns once it has ended. Without one it does nothing."""
        session = await self._library.open(session_id)
        async with session.starting:
            aborted = await self._turns.abort(session_id, turn_id)
        return AbortResult(aborted=aborted is not None, turn_id=aborted)

    async def update(self, params: UpdateParams) -> wire.Session:
        session = await self._library.open(params.session_id)
        if params.model is not None:
            await self._planner.check_model(params.model)
        check_title(params.title)
        if params.title is not None:
            self.titles.given(session.id)
        given = {"title": params.title, "archived": params.archived, "model": params.model}
        await session.change(**{name: value for name, value in given.items() if value is not None})
        return session.transcript.session

    async def delete(self, session_id: str) -> None:
        """Deletes a session and its children for good; a running turn is aborted first."""
        session = await self._library.open(session_id)
        async with session.starting:
            await self._turns.abort(session_id, None)  # and with it what its tasks run in children
            for child in await children_of(self._store, session_id):
                await self.delete(child.id)
            await session.delete()
            self.titles.forget(session_id)
            self._library.forget(session_id)

    async def todos(self, session_id: str) -> TodosResult:
        return TodosResult(todos=(await self._library.open(session_id)).todos)

    async def usage(self, session_id: str) -> UsageResult:
        return await usage_of(self._store, await self._library.row(session_id))

    def permissions(self, session_id: str | None) -> PermissionListResult:
        return PermissionListResult(permissions=self._permissions.waiting(session_id))

    async def reply(self, params: PermissionReplyParams, by: str) -> PermissionReplyResult:
        """Answers a permission. Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`."""
        return await self._permissions.reply(params, by)

    def questions(self, session_id: str | None) -> QuestionListResult:
        return QuestionListResult(questions=self._questions.waiting(session_id))

    def answer(self, params: QuestionReplyParams, by: str) -> QuestionReplyResult:
        """Answers a question. Raises RpcError `alreadyAnswered {by}`, `questionNotFound`, or `invalidRequest`."""
        return self._questions.reply(params, by)

    async def close(self, *, abort: bool) -> None:
        """Takes no more prompts; waits for the turns that run, aborting them if wanted."""
        self._closing = True
        await self._prompting.queueing.close()
        await self._turns.finish(abort=abort)
        await self.titles.close()
        await self._initializing.close()

    def _attach(self, session: Session, subscriber: Subscriber | None) -> None:
        if subscriber is not None:
            session.subscribers.add(subscriber)
            self._library.keep(session)
            self._unanswered.audience_changed()

    def _turn_begun(self, plan: TurnPlan) -> None:
        self.titles.traffic.begun(plan.turn_id, plan.model.provider)

    def _turn_ended(self, session: Session, plan: TurnPlan) -> None:
        self.titles.traffic.ended(plan.turn_id)
        self._initializing.turn_ended(session, plan)
        if not self._closing:
            self.titles.turn_ended(session)
        self._prompting.queueing.go_on(session)
        self._library.let_go()

    def _refuse_while_closing(self) -> None:
        if self._closing:
            raise RpcError.of_kind("shuttingDown", "The engine is shutting down and takes no more prompts.")
