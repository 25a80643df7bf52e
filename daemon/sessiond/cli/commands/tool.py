"""`sessiond tool`: runs one tool by itself and prints what came of it as JSON.

It is the user's own act: what the rules would ask about is allowed, what they deny stays denied, and no
file has to be read before it is changed. No session is made, but for `task`.
"""

import argparse
import asyncio
import os
import sys
from typing import Any

import msgspec

from sessiond.app import create_engine
from sessiond.cli.tool_alone import ToolAlone
from sessiond.config.errors import Failed
from sessiond.config.project import project_root
from sessiond.session.turns.planning import Workshop
from sessiond.tools.paths import quoted
from sessiond_protocol.messages import ToolState

EPILOG = """\
examples:
  sessiond tool read --args '{"filePath": "README.md", "limit": 20}'
  sessiond tool bash --args '{"command": "git status"}' | jq -r .output
  printf '%s\\n' '{"pattern": "def main"}' '{"pattern": "class "}' | sessiond tool grep --lines
  sessiond tool --list

It is your own act: what your rules would ask about is allowed, what they deny is not, and a file need not be read
before it is changed. Prints {state, output, title, metadata}. Exit code 0: completed, 1: failed.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="the tool; those of MCP servers are tried by `sessiond run`"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--args", default="{}", metavar="JSON", help="its arguments, as a JSON object")
    what.add_argument("--lines", action="store_true", help="arguments from stdin, one JSON object a line")
    what.add_argument("--list", action="store_true", help="the tools there are, with what they take")
    parser.add_argument("-C", "--directory", default=".", help="where it works (default: here)")


def main(options: argparse.Namespace) -> int:
    directory = os.path.realpath(options.directory)
    if not os.path.isdir(directory):
        raise Failed(f"There is no directory {quoted(options.directory)}.")
    if not options.list and options.name is None:
        raise Failed("Which tool? `sessiond tool --list` shows those there are.")
    return asyncio.run(_main(options, directory))


async def _main(options: argparse.Namespace, directory: str) -> int:
    root = project_root(directory)
    engine = create_engine(directory=directory)
    try:
        parts = await engine.own.parts()
        if options.list:
            return _list(parts.workshop)
        known = [tool.name for tool in parts.workshop.tools.all()]
        if options.name not in known and "_" in options.name:
            raise Failed(f"{quoted(options.name)} is no tool of sessiond's own. Those of MCP servers run in a session.")
        [tool] = parts.workshop.tools.named([options.name])
        alone = ToolAlone(tool, directory, root, parts.workshop, parts.workshop.judge(root))
        return await (_lines(alone) if options.lines else _once(alone, options.args))
    finally:
        await engine.close()


def _list(workshop: Workshop) -> int:
    for tool in workshop.tools.all():
        fields = tool.parameters.model_fields.items()
        takes = ", ".join(name if field.is_required() else f"{name}?" for name, field in fields)
        print(f"{tool.name:12} {takes}")
    return 0


async def _once(alone: ToolAlone, text: str) -> int:
    state = await alone.run(text)
    _print(state)
    return 0 if state.status == "completed" else 1


async def _lines(alone: ToolAlone) -> int:
    """One result for each line, blank ones too, so that both sides count alike; a bad line costs itself only."""
    well = True
    for line in sys.stdin.buffer:
        state = await alone.run(line.decode(errors="replace"))
        _print(state)
        well = well and state.status == "completed"
    return 0 if well else 1


def _print(state: ToolState) -> None:
    output = state.output if state.error is None else state.error
    result: dict[str, Any] = {
        "state": state.status,
        "output": output,
        "title": state.title,
        "metadata": state.metadata or {},
    }
    if state.attachments:
        result["attachments"] = state.attachments
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")
    sys.stdout.buffer.flush()
