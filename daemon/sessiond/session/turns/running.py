"""The turns that run: begins them, owns their tasks, aborts them and tells how they ended.

Held by the keeper. A turn goes on when the client that began it leaves.
"""

import asyncio
from collections.abc import Callable

from sessiond.engine.conversation import TurnOutcome
from sessiond.engine.plan import TurnPlan
from sessiond.engine.turn import run_turn
from sessiond.session.session import Session
from sessiond.session.transcript import Transcript, last_answer
from sessiond.storage.base import StorageFailed
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatResult


class Turn:
    """A turn that has begun, or one that has ended already."""

    queue_id: None = None
    """It waits no longer."""

    def __init__(self, session_id: str, turn_id: str, ended: asyncio.Future[ChatResult]) -> None:
        self.session_id = session_id
        self.turn_id = turn_id
        self._ended = ended

    async def result(self) -> ChatResult:
        """Waits for the end; waiting may be cancelled, the turn is not.

        Raises RpcError `storageFailed` when the end could not be recorded.
        """
        return await asyncio.shield(self._ended)

    def settle(self, result: ChatResult | None) -> None:
        """Tells everyone who waits; None when the end could not be recorded."""
        if result is not None:
            self._ended.set_result(result)
        else:
            self._ended.set_exception(not_recorded(self.turn_id))
            self._ended.exception()  # nobody has to wait for it


class RunningTurns:
    """At most one turn a session."""

    def __init__(self, when_begun: Callable[[TurnPlan], None], when_ended: Callable[[Session, TurnPlan], None]) -> None:
        self._when_begun = when_begun
        self._when_ended = when_ended
        self._turns: dict[str, Turn] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._roots: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    @property
    def at_work(self) -> list[asyncio.Task[None]]:
        """What is done once they have ended."""
        return list(self._tasks.values())

    @property
    def roots(self) -> set[str]:
        """Of the projects in which turns run."""
        return set(self._roots.values())

    def of(self, session_id: str) -> Turn | None:
        """The turn that runs in a session."""
        return self._turns.get(session_id)

    def refuse_when_busy(self, session: Session) -> None:
        """Raises RpcError `sessionBusy {turnId}` while a turn runs."""
        if turn := self.of(session.id):
            raise RpcError.of_kind(
                "sessionBusy",
                f"The session is busy with turn {turn.turn_id}; wait for its end or abort it.",
                turnId=turn.turn_id,
            )

    async def end_left_over(self, session: Session) -> None:
        """Ends a turn whose end the store has refused before."""
        turn_id = session.transcript.session.turn_id
        if turn_id is not None and self.of(session.id) is None:
            await session.end_turn(turn_id, TurnOutcome("interrupted"))

    def of_turn(self, session: Session, turn_id: str) -> Turn | None:
        """A turn of the session, whether it runs or has ended; None for one whose end is not on record yet."""
        running = self.of(session.id)
        return (
            running if running is not None and running.turn_id == turn_id else ended_turn(session.transcript, turn_id)
        )

    async def begin(self, session: Session, plan: TurnPlan) -> Turn:
        """Runs a turn whose start and prompt stand in the log; returns once it runs."""
        loop = asyncio.get_running_loop()
        turn = Turn(session.id, plan.turn_id, loop.create_future())
        running: asyncio.Future[None] = loop.create_future()
        task = asyncio.create_task(self._run(session, plan, turn, running), name=f"turn {plan.turn_id}")
        self._tasks[plan.turn_id] = task
        await asyncio.shield(running)
        return turn

    async def abort(self, session_id: str, turn_id: str | None) -> str | None:
        """Stops the session's turn and waits until it has ended; gives its id, or None if none ran.

        A `turn_id` that is not the running one aborts nothing.
        """
        turn = self._turns.get(session_id)
        if turn is None or turn_id not in (None, turn.turn_id):
            return None
        task = self._tasks[turn.turn_id]
        task.cancel()
        await asyncio.wait([task])
        return turn.turn_id

    async def finish(self, *, abort: bool) -> None:
        """Waits until no turn runs any more, aborting them first if wanted."""
        tasks = self.at_work
        if abort:
            for task in tasks:
                task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def _run(self, session: Session, plan: TurnPlan, turn: Turn, running: asyncio.Future[None]) -> None:
        self._turns[session.id], self._roots[plan.turn_id] = turn, plan.root
        session.unattended = plan.unattended
        running.set_result(None)
        self._when_begun(plan)
        try:
            await run_turn(session, plan)
        except (StorageFailed, asyncio.CancelledError):
            pass  # what there is to say stands in the log, or could not be put there
        finally:
            del self._turns[session.id], self._tasks[plan.turn_id], self._roots[plan.turn_id]
            turn.settle(result_of(session.transcript, plan.turn_id))
            self._when_ended(session, plan)


def result_of(transcript: Transcript, turn_id: str) -> ChatResult | None:
    """The outcome of a turn that has ended, as its log says."""
    end = transcript.ended_turns.get(turn_id)
    if end is None:
        return None
    result = ChatResult(
        session_id=transcript.session.id,
        turn_id=turn_id,
        message=last_answer(transcript, turn_id),
        stop_reason=end.stop_reason,
        usage=end.usage,
        cost=end.cost,
    )
    if end.error is not None:
        result.error = end.error
    return result


def ended_turn(transcript: Transcript, turn_id: str) -> Turn | None:
    """A turn of the past, as a caller sees it that prompts again with the same message id."""
    result = result_of(transcript, turn_id)
    if result is None:
        return None
    turn = Turn(transcript.session.id, turn_id, asyncio.get_running_loop().create_future())
    turn.settle(result)
    return turn


def not_recorded(turn_id: str) -> RpcError:
    return RpcError.of_kind(
        "storageFailed",
        f"The end of turn {turn_id} could not be recorded; it is closed as interrupted once the storage works again.",
        turnId=turn_id,
    )
