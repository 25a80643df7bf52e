"""The system prompt: a text for the model's family, what people have written down, and where the model is.

The most stable part comes first and the date last, so that providers can cache what stands before it. Composed
once a turn by the planner, but for the environment, which each step states as it is.
"""

import platform
import time
from collections.abc import Sequence
from pathlib import Path

from sessiond.config.prompts import Prompts
from sessiond.engine.instructions import Instructions
from sessiond.engine.plan import ModelChoice


def stable_blocks(
    model: ModelChoice, given: Sequence[str] | None, prompts: Prompts, written_down: Sequence[Instructions]
) -> tuple[str, ...]:
    """What stays the same while a turn runs. `given` is what the client wants in place of the model's text."""
    text = tuple(given) if given is not None else (prompts.text(f"system/{prompt_name(model)}.md"),)
    return (*text, *(f"Instructions from {each.origin}:\n\n{each.text}" for each in written_down))


def prompt_name(model: ModelChoice) -> str:
    """Which text of `prompts/system/` a model gets."""
    return "small" if model.small else model.family


def environment(cwd: str, root: str) -> str:
    """Where the model is. Changes once a day, so that a prompt cache lives as long."""
    in_git = "yes" if (Path(root) / ".git").exists() else "no"
    return (
        f"Working directory: {cwd}\nProject root: {root}\nGit repository: {in_git}\n"
        f"Platform: {platform.system().lower()}\nToday: {time.strftime('%Y-%m-%d')}"
    )
