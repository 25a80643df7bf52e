"""The login without a user: a configured client gets tokens for itself (RFC 6749, 4.4).

Called by `login.py` where the authorization server offers this and no login of users.
"""

from collections.abc import Sequence

import httpx2
import jwt
from mcp.client.auth import OAuthFlowError
from mcp.client.auth.extensions.client_credentials import SignedJWTParameters
from mcp.client.auth.oauth2 import OAuthContext
from mcp.shared.auth import OAuthMetadata

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
DEFAULT_ALGORITHMS = ("RS256", "ES256", "EdDSA")


def is_for_machines(server: OAuthMetadata | None) -> bool:
    """Many servers offer it beside the login of users, which is what is meant then."""
    grants = (server.grant_types_supported if server is not None else None) or ["authorization_code"]
    return GRANT in grants and "authorization_code" not in grants


async def token_request(context: OAuthContext, private_key: str | None) -> httpx2.Request:
    """`private_key`: PEM, where the client signs instead of showing a secret.

    Raises OAuthFlowError for a key that cannot sign in a way that the server takes.
    """
    server, client = context.oauth_metadata, context.client_info
    assert server is not None and client is not None  # where this grant is offered, both are known
    data, headers = context.prepare_token_auth({"grant_type": GRANT}, {})
    if private_key is not None:
        algorithms = server.token_endpoint_auth_signing_alg_values_supported or DEFAULT_ALGORITHMS
        data |= {
            "client_assertion_type": ASSERTION,
            "client_assertion": await _assertion(client.client_id, str(server.issuer), private_key, algorithms),
        }
    if context.should_include_resource_param(context.protocol_version):
        data["resource"] = context.get_resource_url()
    if context.client_metadata.scope:
        data["scope"] = context.client_metadata.scope
    return httpx2.Request("POST", str(server.token_endpoint), data=data, headers=headers)


async def _assertion(client_id: str, issuer: str, private_key: str, algorithms: Sequence[str]) -> str:
    """Signed in the first way that both the server and the kind of key allow."""
    for algorithm in algorithms:
        parameters = SignedJWTParameters(
            issuer=client_id, subject=client_id, signing_key=private_key, signing_algorithm=algorithm
        )
        try:
            return await parameters.create_assertion_provider()(issuer)
        except (jwt.PyJWTError, NotImplementedError, TypeError, ValueError):
            continue  # a key of another kind
    raise OAuthFlowError(f"the private key fits none of the ways to sign that the server takes: {algorithms}")
