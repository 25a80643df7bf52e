"""Who sessiond is to an authorization server: a client that registers itself, or one that the user has configured.

Called by `login.py`. Knows nothing of tokens.
"""

import time

from mcp.client.auth.utils import is_valid_client_metadata_url
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthMetadata
from pydantic import AnyUrl

from sessiond import __version__
from sessiond.mcp.base import Remote

SECRET_METHODS = ("client_secret_basic", "client_secret_post")
PRIVATE_KEY = "-----BEGIN "


def registration() -> OAuthClientMetadata:
    """What is said of us in a registration (RFC 7591). How the client proves itself is left to the server.

    The redirect address is filled in with each login.
    """
    return OAuthClientMetadata(
        client_name="sessiond",
        software_id="sessiond",
        software_version=__version__,
        redirect_uris=None,
    )


def metadata_url(place: Remote) -> str | None:
    """A client id that is the URL of a document about the client; servers that cannot read it have us register."""
    return place.client_id if is_valid_client_metadata_url(place.client_id) else None


def configured(place: Remote, server: OAuthMetadata | None) -> OAuthClientInformationFull | None:
    """The user's client, as it is to be shown to this server and to no other. None: there is none."""
    if place.client_id is None or metadata_url(place) is not None:
        return None
    return OAuthClientInformationFull(
        client_id=place.client_id,
        client_secret=None if private_key(place) else place.client_secret,
        token_endpoint_auth_method=_method(place, server),
        issuer=None if server is None else str(server.issuer),
    )


def private_key(place: Remote) -> str | None:
    """The configured secret where it is a key in PEM: to sign with (RFC 7523), and never to be sent."""
    secret = place.client_secret
    return secret if secret is not None and secret.lstrip().startswith(PRIVATE_KEY) else None


def is_registered_for(client: OAuthClientInformationFull, redirect_uri: str, scope: str | None) -> bool:
    """Whether a registration can be used for a login; servers compare addresses with ports, and scopes where given."""
    if client.client_secret_expires_at and client.client_secret_expires_at <= time.time():
        return False
    if client.redirect_uris and AnyUrl(redirect_uri) not in client.redirect_uris:
        return False
    return client.scope is None or scope is None or set(scope.split()) <= set(client.scope.split())


def registered_ports(client: OAuthClientInformationFull | None) -> list[int]:
    uris = (client.redirect_uris if client is not None else None) or []
    return [uri.port for uri in uris if uri.port]


def _method(place: Remote, server: OAuthMetadata | None) -> str:
    """RFC 8414: a server that does not say how clients prove themselves takes their secret as HTTP's basic."""
    if not place.client_secret:
        return "none"
    if private_key(place):
        return "private_key_jwt"
    offered = (server.token_endpoint_auth_methods_supported if server is not None else None) or SECRET_METHODS
    return next((method for method in SECRET_METHODS if method in offered), SECRET_METHODS[0])
