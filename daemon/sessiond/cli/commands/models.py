"""`sessiond models`: what can be named with `--model`, and why something cannot be used."""

import argparse
import asyncio
import os

from sessiond.cli.client.reaching import engine_for
from sessiond.cli.table import count, table
from sessiond_protocol.models import DirectoryParams, ModelInfo, ModelListResult
from sessiond_protocol.wire import to_json


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also those that cannot be used yet, and why")
    parser.add_argument("--json", action="store_true", help="as `model/list` of the protocol gives it")


def main(options: argparse.Namespace) -> int:
    result = asyncio.run(_models())
    if options.json:
        print(to_json(result).decode())
        return 0
    shown = [model for model in result.models if model.usable or options.all]
    if shown:
        head = ("MODEL", "CONTEXT", "OUTPUT", "$/M IN", "$/M OUT", "")
        print(table([head, *(_row(model, result.default) for model in shown)]))
    elif result.default:
        print(f"{result.default} is configured; its provider does not say which models it has.")
    else:
        print("No model can be used yet. `sessiond auth add PROVIDER` gives a key, `sessiond local start` needs none.")
    return 0


def _row(model: ModelInfo, default: str | None) -> tuple[str, ...]:
    name = model.id
    price = (f"{model.price.input:f}", f"{model.price.output:f}") if model.price else ("-", "-")
    remark = "default" if name == default else (model.why_not or "")
    return (name, count(model.context), count(model.output), *price, remark)


async def _models() -> ModelListResult:
    async with engine_for("sessiond models") as client:
        return await client.call("model/list", DirectoryParams(os.getcwd()), ModelListResult)
