"""An authorization server, on the SDK, that a test plays: what it knows, counts and refuses can be seen and changed."""

import secrets
import time
from typing import Any

from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    OAuthAuthorizationServerProvider,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.routes import create_auth_routes
from mcp.server.auth.settings import ClientRegistrationOptions
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyHttpUrl, AnyUrl
from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import Response

SCOPES = ["read", "write"]
LIFETIME = 3600


class AnyPort(OAuthClientInformationFull):
    """A client that was registered by hand: it may come back to any port of the machine (RFC 8252, 7.3)."""

    def validate_redirect_uri(self, redirect_uri: AnyUrl | None) -> AnyUrl:
        assert redirect_uri is not None and redirect_uri.host == "127.0.0.1"
        return redirect_uri


class AuthorizationServer(OAuthAuthorizationServerProvider[AuthorizationCode, RefreshToken, AccessToken]):
    """Logs in whoever comes, at once."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.clients: dict[str, OAuthClientInformationFull] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self.access: dict[str, AccessToken] = {}
        self.refresh: dict[str, RefreshToken] = {}
        self.done: list[str] = []
        """What it was asked for, in order: `register`, `login`, `refresh`."""
        self.refusal: str | None = None
        """An error instead of a login."""
        self.forgetful = False
        """Whether servers know nothing of the tokens it gives."""
        self.busy = False
        """Whether it answers 503 to requests for tokens."""
        self.issued: list[str] = []
        """All tokens that there ever were."""

    def app(self) -> Starlette:
        options = ClientRegistrationOptions(enabled=True, valid_scopes=SCOPES, default_scopes=["read"])
        app = Starlette(routes=create_auth_routes(self, AnyHttpUrl(self.issuer), client_registration_options=options))
        app.add_middleware(BaseHTTPMiddleware, dispatch=self._unless_busy)
        return app

    async def _unless_busy(self, request: Any, call_next: Any) -> Response:
        return Response(status_code=503) if self.busy and request.url.path == "/token" else await call_next(request)

    def end_access(self) -> None:
        """Servers take no token any more that there is, whatever was said of its end."""
        self.access.clear()

    def end_login(self) -> None:
        self.access.clear()
        self.refresh.clear()

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        return self.clients.get(client_id)

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        self.done.append("register")
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        self.done.append("login")
        back = str(params.redirect_uri)
        if self.refusal is not None:
            told = {"error": self.refusal, "error_description": "<b>not you</b>"}
            return construct_redirect_uri(back, state=params.state, **told)
        code = AuthorizationCode(
            code=secrets.token_urlsafe(24),
            scopes=params.scopes or [],
            expires_at=time.time() + 60,
            client_id=client.client_id,
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
        )
        self.codes[code.code] = code
        return construct_redirect_uri(back, code=code.code, state=params.state)

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        return self.codes.get(authorization_code)

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        del self.codes[authorization_code.code]
        return self._tokens(client.client_id, authorization_code.scopes, authorization_code.resource)

    async def load_refresh_token(self, client: OAuthClientInformationFull, refresh_token: str) -> RefreshToken | None:
        return self.refresh.get(refresh_token)

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        self.done.append("refresh")
        del self.refresh[refresh_token.token]
        return self._tokens(client.client_id, scopes, refresh_token.resource)

    async def load_access_token(self, token: str) -> AccessToken | None:
        return None if self.forgetful else self.access.get(token)

    async def revoke_token(self, token: AccessToken | RefreshToken) -> None:
        self.end_login()

    def _tokens(self, client_id: str, scopes: list[str], resource: str | None) -> OAuthToken:
        access, refresh = self._secret(), self._secret()
        self.access[access] = AccessToken(token=access, client_id=client_id, scopes=scopes, resource=resource)
        self.refresh[refresh] = RefreshToken(token=refresh, client_id=client_id, scopes=scopes, resource=resource)
        return OAuthToken(access_token=access, expires_in=LIFETIME, scope=" ".join(scopes), refresh_token=refresh)

    def _secret(self) -> str:
        self.issued.append(secrets.token_urlsafe(24))
        return self.issued[-1]
