"""Finds the model servers that run on this machine: Ollama, LM Studio, llama.cpp. Asked by `sources.py`.

One small request each, on the standard library alone, so that looking costs no SDK.
"""

import asyncio
import http.client
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

DISCOVERY_TIMEOUT = 0.15
"""Seconds; a server on this machine answers in a few milliseconds, a port that nobody holds at once."""
MAX_LIST_BYTES = 4 * 1024 * 1024


class ServedModel(msgspec.Struct, frozen=True):
    """A model that a server offers; `context` in tokens where the server tells it."""

    name: str
    context: int | None = None


class _Model(msgspec.Struct):
    id: str
    owned_by: str | None = None
    meta: dict[str, Any] | None = None


class _ModelList(msgspec.Struct):
    data: list[_Model]


def addresses(environment: Mapping[str, str]) -> dict[str, str]:
    """The base URL of each server to look for, in the order of preference."""
    return {
        "ollama": _ollama(environment.get("OLLAMA_HOST", "")) + "/v1",
        "lmstudio": "http://127.0.0.1:1234/v1",
        "llamacpp": "http://127.0.0.1:8080/v1",
    }


async def served_models(server: str, base_url: str, timeout: float = DISCOVERY_TIMEOUT) -> list[ServedModel] | None:
    """What the server offers, the models for embeddings left out; None when it does not run (or is another one)."""
    try:
        async with asyncio.timeout(2 * timeout):
            body = await asyncio.to_thread(_get, f"{base_url}/models", timeout)
            models = msgspec.json.decode(body, type=_ModelList).data
    except (OSError, ValueError, http.client.HTTPException, msgspec.MsgspecError):
        return None
    if server == "llamacpp" and not any(model.owned_by == "llamacpp" for model in models):
        return None  # 8080 is everybody's port: prompts go to nobody who does not say who he is
    return [ServedModel(model.id, _context(model)) for model in models if "embed" not in model.id.lower()]


def _context(model: _Model) -> int | None:
    told = (model.meta or {}).get("n_ctx")
    return told if isinstance(told, int) and told > 0 else None


def _get(url: str, timeout: float) -> bytes:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise ValueError(f"status {response.status}")
        return response.read(MAX_LIST_BYTES)
    finally:
        connection.close()


def _ollama(host: str) -> str:
    """The address that `OLLAMA_HOST` means: `host`, `host:port`, `:port` or a URL. One that listens on all is here."""
    try:
        parts = urlsplit(host if "://" in host else f"http://{host}")
        port = parts.port or (443 if parts.scheme == "https" else 11434)
    except ValueError:
        return "http://127.0.0.1:11434"
    name = parts.hostname or ""
    name = "127.0.0.1" if name in ("", "0.0.0.0", "::") else name
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}:{port}"
