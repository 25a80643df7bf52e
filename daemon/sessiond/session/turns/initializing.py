"""The prompt that has a project surveyed and AGENTS.md written, and the mark that it was: `session/initProject`.

Held by the keeper. The turn is one like any other, with the usual tools and permissions.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

from sessiond.config.initialized import mark_initialized
from sessiond.config.prompts import Prompts
from sessiond.engine.identifiers import new_id
from sessiond.engine.plan import TurnPlan
from sessiond.session.session import Session
from sessiond_protocol.methods import ChatParams
from sessiond_protocol.projects import InitProjectParams

WRITTEN = "AGENTS.md"

log = logging.getLogger(__name__)


class Initializing:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._prompts: set[str] = set()
        self._marking: set[asyncio.Task[None]] = set()

    async def prompt(self, params: InitProjectParams, own_texts: Path) -> ChatParams:
        """The prompt, by whose id its turn is known when it ends. `own_texts`: the folder with the user's own."""
        text = await asyncio.to_thread(lambda: Prompts(own_texts / "prompts").text("init_project.md"))
        message_id = new_id("msg")
        self._prompts.add(message_id)
        return ChatParams(session_id=params.session_id, text=text, model=params.model, message_id=message_id)

    def turn_ended(self, session: Session, plan: TurnPlan) -> None:
        """Marks the project when the turn has come to its end and the file is there."""
        messages, ended = session.transcript.messages, session.transcript.ended_turns.get(plan.turn_id)
        mine = {each for each in self._prompts if each in messages and messages[each].turn_id == plan.turn_id}
        self._prompts -= mine
        if mine and ended is not None and ended.stop_reason == "endTurn":
            task = asyncio.create_task(asyncio.to_thread(self._mark, plan.root))
            self._marking.add(task)
            task.add_done_callback(self._marking.discard)

    async def close(self) -> None:
        if self._marking:
            await asyncio.wait(self._marking)

    def _mark(self, root: str) -> None:
        try:
            if (Path(root) / WRITTEN).is_file():
                mark_initialized(root, self._environment)
        except OSError as error:
            log.warning("%s is not marked as initialised: %s", root, error.strerror)
