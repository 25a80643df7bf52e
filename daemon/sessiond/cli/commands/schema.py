"""`sessiond schema`: the committed OpenRPC document, or the JSON Schema of the config file."""

import argparse
import json
import sys
from importlib.resources import files


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", action="store_true", help="the JSON Schema of config.toml instead")
    parser.epilog = "example: sessiond schema | jq '.methods[].name'"


def main(options: argparse.Namespace) -> int:
    sys.stdout.write(config_schema() if options.config else _openrpc())
    return 0


def config_schema() -> str:
    """What may stand in config.toml; `docs/config.schema.json` is this text."""
    from sessiond.config.settings import Settings  # noqa: PLC0415  # pydantic: slow, and not needed for OpenRPC

    schema = Settings.model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2) + "\n"


def _openrpc() -> str:
    return (files("sessiond_protocol.schema") / "openrpc.json").read_text(encoding="utf-8")
