"""The small model as the one who names sessions: which it is, and what it is asked. Made by `parts.py`.

It is no part of a turn: no tools, no record, one try.
"""

from pathlib import Path
from typing import NamedTuple

from sessiond.config.prompts import Prompts
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.one_answer import OneAnswer, one_answer
from sessiond.engine.plan import ModelChoice, Patience
from sessiond.session.turns.planning import Models
from sessiond_protocol.messages import Message, TextPart

MAX_TOKENS = 2_000
"""Of the answer: a model that reasons spends hundreds before it says five words."""
LONGEST_PROMPT = 4_000
"""Characters of the prompt that are shown; what it is about stands at its beginning or at its end."""
PATIENCE = Patience(idle=30, max_attempts=1, max_wait=0)
PLACE = "{prompt}"


class TitleModel(NamedTuple):
    models: Models
    name: str
    own_texts: Path

    async def choose(self) -> ModelChoice:
        """Raises RpcError for a model that cannot be had at the moment."""
        return await self.models.choose(self.name)

    async def ask(self, model: ModelChoice, prompt: str) -> OneAnswer:
        """Raises ProviderError."""
        text = Prompts(self.own_texts / "prompts").text("title.md")
        shown = _shortened(prompt)
        asked = text.replace(PLACE, shown) if PLACE in text else f"{text}\n\n{shown}"
        message = Message(
            id=new_id("msg"),
            session_id="",
            turn_id="",
            role="user",
            parts=[TextPart(id=new_id("prt"), text=asked)],
            created_at=now(),
        )
        return await one_answer(model, (), (message,), PATIENCE, max_tokens=MAX_TOKENS)


def _shortened(prompt: str) -> str:
    half = LONGEST_PROMPT // 2
    return prompt if len(prompt) <= LONGEST_PROMPT else f"{prompt[:half]}\n[…]\n{prompt[-half:]}"
