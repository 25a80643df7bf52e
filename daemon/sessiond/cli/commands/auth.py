"""`sessiond auth`: keys that sessiond keeps, in the system's keyring or a file only the user can read."""

import argparse
import asyncio
import difflib
import getpass
import sys

from sessiond.cli.client.reaching import engine_for
from sessiond.cli.table import table
from sessiond.config.errors import Failed
from sessiond.config.secrets import key_file, list_keys, remove_key
from sessiond_protocol.models import DirectoryParams, ProviderListResult, SetKeyParams, SetKeyResult

EPILOG = """\
examples:
  sessiond auth add anthropic            asks for the key, without showing it
  pass show openai | sessiond auth add openai
A key in the environment (ANTHROPIC_API_KEY, OPENAI_API_KEY, ...) comes first and needs no command.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    actions.add_parser("add", help="keep a provider's key").add_argument("provider")
    actions.add_parser("list", help="which providers have a kept key; never the keys")
    actions.add_parser("remove", help="forget a provider's key").add_argument("provider")


def main(options: argparse.Namespace) -> int:
    match options.action:
        case "add":
            return _add(options.provider)
        case "remove":
            return _remove(options.provider)
        case _:
            return _list()


def _add(provider: str) -> int:
    asyncio.run(_check_provider(provider))
    key = getpass.getpass(f"Key of {provider} (not shown): ") if sys.stdin.isatty() else sys.stdin.read()
    if not key.strip():
        raise Failed("No key was given; nothing was stored.")
    place = asyncio.run(_store(provider, key.strip()))
    print(f"Stored in {'the system keyring' if place == 'keyring' else key_file()}.")
    return 0


def _remove(provider: str) -> int:
    if not remove_key(provider):
        raise Failed(f"There is no kept key of {provider!r}. `sessiond auth list` shows those there are.")
    print(f"The key of {provider} is forgotten.")
    return 0


def _list() -> int:
    keys = list_keys()
    print(
        table([("PROVIDER", "KEPT IN"), *keys]) if keys else "No keys are kept. `sessiond auth add PROVIDER` keeps one."
    )
    return 0


async def _check_provider(provider: str) -> None:
    async with engine_for("sessiond auth") as client:
        known = [
            info.id for info in (await client.call("provider/list", DirectoryParams(), ProviderListResult)).providers
        ]
    if provider not in known:
        near = difflib.get_close_matches(provider, known) or known
        raise Failed(
            f"There is no provider {provider!r}; did you mean {' or '.join(near)}? Others go into config.toml."
        )


async def _store(provider: str, key: str) -> str:
    async with engine_for("sessiond auth") as client:
        return (await client.call("provider/setKey", SetKeyParams(provider, key), SetKeyResult)).stored
