"""OpenAI's SDK client for one server, shielded from environment variables that are meant for OpenAI itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sessiond.providers.sdk import client as sdk

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI, Omit

BASE_URL = "https://api.openai.com/v1"


def build_client(
    base_url: str | None, api_key: str | None, environment: Mapping[str, str], http: "AsyncClient | None" = None
) -> "AsyncOpenAI":
    """A client without retries. Without a key it sends no `Authorization` at all, as local servers want it.

    `OPENAI_API_KEY`, `OPENAI_ADMIN_KEY` and `OPENAI_BASE_URL` are never read here (the registry decides
    on keys and places); `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID` only for OpenAI itself. Blocks without `http`.
    """
    from openai import AsyncOpenAI  # noqa: PLC0415 - takes half a second, so not at start-up

    url = base_url or BASE_URL
    http = http or sdk.http_client(url, environment)
    client = AsyncOpenAI(api_key=api_key or "", admin_api_key="", base_url=url, max_retries=0, http_client=http)
    known = _meant_for(base_url, environment)
    client.organization, client.project = known.get("OPENAI_ORG_ID"), known.get("OPENAI_PROJECT_ID")
    return client


def is_genuine(base_url: str | None) -> bool:
    """Whether it is OpenAI's own server."""
    return (base_url or BASE_URL).startswith("https://api.openai.com/")


def _meant_for(base_url: str | None, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Nothing of it for anybody but OpenAI."""
    return environment if is_genuine(base_url) else {}


def custom_headers(
    base_url: str | None, api_key: str | None, environment: Mapping[str, str]
) -> "dict[str, str | Omit]":
    """For each request: no `Authorization` without a key, and `OPENAI_CUSTOM_HEADERS` for OpenAI itself alone."""
    from openai import omit  # noqa: PLC0415 - see above

    keyless: dict[str, str | Omit] = {} if api_key else {"Authorization": omit}
    known = _meant_for(base_url, environment)
    return keyless | sdk.custom_headers("OPENAI_CUSTOM_HEADERS", known, omit)
