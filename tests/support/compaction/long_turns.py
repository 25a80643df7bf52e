"""A turn of many steps for a scripted model with a real limit: each step reads a file that names the next one."""

from pathlib import Path
from typing import Any

CONTEXT = 16_384
OUTPUT = 2_048
CONFIG = f"[provider.script.models.any]\ncontext = {CONTEXT}\noutput = {OUTPUT}\nprice = {{ input = 1, output = 2 }}\n"
FACT = "The launch code is MAPLE-42."
TASK = "Above is the older part of a conversation"
"""How the request for a summary is told from every other."""
THOUGHTS = "I have seen what stands there, and now I am going to look at step {step}. " * 12
DONE = "All steps are done."


def steps_script(
    steps: int, *, context: int = CONTEXT, summary: dict[str, Any] | None = None, **more: Any
) -> list[dict[str, Any]]:
    """The model: refuses more than `context` tokens, and any step's request that has lost the prompt's fact."""
    common = {"context": context, **more}
    taken = {**common, "requires": [FACT]}
    summarizes = {"expect": TASK, **common, "text": "## Goal\nGo through all the steps.", **(summary or {})}
    calls = [
        {**taken, "expect": f"go to step {step}!", "text": THOUGHTS.format(step=step), "toolCalls": [reads(step)]}
        for step in range(2, steps + 1)
    ]
    ends = {**taken, "expect": "no step is left!", "text": DONE}
    return [summarizes, *calls, ends, {**taken, "toolCalls": [reads(1)]}]


def reads(step: int) -> dict[str, Any]:
    return {"name": "read", "arguments": {"filePath": f"step-{step}.txt"}}


def write_steps(project: Path, steps: int, *, lines: int = 40) -> None:
    project.mkdir(parents=True, exist_ok=True)
    for step in range(1, steps + 1):
        following = f"go to step {step + 1}!" if step < steps else "no step is left!"
        text = "\n".join(f"What stands in line {line} of step {step}" for line in range(lines))
        (project / f"step-{step}.txt").write_text(f"{text}\n{following}\n")
