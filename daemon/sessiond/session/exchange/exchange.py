"""Gives sessions out as documents and takes them in: `session/export`, `session/import`. Held by the keeper."""

import asyncio
from typing import TypeAlias

from sessiond.config.project import existing_directory
from sessiond.engine.identifiers import new_id
from sessiond.session.ending.recovery import load
from sessiond.session.exchange.document import LARGEST, Log, NoDocument, read, written
from sessiond.session.exchange.markdown import as_markdown
from sessiond.session.exchange.renaming import Renaming
from sessiond.session.family.children import children_of
from sessiond.session.library import Library
from sessiond.session.transcript import Transcript, fold_all, session_after
from sessiond.storage.base import Store
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.events import DurableEvent
from sessiond_protocol.keeping.documents import ExportParams, ExportResult, ImportParams
from sessiond_protocol.messages import Session


class Exchange:
    def __init__(self, store: Store, library: Library) -> None:
        self._store = store
        self._library = library
        self._importing = asyncio.Lock()

    async def export(self, params: ExportParams) -> ExportResult:
        """A session with all below it, as it is now. Raises RpcError."""
        family = await self._family(await self._library.row(params.session_id))
        if params.format == "json":
            logs = [(session, await self._log(session)) for session in family]
            document = await asyncio.to_thread(written, logs)
        else:
            transcripts = [fold_all(Transcript(each), await self._store.events(each.id)) for each in family]
            document = await asyncio.to_thread(as_markdown, transcripts)
        return ExportResult(document=document, sessions=len(family))

    async def bring(self, params: ImportParams) -> Session:
        """Takes a document in, whole or not at all; gives its first session.

        Sessions keep their ids where these are free; else all of them get new ones, and name where they come from.
        Raises RpcError `invalidRequest` for a document that is none.
        """
        directory = None if params.directory is None else existing_directory(params.directory)
        try:
            logs = await asyncio.to_thread(read, params.document)
        except NoDocument as error:
            raise _invalid("document", f"This document cannot be imported: {error}. Nothing was changed.") from None
        async with self._importing:
            renaming = await self._renaming(logs, directory)
            sessions = await asyncio.to_thread(_prepared, logs, renaming)
            await self._store.bring(sessions)
            for session, _ in sessions:
                await load(self._store, session)  # a turn that ran when it was exported runs here no more
        return await self._library.row(sessions[0][0].id)

    async def _family(self, session: Session) -> list[Session]:
        """The session and all below it, parents first."""
        family = [session]
        for child in await children_of(self._store, session.id):
            family += await self._family(child)
        return family

    async def _log(self, session: Session) -> list[bytes]:
        log = await self._store.encoded_events(session.id, 0, LARGEST)
        if log is None:
            raise RpcError.of_kind(
                "payloadTooLarge",
                f"The session {session.id} is larger than {LARGEST >> 20} MB, the most of a document.",
            )
        return log

    async def _renaming(self, logs: list[Log], directory: str | None) -> Renaming:
        taken = [log for log in logs if await self._store.session(log.session.id) is not None]
        ids = {log.session.id: new_id("ses") for log in logs} if taken else {}
        root = logs[0].session
        orphan = root.parent_id is not None and await self._store.session(root.parent_id) is None
        return Renaming(ids, root.id if orphan else None, directory)


Prepared: TypeAlias = list[tuple[Session, list[DurableEvent]]]


def _prepared(logs: list[Log], renaming: Renaming) -> Prepared:
    """Each session as its log leaves it, and the log."""
    prepared: Prepared = []
    for log in logs:
        session, events = log.session, log.events
        if renaming.needed():
            session, events = renaming.of(session), [renaming.of(event) for event in events]
        for event in events:
            session = session_after(session, event)
        prepared.append((session, events))
    return prepared


def _invalid(field: str, message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": field})
