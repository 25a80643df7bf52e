"""The command `sessiond`: answers an editor's `initialize` before it imports anything that takes time.

Without arguments it is the daemon; every other command is `cli/`'s.
"""

import os
import sys


def main() -> int:
    """Gives the exit code."""
    if sys.argv[1:] in ([], ["serve"]):
        return serve()
    from sessiond.cli.main import main as run_command  # noqa: PLC0415 (the daemon must not wait for argparse)

    return run_command(sys.argv[1:])


def serve() -> int:
    from sessiond.server.first_answer import greet, own_stdio  # noqa: PLC0415 (no other command needs it)

    if os.isatty(0):
        print('sessiond waits for JSON-RPC on its input. For a person there is: sessiond run "…"', file=sys.stderr)
    try:
        first = greet(*own_stdio())
        import asyncio  # noqa: PLC0415 (it takes longer than the whole first answer)

        from sessiond.app import create_engine  # noqa: PLC0415 (likewise)
        from sessiond.server.serve import serve_stdio  # noqa: PLC0415 (likewise)

        return asyncio.run(serve_stdio(create_engine, first))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
