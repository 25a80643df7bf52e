"""OpenAI's SDK client for one server, shielded from environment variables that are meant for OpenAI itself."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI, Omit

BASE_URL = "https://api.openai.com/v1"


def build_client(base_url: str | None, api_key: str | None, http_client: "AsyncClient | None" = None) -> "AsyncOpenAI":
    """A client without retries. Without a key it sends no `Authorization` at all, as local servers want it.

    `OPENAI_API_KEY`, `OPENAI_ADMIN_KEY` and `OPENAI_BASE_URL` are never read here (the registry decides
    on keys and places); `OPENAI_ORG_ID` and `OPENAI_PROJECT_ID` only for OpenAI itself.
    """
    from openai import AsyncOpenAI  # noqa: PLC0415 - takes half a second, so not at start-up

    client = AsyncOpenAI(
        api_key=api_key or "", admin_api_key="", base_url=base_url or BASE_URL, max_retries=0, http_client=http_client
    )
    if not is_genuine(base_url):
        client.organization = client.project = None
    return client


def is_genuine(base_url: str | None) -> bool:
    """Whether it is OpenAI's own server."""
    return (base_url or BASE_URL).startswith("https://api.openai.com/")


def omitted_headers(base_url: str | None, api_key: str | None) -> "dict[str, Omit]":
    """What to leave out of each request: `Authorization` without a key, and `OPENAI_CUSTOM_HEADERS` elsewhere."""
    from openai import omit  # noqa: PLC0415 - see above

    names = [] if api_key else ["Authorization"]
    if not is_genuine(base_url):
        lines = os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n")
        names += [line.partition(":")[0].strip() for line in lines if ":" in line]
    return dict.fromkeys(names, omit)
