"""A tool call as Markdown, folded away: what was asked, what changed, what came back. Pure; for `markdown.py`."""

import html
import re
from collections.abc import Sequence
from typing import cast

from sessiond_protocol.messages import ToolPart
from sessiond_protocol.wire import to_json

SIGNS = {"completed": "✓", "failed": "✗"}
LONGEST_TITLE = 120


def folded(summary: str, blocks: Sequence[str]) -> str:
    """`summary` is text; `blocks` are Markdown."""
    line = html.escape(" ".join(summary.split())[:LONGEST_TITLE], quote=False)
    return "\n\n".join([f"<details>\n<summary>{line}</summary>", *blocks, "</details>"])


def fenced(text: str, language: str = "") -> str:
    """A fence longer than any in the text, so that it ends where it should."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def call_lines(part: ToolPart) -> tuple[str, list[str]]:
    """The line that is seen, and what is folded away under it."""
    state = part.state
    title = f"{SIGNS.get(state.status, '…')} {part.name} {state.title or ''}"
    changes = diffs(part)
    blocks = [fenced(to_json(state.input).decode(), "json")] if not changes else []
    blocks += [fenced(diff, "diff") for diff in changes]
    if said := state.error or state.output:
        blocks.append(fenced(said))
    return title, blocks


def diffs(part: ToolPart) -> list[str]:
    """What a call has changed, as unified diffs: `metadata.files[].diff` of the tools that edit."""
    files: object = (part.state.metadata or {}).get("files", [])
    if not isinstance(files, list):
        return []
    changed = [cast(dict[str, object], file) for file in cast(list[object], files) if isinstance(file, dict)]
    return [diff for file in changed if isinstance(diff := file.get("diff"), str) and diff]
