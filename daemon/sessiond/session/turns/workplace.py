"""What turns are made with in one place: by the settings of a project as one client brings them.

Asked for by the manager of a client, once a prompt; `app.py` gives the real ones.
"""

from pathlib import Path
from typing import Protocol

from sessiond.engine.one_answer import OneAnswer
from sessiond.engine.plan import ModelChoice
from sessiond.session.turns.planning import Planner


class Namer(Protocol):
    """The small model as the one who names sessions."""

    async def choose(self) -> ModelChoice:
        """Raises RpcError for a model that cannot be had at the moment."""
        ...

    async def ask(self, model: ModelChoice, prompt: str) -> OneAnswer:
        """Raises ProviderError."""
        ...


class Workplace(Protocol):
    @property
    def planner(self) -> Planner: ...

    @property
    def namer(self) -> Namer | None:
        """None where the user has configured no small model; then nothing is asked and nothing spent."""
        ...

    @property
    def own_texts(self) -> Path:
        """The folder with the user's own instructions and prompts."""
        ...


class Workplaces(Protocol):
    async def of(self, directory: str) -> Workplace:
        """That of a directory's project. Raises RpcError for settings that are wrong."""
        ...
