"""`sessiond serve`: the engine on stdio, for editors. Plain, it never gets here: `__main__` answers first."""

import argparse
import asyncio
import os

from sessiond.app import create_engine
from sessiond.owner.places import is_standalone
from sessiond.pipe.first import greeted
from sessiond.pipe.serve import serve_pipe
from sessiond.server.serve import serve_stdio

EPILOG = """\
All editors of a user share one engine in the background, which the first of them starts: see `sessiond status`.
The first byte chooses the framing: `{` means one JSON object a line, anything else Content-Length headers.

example:
  printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}' | sessiond serve
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument(
        "--standalone",
        action="store_true",
        help="an engine of this process alone, which ends with it (also: SESSIOND_STANDALONE=1)",
    )


def main(options: argparse.Namespace) -> int:
    if options.standalone or is_standalone(os.environ):
        return asyncio.run(serve_stdio(create_engine))
    return serve_pipe(greeted())
