"""`sessiond serve`: the daemon on stdin and stdout. Plain, it never gets here: `__main__` answers first."""

import argparse
import asyncio

from sessiond.app import create_engine
from sessiond.server.serve import serve_stdio

EPILOG = """\
The first byte chooses the framing: `{` means one JSON object a line, anything else Content-Length headers.

example:
  printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}' | sessiond serve
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG


def main(options: argparse.Namespace) -> int:
    return asyncio.run(serve_stdio(create_engine))
