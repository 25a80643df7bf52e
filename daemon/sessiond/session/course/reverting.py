"""Takes back what came after a message: the conversation, files, or both; and brings it again. Held by the keeper.

The messages are hidden until a prompt seals it; files are put back by `restoring.py`.
"""

from collections.abc import Iterable
from pathlib import Path

from sessiond.config.project import project_root
from sessiond.session.course.fork import up_to
from sessiond.session.course.history import children, histories, notes, unnamed
from sessiond.session.course.restoring import Prepared, Restoring, Wish
from sessiond.session.editors import Editors
from sessiond.session.family.children import children_of
from sessiond.session.library import Library
from sessiond.session.queue.prompts import invalid
from sessiond.session.session import Session
from sessiond.session.transcript import Reverted, Transcript, fold_all
from sessiond.session.turns.running import RunningTurns
from sessiond.storage.base import Store
from sessiond.tools.changes.contents import Contents
from sessiond.tools.editor import Editor
from sessiond.uncancelled import uncancelled
from sessiond_protocol import events as e
from sessiond_protocol.course.branches import RevertedFile, RevertParams, RevertResult, UnrevertParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Message, Todo


class Reverting:
    def __init__(
        self, store: Store, library: Library, turns: RunningTurns, contents: Contents, editors: Editors
    ) -> None:
        self._store = store
        self._library = library
        self._turns = turns
        self._contents = contents
        self._editors = editors

    async def revert(self, params: RevertParams, editor: Editor | None = None) -> RevertResult:
        """Raises RpcError `messageNotFound`, `sessionBusy`, or `invalidRequest` where nothing is to be taken back."""
        if not params.conversation and not params.files:
            raise invalid("files", "Either `conversation` or `files` is to be taken back.")
        session = await self._library.open(params.session_id)
        async with session.starting:
            await self._turns.end_left_over(session)
            self._turns.refuse_when_busy(session)
            session.message(params.message_id)
            return await uncancelled(self._revert(session, params, editor))

    async def unrevert(self, params: UnrevertParams, editor: Editor | None = None) -> RevertResult:
        """Raises RpcError `sessionBusy`, or `invalidRequest` when nothing is taken back."""
        session = await self._library.open(params.session_id)
        async with session.starting:
            await self._turns.end_left_over(session)
            self._turns.refuse_when_busy(session)
            return await uncancelled(self._unrevert(session, params, editor))

    async def _revert(self, session: Session, params: RevertParams, editor: Editor | None) -> RevertResult:
        transcript = session.transcript
        taken = _from(transcript, params.message_id)
        hidden = len(transcript.hidden) + (len(taken) if params.conversation else 0)
        restoring = self._restoring(session, editor)
        touching = await self._with_children([*taken, *transcript.hidden.values()]) if params.files else []
        prepared = await restoring.prepared(_wishes(touching, transcript.reverted))
        result = _result(session, hidden, prepared, notes(touching))
        if params.dry_run:
            return result
        result.files = await restoring.restore(prepared)
        events: list[e.DurableEvent] = [
            e.SessionReverted(message_id=params.message_id, conversation=params.conversation, files=result.files)
        ]
        if params.conversation:
            events += _todos(transcript, await self._todos_before(session, params.message_id))
        await self._record(session, events, restoring, result.files)
        result.session = session.transcript.session
        return result

    async def _unrevert(self, session: Session, params: UnrevertParams, editor: Editor | None) -> RevertResult:
        transcript = session.transcript
        if transcript.reverted is None:
            raise invalid("sessionId", "Nothing is taken back, or a prompt has sealed it.")
        restoring = self._restoring(session, editor)
        prepared = await restoring.prepared(_back(transcript.reverted.files.values()))
        result = _result(session, 0, prepared, [])
        if params.dry_run:
            return result
        result.files = await restoring.restore(prepared)
        todos = _todos(transcript, transcript.reverted.todos)
        await self._record(session, [e.SessionUnreverted(files=result.files), *todos], restoring, result.files)
        result.session = session.transcript.session
        return result

    async def _record(
        self, session: Session, events: list[e.DurableEvent], restoring: Restoring, files: list[RevertedFile]
    ) -> None:
        try:
            await session.record(*events, sync=True)
        except RpcError:  # what is not on record has not happened
            await restoring.restore(await restoring.prepared(_back(files)))
            raise
        session.look_again()

    def _restoring(self, session: Session, editor: Editor | None) -> Restoring:
        return Restoring(self._contents, self._editors.of_turn(editor), project_root(session.directory))

    async def _with_children(self, messages: list[Message]) -> list[Message]:
        """These messages and all of the sessions that their tasks ran in."""
        found = list(messages)
        for session_id in [*children(messages), *await self._of_stopped_tasks(messages)]:
            row = await self._store.session(session_id)
            if row is not None:
                log = fold_all(Transcript(row), await self._store.events(session_id))
                found += await self._with_children(list(log.messages.values()))
        return found

    async def _of_stopped_tasks(self, messages: list[Message]) -> list[str]:
        """The sessions that were made while such tasks ran."""
        spans = unnamed(messages)
        made = await children_of(self._store, messages[0].session_id) if spans else []
        return [child.id for child in made if any(begun <= child.created_at <= ended for begun, ended in spans)]

    async def _todos_before(self, session: Session, message_id: str) -> list[Todo]:
        """The todos of the time before a message."""
        events = await self._store.events(session.id)
        return up_to(events, session.transcript.session, message_id).todos


def _from(transcript: Transcript, message_id: str) -> list[Message]:
    ids = list(transcript.messages)
    return [transcript.messages[each] for each in ids[ids.index(message_id) :]]


def _wishes(messages: list[Message], reverted: Reverted | None) -> list[Wish]:
    """That every file be what it was before these messages; some may have been put back part of the way already."""
    put_back = reverted.files if reverted else {}
    return [
        Wish(
            path=history.path,
            expected=put_back[str(history.path)].after if str(history.path) in put_back else history.after,
            wanted=history.before,
            refused="somebody else has changed it in between" if history.others else None,
        )
        for history in histories(messages).values()
        if history.before != history.after
    ]


def _back(files: Iterable[RevertedFile]) -> list[Wish]:
    """That every file be what it was before it was put back."""
    return [
        Wish(path=Path(file.path), expected=file.after, wanted=file.before) for file in files if file.outcome != "kept"
    ]


def _todos(transcript: Transcript, todos: list[Todo]) -> list[e.DurableEvent]:
    return [] if todos == transcript.todos else [e.TodoChanged(todos=todos)]


def _result(session: Session, hidden: int, prepared: list[Prepared], said: list[str]) -> RevertResult:
    return RevertResult(
        session=session.transcript.session,
        hidden=hidden,
        files=[each.file() for each in prepared],
        diff="".join(each.diff for each in prepared),
        notes=said,
    )
