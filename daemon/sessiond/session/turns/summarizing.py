"""Begins a turn that only summarises, and tells what came of it: `session/summarize`.

Used by the manager, which holds `session.starting` meanwhile, as for a prompt.
"""

import msgspec

from sessiond.engine.compaction.summarizing import Summarizing
from sessiond.session.queue.prompts import sealing
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.session.transcript import last_answer
from sessiond.session.turns.prompting import Attach
from sessiond.session.turns.running import RunningTurns, Turn
from sessiond.session.turns.workplace import Workplaces
from sessiond.tools.editor import Editor
from sessiond_protocol import events as e
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatParams, SummarizeParams, SummarizeResult


class SummaryTurn:
    """A turn that summarises, as the one who asked for it sees it."""

    queue_id: None = None
    """It never waits."""

    def __init__(self, session: Session, turn: Turn, work: Summarizing) -> None:
        self.session_id = session.id
        self.turn_id = turn.turn_id
        self._session = session
        self._turn = turn
        self._work = work

    async def result(self) -> SummarizeResult:
        """Waits for the end, as `Turn.result` does."""
        ended = await self._turn.result()
        return SummarizeResult(
            session_id=ended.session_id,
            turn_id=ended.turn_id,
            message=last_answer(self._session.transcript, ended.turn_id, summary=True),
            tokens_before=self._work.tokens_before,
            tokens_after=self._work.tokens,
            stop_reason=ended.stop_reason,
            usage=ended.usage,
            cost=ended.cost,
            error=ended.error,
        )


class SummaryTurns:
    def __init__(self, workplaces: Workplaces, turns: RunningTurns, attach: Attach) -> None:
        self._workplaces = workplaces
        self._turns = turns
        self._attach = attach

    async def begin(
        self, session: Session, params: SummarizeParams, subscriber: Subscriber | None, editor: Editor
    ) -> SummaryTurn:
        """Raises RpcError, also where there is nothing to summarise; then nothing has been recorded."""
        await self._turns.end_left_over(session)
        self._turns.refuse_when_busy(session)
        planner = (await self._workplaces.of(session.directory)).planner
        plan = await planner.plan(ChatParams(model=params.model), session.transcript.session, editor)
        plan = msgspec.structs.replace(plan, kind="summarize", instructions=params.instructions)
        work = Summarizing(session, plan)
        if not work.has_work():
            raise RpcError.of_kind("invalidRequest", NOTHING, field="sessionId")
        self._attach(session, subscriber)
        started = e.TurnStarted(turn_id=plan.turn_id, kind="summarize", model=plan.model.id)
        await session.record_from(lambda transcript: [started, *sealing(transcript)], sync=True)
        return SummaryTurn(session, await self._turns.begin(session, plan), work)


NOTHING = "There is nothing to summarise: the session has no messages yet, or its newest summary says it all."
