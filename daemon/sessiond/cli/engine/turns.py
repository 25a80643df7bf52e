"""The turns that keep an engine from ending: counted, named, and a refusal to end it that says what to do.

Used by `stop` and `restart`.
"""

import argparse

from sessiond.cli.client.link import Link
from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import ListParams, ListResult
from sessiond_protocol.serving.lifecycle import StatusResult
from sessiond_protocol.wire import NoParams

MOST_SHOWN = 10
PAGE = 200
"""Sessions that are looked at: those in which a turn runs were changed last."""


def arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--wait", action="store_true", help="once no turn runs, however long that takes")
    how.add_argument(
        "--now", action="store_true", help="at once: turns are aborted, or finished, as `on_disconnect` says"
    )


async def refuse_while_turns_run(link: Link, options: argparse.Namespace, doing: str) -> None:
    """Raises Failed, unless the command line has said how to deal with turns. `doing`: `stop`, say."""
    if options.wait or options.now:
        return
    if count := (await link.ask("server/status", NoParams(), StatusResult)).turns:
        listed = "".join(f"  {_named(session)}\n" for session in (await _at_work(link))[:MOST_SHOWN])
        raise Failed(
            f"{turns_in_words(count).capitalize()}:\n{listed}"
            f"`sessiond {doing} --wait` waits for the end, `sessiond {doing} --now` does not."
        )


def turns_in_words(count: int) -> str:
    return "no turn runs" if not count else "1 turn runs" if count == 1 else f"{count} turns run"


async def _at_work(link: Link) -> list[Session]:
    listed = await link.ask("session/list", ListParams(limit=PAGE), ListResult)
    return [session for session in listed.sessions if session.turn_id is not None]


def _named(session: Session) -> str:
    return f"{harmless(session.title)!r} in {harmless(session.directory)} ({session.id})"
