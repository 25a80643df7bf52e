"""What the bench lets the scripted model say, and what a frame of it may cost; read by `__main__.py`."""

from dataclasses import dataclass
from typing import Any, Literal

from support.vscode.long_answers import LAST, SECTION, answer

RATE = 200
CODE = 'def greet(name: str, times: int = 1) -> str:\n    return f"Hello, {name}" * times  # politely\n\n'
ROW = "| greet | **a word** of `code` | what it is good for, in a few words |\n"
WORDS = "So the greeting must know its language, and where none is known *English* is good enough. " * 4 + "\n\n"
PRINT = "import time\nfor i in range(500):\n    print(('%d ' % i) * 500, flush=True); time.sleep(0.01)\n"


@dataclass(frozen=True)
class Case:
    """Times in ms: of the processor for frames, of the clock for the gap. `way` is the function of frames.mjs."""

    name: str
    steps: list[dict[str, Any]]
    p95: float
    worst: float
    gap: float = 500
    way: Literal["frames", "opened"] = "frames"


def streamed(text: str, size: int, before: str = "", after: str = "", field: str = "text") -> list[dict[str, Any]]:
    """So many characters of one kind in deltas of 430, as fast as those of `answer`."""
    delta = text * (len(SECTION) // len(text) + 1)
    repeated = {field: delta, "repeat": size // len(delta), "deltasPerSecond": RATE * len(SECTION) / len(delta)}
    return [{"text": before, "play": [repeated, {"text": f"{after}\n\n{LAST}"}]}]


def reads(count: int, before: int = 0) -> list[dict[str, Any]]:
    """No two are the same, which the engine would ask about."""
    each = range(before + 1, before + count + 1)
    return [{"name": "read", "arguments": {"filePath": "hello.py", "limit": number}} for number in each]


END: dict[str, Any] = {"text": LAST}
TALK: list[dict[str, Any]] = [{"text": SECTION, "toolCalls": reads(1, number)} for number in range(200)]
CALLS: list[dict[str, Any]] = [{"toolCalls": reads(100, number)} for number in range(0, 1_000, 100)]
TERMINAL: dict[str, Any] = {
    "toolCalls": [{"name": "bash", "arguments": {"command": f'python3 -c "{PRINT}"', "description": "Print"}}]
}

CASES = (
    Case("60 KB", [answer(60_000)], p95=10, worst=20, gap=200),
    Case("1 MB", [answer(1_000_000)], p95=16, worst=60, gap=200),
    Case("60 KB of code", streamed(CODE, 60_000, "```python\n", "```"), p95=16, worst=50),
    Case("60 KB of a table", streamed(ROW, 60_000, "| name | is | for |\n|---|---|---|\n"), p95=25, worst=60),
    Case("60 KB of thoughts", streamed(WORDS, 60_000, field="reasoning"), p95=16, worst=50),
    Case("200 messages, opened", [*TALK, END], p95=50, worst=150, way="opened"),
    Case("1,000 tool calls", [*CALLS, END], p95=50, worst=150),
    Case("1 MB of a terminal", [TERMINAL, END], p95=16, worst=50),
)
