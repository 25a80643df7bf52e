"""The command `sessiond`: answers an editor's `initialize` before it imports anything that takes time.

Without arguments it is the editor's pipe to the engine; every other command is `cli/`'s.
"""

import os
import sys


def main() -> int:
    """Gives the exit code."""
    if sys.argv[1:] in ([], ["serve"]):
        from sessiond.owner.places import is_standalone  # noqa: PLC0415 (an editor waits for all that is imported)

        return serve(standalone=is_standalone(os.environ))
    if sys.argv[1:] == ["serve", "--standalone"]:
        return serve(standalone=True)
    if sys.argv[1:] == ["engine"]:
        from sessiond.background import main as run_engine  # noqa: PLC0415 (an editor's pipe needs none of it)

        return run_engine()
    from sessiond.cli.main import main as run_command  # noqa: PLC0415 (the daemon must not wait for argparse)

    return run_command(sys.argv[1:])


def serve(*, standalone: bool) -> int:
    """One client on stdio: a pipe to the engine of all, or with an engine of its own in this process."""
    if os.isatty(0):
        print('sessiond waits for JSON-RPC on its input. For a person there is: sessiond run "…"', file=sys.stderr)
    try:
        return serve_alone() if standalone else serve_as_pipe()
    except KeyboardInterrupt:
        return 130


def serve_as_pipe() -> int:
    from sessiond.pipe.first import greeted  # noqa: PLC0415 (no other command needs it)

    first = greeted()
    from sessiond.pipe.serve import serve_pipe  # noqa: PLC0415 (the client has its first answer now)

    return serve_pipe(first)


def serve_alone() -> int:
    from sessiond.server.first_answer import greet, own_stdio  # noqa: PLC0415 (no other command needs it)

    first = greet(*own_stdio())
    import asyncio  # noqa: PLC0415 (it takes longer than the whole first answer)

    from sessiond.app import create_engine  # noqa: PLC0415 (likewise)
    from sessiond.server.serve import serve_stdio  # noqa: PLC0415 (likewise)

    return asyncio.run(serve_stdio(create_engine, first))


if __name__ == "__main__":
    sys.exit(main())
