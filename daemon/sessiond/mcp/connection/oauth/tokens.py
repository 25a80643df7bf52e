"""The SDK's token storage, with what a refresh after a restart needs and the SDK does not keep: when the token ends,
and the authorization server that gave it. Used by `login.py`; `mcp/logins.py` knows the files."""

import asyncio
import contextlib
import time

from mcp.client.auth import TokenStorage
from mcp.shared.auth import OAuthClientInformationFull, OAuthMetadata, OAuthToken, ProtectedResourceMetadata
from pydantic import BaseModel, ValidationError

from sessiond.config.errors import ConfigError
from sessiond.mcp.logins import KeptLogin


class Kept(BaseModel):
    """All that is known of one login. What belongs together is written together."""

    client: OAuthClientInformationFull | None = None
    """As it was registered; None where it is configured."""
    tokens: OAuthToken | None = None
    expires_at: float | None = None
    """Seconds since the epoch."""
    authorization_server: OAuthMetadata | None = None
    """Whose tokens they are: no other is shown them."""
    resource: ProtectedResourceMetadata | None = None


class Tokens(TokenStorage):
    """Methods raise ConfigError when the keyring or the disk refuses."""

    def __init__(self, place: KeptLogin) -> None:
        self._place = place
        self._kept = Kept()
        self._registered = set[str]()

    async def read(self) -> Kept:
        """What is kept now, by whatever process. Empty when damaged."""
        self._kept = await self._read()
        return self._kept

    async def changed_at(self) -> int:
        return await asyncio.to_thread(self._place.changed_at)

    async def are_newer(self, since: int) -> bool:
        """Whether others than those that were read have been written after `since`. Takes no notice of them."""
        if await self.changed_at() == since:
            return False
        tokens = (await self._read()).tokens
        return tokens is not None and tokens != self._kept.tokens

    def discovered(self, server: OAuthMetadata | None, resource: ProtectedResourceMetadata | None) -> None:
        """Where the next tokens come from and what they are for."""
        self._kept = self._kept.model_copy(update={"authorization_server": server, "resource": resource})

    async def get_tokens(self) -> OAuthToken | None:
        return (await self.read()).tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        ends = None if tokens.expires_in is None else time.time() + tokens.expires_in
        await self._write(self._kept.model_copy(update={"tokens": tokens, "expires_at": ends}))

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return (await self.read()).client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """A client that takes the place of another is written with its first tokens; until then the old ones hold."""
        self._registered.add(client_info.client_id)
        had_tokens, self._kept = self._kept.tokens is not None, Kept(client=client_info)
        if not had_tokens:
            await self._write(self._kept)

    async def doubt_client(self) -> None:
        """There are no tokens, and no login came of it. The authorization server may have forgotten a client that was
        registered long ago, and tells only the browser."""
        client = self._kept.client
        if client is not None and client.client_id not in self._registered:
            with contextlib.suppress(ConfigError):  # there is a failure to tell of already
                await self._write(Kept())

    async def _read(self) -> Kept:
        raw = await asyncio.to_thread(self._place.read)
        try:
            return Kept.model_validate(raw or {})
        except ValidationError:
            return Kept()

    async def _write(self, kept: Kept) -> None:
        self._kept = kept
        await asyncio.to_thread(self._place.write, kept.model_dump(mode="json", exclude_none=True))
