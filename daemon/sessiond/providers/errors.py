"""What a provider's error means: one classifier for all adapters, from bodies and from exceptions.

Adapters call it and raise what it returns; it knows no SDK. The rules and their order follow what
real providers send; `error_texts.py` holds the texts.
"""

from collections.abc import Mapping

from sessiond.providers.base import ProviderError


def classify(
    provider: str,
    status: int | None,
    body: bytes | str,
    headers: Mapping[str, str] | None = None,
    *,
    in_stream: bool = False,
) -> ProviderError:
    """The error that a response's body, or an error object inside a stream (`in_stream`), stands for."""
    raise NotImplementedError


def from_exception(provider: str, error: Exception) -> ProviderError:
    """The error that an exception of an SDK or of httpx2 stands for. A ProviderError comes back as it is."""
    raise NotImplementedError
