"""`sessiond stop`: ends the engine in the background, for all of its clients."""

import argparse
import asyncio

from sessiond.cli.engine import turns
from sessiond.cli.engine.link import none_runs, running
from sessiond_protocol.serving.lifecycle import StopParams, StopResult

EPILOG = """\
Without --wait and --now it refuses while turns run, and says which. Editors stay open: what they ask next
starts another engine.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    turns.arguments(parser)


def main(options: argparse.Namespace) -> int:
    asyncio.run(_stop(options))
    return 0


async def _stop(options: argparse.Namespace) -> None:
    async with running("sessiond stop") as link:
        if link is None:
            print(none_runs())
            return
        await turns.refuse_while_turns_run(link, options, "stop")
        stopping = await link.ask("server/stop", StopParams("now" if options.now else "idle"), StopResult)
        if stopping.turns and not options.now:
            print(f"It ends once no turn runs; {turns.turns_in_words(stopping.turns)}.", flush=True)
        await link.wait_for_end()
    print("The engine has ended.")
