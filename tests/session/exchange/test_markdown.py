"""A conversation as Markdown: what a person reads, whole; and nothing that breaks out of its place."""

import asyncio
import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sessiond.session.exchange.calls import fenced, folded
from sessiond.session.exchange.markdown import as_markdown, kept_inside
from sessiond.session.manager import SessionManager
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.keeping.documents import ExportParams
from sessiond_protocol.messages import Failure, FinishReason, SummaryOf, TextPart, Usage
from sessiond_protocol.methods import ChatParams
from support.engine import engine_with
from support.logs import SESSION, message, turns

BOUND = 10
CONFIG = '[permission]\nedit = "allow"\n[provider.script.models.any]\nprice = { input = 1.0, output = 2.0 }\n'
WRITE: dict[str, Any] = {
    "reasoning": "It has to be written.",
    "text": "I write it.",
    "toolCalls": [{"name": "write", "arguments": {"filePath": "a.md", "content": "```\n"}}],
    "usage": {"input": 1000, "output": 200},
}
EXPECTED = """\
## Prompt

> Write a file
>
> with a fence

<details>
<summary>Reasoning</summary>

> It has to be written.

</details>

I write it.

<details>
<summary>✓ write a.md</summary>

````diff
--- /dev/null
+++ a.md
@@ -0,0 +1 @@
+```
````

```
Created a.md (1 lines).
```

</details>

It is **written**.

*2000 tokens in, 400 out, $0.0028*

---
"""


async def markdown_of(sessions: SessionManager, text: str) -> str:
    turn = await sessions.chat(ChatParams(text=text))
    await asyncio.wait_for(turn.result(), BOUND)
    return (await sessions.exchange.export(ExportParams(turn.session_id, "markdown"))).document


async def test_a_conversation_reads_well(tmp_path: Path) -> None:
    answer = {"text": "It is **written**.", "usage": {"input": 1000, "output": 200}}
    async with engine_with(tmp_path, [WRITE, answer], CONFIG) as engine:
        document = await markdown_of(await engine.sessions(), "Write a file\n\nwith a fence")
    head, _, conversation = document.partition("\n## ")
    assert f"## {conversation}" == EXPECTED
    assert head.startswith("# Write a file\n\n| | |\n|---|---|\n| Session | `ses_")
    assert "| Used | 2000 tokens in, 400 out, $0.0028 |" in head


async def test_how_a_turn_failed_is_said(tmp_path: Path) -> None:
    step = {"error": {"kind": "quotaExceeded", "message": "The *credit* is used up."}}
    async with engine_with(tmp_path, [step]) as engine:
        document = await markdown_of(await engine.sessions(), "Hello")
    assert "**The turn failed:** The \\*credit\\* is used up." in document
    assert "cost unknown" in document


def test_summaries_are_folded_and_those_that_do_not_count_are_named() -> None:
    ends: list[tuple[str, FinishReason, Failure | None]] = [
        ("good", "stop", None),
        ("bad", "error", Failure("overloaded", "No *capacity*.")),
        ("ugly", "aborted", None),
    ]
    log: list[e.DurableEvent] = []
    for text, reason, failure in ends:
        part = TextPart(id=text, text=text)
        summary = message("trn", text, 0, [part])
        summary.role, summary.summary = "assistant", SummaryOf()
        ended = e.MessageEnded(message_id=summary.id, usage=Usage(), cost=None, finish_reason=reason, error=failure)
        log += [e.MessageAdded(message=summary), ended]
    document = as_markdown([fold_all(Transcript(SESSION), log)])
    assert document.partition("$0.0000 |\n\n")[2] == (
        "<details>\n<summary>Summary of the conversation so far</summary>\n\ngood\n\n</details>\n\n"
        "*A summary was begun and does not count: No \\*capacity\\*.*\n\n"
        "*A summary was begun and does not count: it was stopped*\n"
    )


async def test_the_tasks_of_a_session_follow_it(tmp_path: Path) -> None:
    task = {"toolCalls": [{"name": "task", "arguments": {"description": "Look", "prompt": "Look there"}}]}
    steps = [{"text": "Seen."}, {"expect": "Delegate", **task}]
    async with engine_with(tmp_path, steps) as engine:
        document = await markdown_of(await engine.sessions(), "Delegate it")
    assert re.findall(r"^# .*", document, re.MULTILINE) == ["# Delegate it", "# Look"]
    assert ", a task of `ses_" in document


@given(st.text("`~\n a", max_size=60))
def test_no_text_ends_its_fence(text: str) -> None:
    first, *inside, last = fenced(text).split("\n")
    assert first == last
    assert not any(line.strip().startswith(first) for line in inside)


def test_no_summary_is_markup() -> None:
    assert "<summary>&lt;/summary&gt;&lt;script&gt; x</summary>" in folded("</summary><script>\nx", [])


def test_what_is_folded_cannot_end_its_fold() -> None:
    assert kept_inside("a</DETAILS>b <details><summary>c") == "a&lt;/DETAILS>b &lt;details>&lt;summary>c"


@given(turns())
def test_every_log_has_a_markdown(log: list[e.DurableEvent]) -> None:
    number(Transcript(SESSION), log)
    assert as_markdown([fold_all(Transcript(SESSION), log)]).startswith("# t\n")
