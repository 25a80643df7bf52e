"""`sessiond restart`: has an engine of this version take the place of the one that runs, or starts one."""

import argparse
import asyncio

from sessiond import __version__
from sessiond.cli.client.link import Link
from sessiond.cli.engine import turns
from sessiond.cli.engine.link import running, started
from sessiond.owner.starting import own_command
from sessiond_protocol.serving.lifecycle import StatusResult, StopParams, StopResult
from sessiond_protocol.serving.link import Successor
from sessiond_protocol.wire import NoParams

EPILOG = """\
Without --wait and --now it refuses while turns run, and says which. Editors stay connected: they go over to
the new engine by themselves.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    turns.arguments(parser)


def main(options: argparse.Namespace) -> int:
    asyncio.run(_restart(options))
    return 0


async def _restart(options: argparse.Namespace) -> None:
    async with running("sessiond restart") as link:
        if link is not None:
            await _end(link, options)
    async with started("sessiond restart") as link:
        status = await link.ask("server/status", NoParams(), StatusResult)
    print(f"The engine is sessiond {status.version}, process {status.pid}.")


async def _end(link: Link, options: argparse.Namespace) -> None:
    await turns.refuse_while_turns_run(link, options, "restart")
    await link.tell("link/supersede", Successor(version=__version__, command=own_command()))
    if options.now:
        await link.ask("server/stop", StopParams("now"), StopResult)
    await link.wait_for_end()
