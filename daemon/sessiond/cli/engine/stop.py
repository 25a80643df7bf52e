"""`sessiond stop`: ends the engine in the background, for all of its clients."""

import argparse

from sessiond.cli.engine import turns
from sessiond.cli.engine.link import none_runs, running
from sessiond_protocol.serving.lifecycle import StopResult

EPILOG = """\
Without --wait and --now it refuses while turns run, and says which. Editors stay open: what they ask next
starts another engine.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    turns.arguments(parser)


def main(options: argparse.Namespace) -> int:
    link = running("sessiond stop")
    if link is None:
        print(none_runs())
        return 0
    with link:
        turns.refuse_while_turns_run(link, options, "stop")
        waiting = link.ask("server/stop", StopResult, when="now" if options.now else "idle").turns
        if waiting and not options.now:
            print(f"It ends once no turn runs; {turns.turns_in_words(waiting)}.", flush=True)
        link.wait_for_end()
    print("The engine has ended.")
    return 0
