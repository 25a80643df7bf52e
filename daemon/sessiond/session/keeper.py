"""Keeper of all sessions, one an engine: what is in memory, the turns that run, what waits, and the end of it all.

Made by `app.py` when the storage is opened. What one client may do with sessions is in `manager.py`.
"""

import asyncio
from collections.abc import Mapping

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
from sessiond.session.made.making import Making
from sessiond.session.retention.old_sessions import OldSessions
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.session.title.titles import Titles
from sessiond.session.turns.initializing import Initializing
from sessiond.session.turns.prompting import Prompting
from sessiond.session.turns.queueing import Queueing
from sessiond.session.turns.queues import Queues
from sessiond.session.turns.running import RunningTurns
from sessiond.session.turns.workplace import Workplaces
from sessiond.session.watching.watchers import Watchers
from sessiond.storage.base import Store
from sessiond.tools.changes.contents import Contents
from sessiond_protocol.course.queue import QueuedPrompt
from sessiond_protocol.errors import RpcError


class Keeper:
    def __init__(
        self, store: Store, saved: SavedRules, contents: Contents, own: Workplaces, environment: Mapping[str, str]
    ) -> None:
        """`own`: where the engine itself goes on with prompts whose client is not known any more."""
        self.store = store
        self.turns = RunningTurns(self._turn_begun, self._turn_ended)
        self._unanswered = Unanswered()
        self.library = Library(
            store,
            self._unanswered,
            is_running=lambda session_id: self.turns.of(session_id) is not None,
            delegate=Delegation(store, self.turns, lambda: self.library).run,
        )
        self.permissions = Permissions(store, self.library, self._unanswered.permissions, saved)
        self.questions = Questions(self.library, self._unanswered.questions)
        self.editors = Editors()
        """What the clients have open; each joins and leaves with its connection."""
        self.titles = Titles()
        self.initializing = Initializing(environment)
        self.queueing = Queueing(self.turns, self._begin_left_over)
        self.queues = Queues(self.library, self.turns, self.queueing)
        self.making = Making(store, self.library, self.attach)
        self.forking = Forking(store, self.library, self.attach)
        self.reverting = Reverting(store, self.library, self.turns, contents, self.editors)
        self.exchange = Exchange(store, self.library)
        self.old = OldSessions(store, self.library, self.delete)
        self.watchers = Watchers()
        store.on_row = self.watchers.changed
        self._own_prompting = self.prompting(own)
        self._closing = False

    def prompting(self, workplaces: Workplaces) -> Prompting:
        """For the prompts of one client, which are worked on in its places."""
        turns, naming, attach = self.turns, self.titles.with_prompt, self.attach
        return Prompting(workplaces, turns, self.permissions, self.queueing, naming=naming, attach=attach)

    async def recover(self) -> None:
        """Ends every turn that a crash has cut off, before anyone is served."""
        await recover_all(self.store)

    async def delete(self, session_id: str) -> None:
        """Deletes a session and its children for good; a running turn is aborted first."""
        session = await self.library.open(session_id)
        async with session.starting:
            await self.turns.abort(session_id, None)  # and with it what its tasks run in children
            for child in await children_of(self.store, session_id):
                await self.delete(child.id)
            await session.delete()
            self.titles.forget(session_id)
            self.library.forget(session_id)

    def attach(self, session: Session, subscriber: Subscriber | None) -> None:
        """Makes a client hear of a session from now on."""
        if subscriber is not None:
            session.subscribers.add(subscriber)
            self.library.keep(session)
            self._unanswered.audience_changed()

    def detach(self, session_id: str, subscriber: Subscriber) -> None:
        if session := self.library.in_memory(session_id):
            session.subscribers.discard(subscriber)
            self.library.let_go()
            self._unanswered.audience_changed()

    def audience_changed(self) -> None:
        """A client that listens can no longer answer questions."""
        self._unanswered.audience_changed()

    def leave(self, subscriber: Subscriber) -> None:
        """Ends all of a subscriber's subscriptions: its connection is gone."""
        self.library.leave(subscriber)
        self._unanswered.audience_changed()

    def refuse_while_closing(self) -> None:
        """Raises RpcError `shuttingDown`."""
        if self._closing:
            raise RpcError.of_kind("shuttingDown", "The engine is shutting down and takes no more prompts.")

    async def quiet(self) -> None:
        """Returns once no turn runs and no queue goes on, without any wait where that is so."""
        while at_work := [*self.turns.at_work, *self.queueing.at_work]:
            await asyncio.wait(at_work, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, *, abort: bool) -> None:
        """Takes no more prompts; waits for the turns that run, aborting them if wanted."""
        self._closing = True
        await self.queueing.close()
        await self.turns.finish(abort=abort)
        await self.titles.close()
        await self.initializing.close()

    async def _begin_left_over(self, session: Session, prompt: QueuedPrompt) -> None:
        await self._own_prompting.begin_queued(session, prompt, self.editors.of_turn(None))

    def _turn_begun(self, plan: TurnPlan) -> None:
        self.titles.traffic.begun(plan.turn_id, plan.model.provider)

    def _turn_ended(self, session: Session, plan: TurnPlan) -> None:
        self.titles.traffic.ended(plan.turn_id)
        self.initializing.turn_ended(session, plan)
        if not self._closing:
            self.titles.turn_ended(session)
        self.queueing.go_on(session)
        self.library.let_go()
