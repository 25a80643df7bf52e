"""Logs in to a remote server as soon as it asks for it: the authentication of the HTTP client that talks to it.

What a login takes is known to `authorization.py`. Here is when it is due, and that it costs nobody else: calls that
have a token do not wait for the login of another.
"""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
from mcp.client.auth import OAuthFlowError, OAuthRegistrationError
from mcp.client.auth.utils import extract_field_from_www_auth, extract_scope_from_www_auth

from sessiond.config.errors import ConfigError
from sessiond.config.privacy.redaction import redacted
from sessiond.mcp.base import Host, Lost, NeedsAuth, Remote, ServerFailed
from sessiond.mcp.connection.failures import words
from sessiond.mcp.connection.oauth.authorization import Authorization
from sessiond.mcp.connection.oauth.tokens import Tokens
from sessiond.mcp.connection.remote.endpoint import shown
from sessiond.mcp.logins import KeptLogin

PATIENCE_SECONDS = 600.0
MOST_CHALLENGES = 3
"""That one request answers: a token that has run out, a login, and a login for more."""


def login(
    place: Remote, host: Host, *, patience: float = PATIENCE_SECONDS, directory: Path | None = None
) -> httpx2.Auth | None:
    """None where the configured headers have credentials already.

    Requests through it raise NeedsAuth when there is no login, also because the host raised it in `wants_login`; Lost
    when the servers of the login are out of reach; other ServerFailed when only what was asked for is not allowed.
    `patience`: seconds for the user. `directory`: where logins are kept, see `KeptLogin`.
    """
    if any(name.lower() == "authorization" for name in place.headers):
        return None
    return _Login(place, host, Tokens(KeptLogin(place, directory)), patience)


class _Login(httpx2.Auth):
    def __init__(self, place: Remote, host: Host, tokens: Tokens, patience: float) -> None:
        self._place = place
        self._tokens = tokens
        self._authorization = Authorization(place, host, tokens, patience)
        self._turn = asyncio.Lock()
        self._untried_token: str | None = None
        """Of a login; the server has not seen it yet."""
        self._asked_for = set[str | None]()
        """Scopes that the server wanted and the user was sent to allow."""

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        if not is_at(request.url, self._place.url):
            yield request  # a token is for the server that it was made for
            return
        await self._bring_token(request)
        response = yield request
        for _ in range(MOST_CHALLENGES):
            if not self._is_challenge(response):
                return
            await self._meet(response, request)
            response = yield request

    async def _bring_token(self, request: httpx2.Request) -> None:
        """Waits for nobody while there is nothing to refresh."""
        if self._authorization.has_to_renew:
            async with self._turn:
                await self._renew(request)
        elif token := self._authorization.token:
            request.headers["Authorization"] = f"Bearer {token}"

    def _is_challenge(self, response: httpx2.Response) -> bool:
        if response.status_code == 401:
            return True
        self._untried_token = None
        self._authorization.accepted()
        return response.status_code == 403 and extract_field_from_www_auth(response, "error") == "insufficient_scope"

    async def _meet(self, challenge: httpx2.Response, request: httpx2.Request) -> None:
        """Returns with another token in the request."""
        async with self._turn:
            sent = _token_in(request)
            if challenge.status_code == 401 and sent is not None:
                self._refuse(sent)
            await self._renew(request)
            if _token_in(request) == sent:
                await self._log_in(challenge, request)

    def _refuse(self, token: str) -> None:
        """A server that is not content with what it has just been given must not send the user round in circles."""
        if token == self._untried_token:
            raise NeedsAuth(f"{shown(self._place.url)} does not accept the login that it has just been given.")
        self._authorization.refuse(token)

    async def _renew(self, request: httpx2.Request) -> None:
        try:
            await self._authorization.renew(request)
        except (OAuthFlowError, ConfigError, ValueError) as error:
            raise ServerFailed(f"The login to {shown(self._place.url)} cannot be renewed: {_told(error)}") from error

    async def _log_in(self, challenge: httpx2.Response, request: httpx2.Request) -> None:
        """Raises NeedsAuth; ServerFailed where there is a login, and only more was asked for."""
        scope = extract_scope_from_www_auth(challenge)
        more = challenge.status_code == 403
        try:
            if more and scope in self._asked_for:
                raise ServerFailed(f"it does not give what the server wants ({scope})")
            await self._authorization.authorize(request, challenge)
        except (NeedsAuth, Lost):
            raise
        except (OAuthFlowError, ConfigError, ServerFailed, ValueError) as error:
            self._asked_for.add(scope)
            failure = f"The login to {shown(self._place.url)} failed: {_told(error)}"
            if more:
                raise ServerFailed(failure) from error
            await self._tokens.doubt_client()
            raise NeedsAuth(failure) from error
        self._asked_for.add(scope)
        self._untried_token = _token_in(request)


def is_at(url: httpx2.URL, server: str) -> bool:
    """Whether it is an address of the server, or of the same one by https, where it may send who comes by http."""
    other = httpx2.URL(server)
    origin, expected = (url.scheme, url.host, url.port), (other.scheme, other.host, other.port)
    return origin == expected or (expected == ("http", url.host, None) and origin == ("https", url.host, None))


def _token_in(request: httpx2.Request) -> str | None:
    header = request.headers.get("Authorization")
    return None if header is None else header.removeprefix("Bearer ")


def _told(error: Exception) -> str:
    told = redacted(words(error))
    if isinstance(error, OAuthRegistrationError):
        return f"no client could be registered ({told.strip()}). Give an `oauth` `client_id`, or a key in `headers`"
    return told
