"""`sessiond restart`: has an engine of this version take the place of the one that runs, or starts one."""

import argparse

from sessiond import __version__
from sessiond.cli.engine import turns
from sessiond.cli.engine.link import Link, running, started
from sessiond.owner.starting import own_command
from sessiond_protocol.serving.lifecycle import StatusResult, StopResult
from sessiond_protocol.serving.link import Successor

EPILOG = """\
Without --wait and --now it refuses while turns run, and says which. Editors stay connected: they go over to
the new engine by themselves.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    turns.arguments(parser)


def main(options: argparse.Namespace) -> int:
    if (link := running("sessiond restart")) is not None:
        with link:
            _end(link, options)
    with started("sessiond restart") as link:
        status = link.ask("server/status", StatusResult)
    print(f"The engine is sessiond {status.version}, process {status.pid}.")
    return 0


def _end(link: Link, options: argparse.Namespace) -> None:
    turns.refuse_while_turns_run(link, options, "restart")
    link.tell("link/supersede", Successor(version=__version__, command=own_command()))
    if options.now:
        link.ask("server/stop", StopResult, when="now")
    link.wait_for_end()
