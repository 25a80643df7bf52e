"""What an exception of an SDK or of httpx2 means. Recognised by class names, so that no SDK is imported."""

import errno
import ssl

from sessiond.config.privacy.redaction import redacted
from sessiond.providers import lenient_json
from sessiond.providers.base import ProviderError
from sessiond.providers.errors.classify import classify

_TIMEOUTS = {"APITimeoutError", "TimeoutException", "TimeoutError"}
_CONNECTIONS = {"APIConnectionError", "TransportError", "ConnectionError"}
_REQUESTS = {"InvalidURL", "UnsupportedProtocol", "LocalProtocolError", "UnicodeEncodeError", "TooManyRedirects"}


def from_exception(provider: str, error: Exception) -> ProviderError:
    """The error that an exception stands for. A ProviderError comes back as it is; an unknown one is `internal`."""
    if isinstance(error, ProviderError):
        return error
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None)
    if response is not None and isinstance(status, int):
        return classify(provider, status, response.content, response.headers)
    chain = list(_causes(error))
    names = {ancestor.__name__ for link in chain for ancestor in type(link).__mro__}
    if names & _REQUESTS:  # its text may quote a header, and so the key
        return ProviderError(
            "invalidRequest",
            f"The request to {provider} could not be made: its key, headers or `base_url` hold something illegal. "
            "Check them for line breaks, spaces and a missing `http://`.",
        )
    detail = redacted(lenient_json.whole_characters(str(chain[-1])))[:2000] or None
    if names & _TIMEOUTS:
        return _unavailable(
            provider, "did not answer in time", "Try again; a local model may still be loading.", detail
        )
    if names & _CONNECTIONS:
        return _unavailable(provider, *_why_no_connection(chain), detail)
    return _of_other_kinds(provider, error, names, detail)


def _of_other_kinds(provider: str, error: Exception, names: set[str], detail: str | None) -> ProviderError:
    if names & {"OpenAIError", "AnthropicError"} or (names & {"TypeError"} and "auth" in str(error).lower()):
        return ProviderError(
            "authRequired", f"{provider} has no key. Give one with `sessiond auth add {provider}`.", detail=detail
        )
    if names & {"ValueError", "MsgspecError", "HTTPError", "DecodingError"}:
        return _unavailable(provider, "sent something that cannot be read", "Check `base_url`, or try again.", detail)
    what = type(error).__name__
    return ProviderError("internal", f"The call to {provider} failed inside sessiond ({what}).", detail=detail)


def _why_no_connection(chain: list[BaseException]) -> tuple[str, str]:
    names = {ancestor.__name__ for link in chain for ancestor in type(link).__mro__}
    text = " ".join(str(link) for link in chain).lower()
    codes = {link.errno for link in chain if isinstance(link, OSError)}
    if any(isinstance(link, ssl.SSLError) for link in chain) or "certificate" in text:
        return (
            "could not be reached safely",
            "Its certificate was not accepted; check `base_url` and the system's clock.",
        )
    if errno.ECONNREFUSED in codes or "all connection attempts failed" in text:
        return "could not be reached", "Nothing listens at its address. Is the server running, and is `base_url` right?"
    if "gaierror" in names or "name or service not known" in text or "name resolution" in text:
        return "could not be reached", "Its host name is not known. Check the network and `base_url`."
    if names & {"ConnectError", "ProxyError"}:
        return "could not be reached", "Check the network, a proxy, and `base_url`."
    return "closed the connection before the answer was whole", "Try again."


def _causes(error: BaseException) -> "list[BaseException]":
    """The exception and what it came from, the innermost last."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return chain


def _unavailable(provider: str, what: str, remedy: str, detail: str | None) -> ProviderError:
    return ProviderError("providerUnavailable", f"{provider} {what}. {remedy}", retryable=True, detail=detail)
