"""The system prompt: what all models are told and what a family is, what people have written down, where the model is.

The most stable part comes first and the date last, so that providers can cache what stands before it. Composed
once a turn by the planner, but for the environment, which each step states as it is.
"""

import platform
import time
from collections.abc import Sequence
from pathlib import Path

from sessiond.config.prompts import Prompts
from sessiond.engine.plan import ModelChoice
from sessiond.engine.prompt.instructions import Instructions


def stable_blocks(
    model: ModelChoice, given: Sequence[str] | None, prompts: Prompts, written_down: Sequence[Instructions]
) -> tuple[str, ...]:
    """What stays the same while a turn runs. `given` is what the client wants in place of the model's text."""
    own = tuple(given) if given is not None else tuple(prompts.text(f"system/{name}.md") for name in texts_for(model))
    return (*own, *(f"Instructions from {each.origin}:\n\n{each.text}" for each in written_down))


def texts_for(model: ModelChoice) -> tuple[str, ...]:
    """Which texts of `prompts/system/` a model gets: one for all and one for its family, or one for small models."""
    return ("small",) if model.small else ("agent", model.family)


def environment(cwd: str, root: str) -> str:
    """Where the model is. Changes once a day, so that a prompt cache lives as long."""
    in_git = "yes" if (Path(root) / ".git").exists() else "no"
    return (
        f"Working directory: {cwd}\nProject root: {root}\nGit repository: {in_git}\n"
        f"Platform: {platform.system().lower()}\nToday: {time.strftime('%Y-%m-%d')}"
    )
