"""Which models can answer, and whether their providers are reached."""

import asyncio
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from sessiond.cli.checks.finding import Finding
from sessiond.cli.client.client import Client
from sessiond.local.server import can_run
from sessiond_protocol.errors import RpcError
from sessiond_protocol.models import DirectoryParams, ModelInfo, ModelListResult, ProviderInfo, ProviderListResult

OFFICIAL = {"anthropic": "https://api.anthropic.com", "openai-responses": "https://api.openai.com"}
REACH_SECONDS = 3.0


async def model_findings(client: Client, directory: str) -> list[Finding]:
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
