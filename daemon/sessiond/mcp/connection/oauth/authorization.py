"""The SDK's authorization flow (discovery, registration, PKCE, refresh), from what is kept to a token in a request.

`login.py` says when it runs. Added here: where it starts after a restart, what it may ask, a browser that comes back to
this machine, and clients that the user has configured.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import OAuthClientProvider, OAuthFlowError
from mcp.client.auth.utils import extract_resource_metadata_from_www_auth, extract_scope_from_www_auth
from mcp.shared.auth import AuthorizationCodeResult
from pydantic import AnyUrl

from sessiond.mcp.base import Host, Lost, Remote, ServerFailed
from sessiond.mcp.connection.oauth import client, machine
from sessiond.mcp.connection.oauth.asking import asked, require_secure
from sessiond.mcp.connection.oauth.loopback import Loopback, loopback
from sessiond.mcp.connection.oauth.tokens import Tokens

LOOK_SECONDS = 1.0
"""How often a waiting login looks whether another process has logged in meanwhile."""
PORT = 27183
"""Tried first, so that a client that is registered by hand can name one redirect address."""
PAST = 1.0
"""Seconds since the epoch; the SDK reads 0 as never."""


class _LoggedInElsewhere(Exception):
    """Another process has, while this one waited for the user."""


class Authorization(OAuthClientProvider):
    """Used by one task at a time. Methods raise what the SDK raises, ConfigError, and ServerFailed."""

    def __init__(self, place: Remote, host: Host, tokens: Tokens, patience: float) -> None:
        """`patience`: seconds for the user."""
        super().__init__(
            place.url, client.registration(), tokens, self._send_user, self._answer_of_user, client.metadata_url(place)
        )
        self._place = place
        self._host = host
        self._tokens = tokens
        self._patience = patience
        self._loopback: Loopback | None = None
        self._refused_token: str | None = None
        self._refused_refresh: str | None = None
        self._refused_client: str | None = None
        self._refreshed: str | None = None

    @property
    def token(self) -> str | None:
        """The access token, as long as it is not known to have run out."""
        tokens = self.context.current_tokens
        return tokens.access_token if tokens is not None and self.context.is_token_valid() else None

    @property
    def has_to_renew(self) -> bool:
        return not self._initialized or (self.context.current_tokens is not None and self.token is None)

    async def renew(self, request: httpx2.Request) -> None:
        """Puts the token into the request that is kept by now, refreshed if it has run out. There may be none."""
        self._initialized = False
        await self._run(request)

    async def authorize(self, request: httpx2.Request, challenge: httpx2.Response) -> None:
        """Puts a token into the request that the challenge asks for; waits for the user where that takes one."""
        if not self._initialized:  # after a refresh that was refused
            await self._initialize()
        challenge = self._as_configured(challenge)
        async with loopback([*client.registered_ports(self.context.client_info), PORT]) as self._loopback:
            self.context.client_metadata.redirect_uris = [AnyUrl(self._loopback.uri)]
            self._drop_unusable_client(self._loopback.uri, extract_scope_from_www_auth(challenge))
            try:
                await self._run(request, challenge)
            except _LoggedInElsewhere:
                await self.renew(request)
            except BaseException:
                self._initialized = False  # what was kept before still is
                raise

    def refuse(self, token: str) -> None:
        """The server has not accepted it: it has run out, and if it was refreshed just now, refreshing is no help."""
        self._refused_token = token
        if token == self._refreshed and self.context.current_tokens is not None:
            self._refused_refresh = self.context.current_tokens.refresh_token

    def accepted(self) -> None:
        self._refreshed = None

    async def _run(self, request: httpx2.Request, challenge: httpx2.Response | None = None) -> None:
        """The SDK's flow up to where it sends the request; with a challenge, up to where it sends it once more.

        The SDK would keep its lock until the server has answered: one slow call would hold up all others.
        """
        async with aclosing(super().async_auth_flow(request)) as steps:
            await self._ask(steps, await anext(steps), request)
            if challenge is not None:
                await self._ask(steps, await steps.asend(challenge), request)

    async def _ask(
        self, steps: AsyncGenerator[httpx2.Request, httpx2.Response], step: httpx2.Request, request: httpx2.Request
    ) -> None:
        while step is not request:
            step = await steps.asend(await asked(step, self._place))

    def _drop_unusable_client(self, redirect_uri: str, scope: str | None) -> None:
        """The SDK registers another one then."""
        known = self.context.client_info
        if known is None or known.client_id == self._place.client_id:
            return
        if known.client_id == self._refused_client or not client.is_registered_for(known, redirect_uri, scope):
            self.context.client_info = None

    def _as_configured(self, challenge: httpx2.Response) -> httpx2.Response:
        """The SDK asks for the scopes that the server names; the user's own come before those."""
        if challenge.status_code != 401 or not self._place.scopes:
            return challenge
        fields = {"scope": " ".join(self._place.scopes)}
        if url := extract_resource_metadata_from_www_auth(challenge):
            fields["resource_metadata"] = url
        named = ", ".join(f'{name}="{value}"' for name, value in fields.items())
        return httpx2.Response(401, headers={"WWW-Authenticate": f"Bearer {named}"}, request=challenge.request)

    # What the SDK's flow asks of its subclass.

    async def _initialize(self) -> None:
        kept, context = await self._tokens.read(), self.context
        tokens, expires_at = kept.tokens, kept.expires_at
        if tokens is not None and tokens.access_token == self._refused_token:
            expires_at = PAST
        if tokens is not None and tokens.refresh_token == self._refused_refresh:
            tokens = tokens.model_copy(update={"refresh_token": None})
        context.current_tokens, context.token_expiry_time = tokens, expires_at
        context.client_info = client.configured(self._place, kept.authorization_server) or kept.client
        context.oauth_metadata = kept.authorization_server
        context.protected_resource_metadata = kept.resource
        context.auth_server_url = str(kept.resource.authorization_servers[0]) if kept.resource else None
        self._initialized = True

    async def _handle_refresh_response(self, response: httpx2.Response) -> bool:
        if response.status_code >= 500 or response.status_code == 429:
            # The SDK would send the user to log in anew for a server that is busy.
            raise Lost(f"The authorization server answered {response.status_code}; the login is kept.")
        tried, known = self.context.current_tokens, self.context.client_info
        if await super()._handle_refresh_response(response):
            self._refreshed = self.token
            return True
        self._refused_refresh = tried and tried.refresh_token
        if known is not None and "invalid_client" in response.text:
            self._refused_client = known.client_id
        return False

    async def _perform_authorization(self) -> httpx2.Request:
        context = self.context
        self._tokens.discovered(context.oauth_metadata, context.protected_resource_metadata)
        configured = client.configured(self._place, context.oauth_metadata)
        if configured is not None:
            if context.client_info is None or context.client_info.client_id != configured.client_id:
                raise OAuthFlowError("the server names another authorization server than the one that knows the client")
            context.client_info = configured
            if self._place.client_secret and machine.is_for_machines(context.oauth_metadata):
                return await machine.token_request(context, client.private_key(self._place))
        return await super()._perform_authorization()

    async def _send_user(self, url: str) -> None:
        url = _with_one_query(url)
        require_secure(httpx2.URL(url), httpx2.URL(self._place.url))
        assert self._loopback is not None  # the flow runs within it only
        self._loopback.expect(parse_qs(urlsplit(url).query)["state"][-1])
        self._host.wants_login(url)

    async def _answer_of_user(self) -> AuthorizationCodeResult:
        assert self._loopback is not None  # as above
        try:
            async with asyncio.timeout(self._patience):
                since = await self._tokens.changed_at()
                while (arrival := await self._loopback.arrival(LOOK_SECONDS)) is None:
                    if await self._tokens.are_newer(since):
                        raise _LoggedInElsewhere
        except TimeoutError:
            raise ServerFailed(f"nobody has logged in within {self._patience:g} seconds") from None
        finally:
            self._host.wants_login(None)
        return AuthorizationCodeResult(code=arrival.code, state=arrival.state, iss=arrival.iss)


def _with_one_query(url: str) -> str:
    """The SDK appends its query to endpoints that may have one of their own (RFC 6749, 3.1)."""
    endpoint, _, query = url.rpartition("?")
    return f"{endpoint}&{query}" if "?" in endpoint else url
