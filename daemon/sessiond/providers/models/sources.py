"""Where models come from: the configuration, keys of Anthropic and OpenAI, servers that run on this machine.

The registry asks it, one source by name or all in the order of preference, and builds providers of them.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Literal, Protocol, TypeAlias

import msgspec

from sessiond.config.errors import ConfigError
from sessiond.config.settings import ModelSettings, ProviderSettings, Settings
from sessiond.providers.models.discovery import DISCOVERY_TIMEOUT, ServedModel, addresses, served_models

BUILTIN = {
    "anthropic": ("anthropic", "ANTHROPIC_API_KEY"),
    "openai": ("openai-responses", "OPENAI_API_KEY"),
}
"""The API and the variable of the key of what is known without configuration."""
LOCAL = "local"
NAMED_TIMEOUT = 2.0
"""Seconds that a server asked for by name has to tell its models; it may be busy."""
KeyFor: TypeAlias = Callable[[str, str | None], str | None]


class LocalServer(Protocol):
    """The server that `sessiond local` runs; `model` without `local/`, `context` in tokens."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def context(self) -> int: ...


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One provider as it stands now, usable unless `why_not` says what to do."""

    id: str
    api: str
    origin: Literal["builtin", "environment", "config", "discovered", "local"]
    base_url: str | None = None
    key: str | None = None
    script: str | None = None
    why_not: str | None = None
    lacks_key: bool = False
    configured: dict[str, ModelSettings] = {}
    served: tuple[ServedModel, ...] = ()
    takes_any_name: bool = False
    """Whether a model that nobody has named before may be asked for."""

    @property
    def is_vendor(self) -> bool:
        """Whether it is Anthropic or OpenAI itself, not somebody who speaks like them."""
        return self.base_url is None and self.api != "scripted" and self.origin not in ("discovered", "local")


class Sources:
    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        key_for: KeyFor,
        local: Callable[[], LocalServer | None],
        keys_changed_at: Callable[[], int] | None = None,
    ) -> None:
        """`keys_changed_at` tells in no time whether keys must be looked up anew; without it they always are."""
        self._settings = settings
        self._environment = environment
        self._key_for = key_for
        self._local = local
        self._keys_changed_at = keys_changed_at
        self._keyed: dict[str, tuple[int, Source]] = {}
        self._addresses = addresses(environment)

    async def find(self, id: str) -> Source | None:
        """The source of that name, or None for a name that means nothing."""
        if id in self._settings.provider or id in BUILTIN:
            return await self._with_a_key_or_none(id)
        if id in self._addresses:
            return await self._discovered(id, NAMED_TIMEOUT)
        return await asyncio.to_thread(self._sessionds_own) if id == LOCAL else None

    async def stated(self) -> list[Source]:
        """The sources that configuration and keys make, in the order of preference; nobody is asked for them."""
        names = dict.fromkeys([*self._settings.provider, *BUILTIN])
        return [source for name in names if (source := await self.find(name)) is not None]

    async def all(self) -> list[Source]:
        """Every source, usable or not, in the order of preference. Running servers are looked for side by side."""
        servers = [id for id in self._addresses if id not in self._settings.provider]
        running = await asyncio.gather(*(self._discovered(id, DISCOVERY_TIMEOUT) for id in servers))
        own = [] if LOCAL in self._settings.provider else [await asyncio.to_thread(self._sessionds_own)]
        return [*await self.stated(), *running, *own]

    async def _with_a_key_or_none(self, id: str) -> Source:
        """A keyring may take its time, so keys are looked up in a thread, and only when they have changed."""
        changed_at = self._keys_changed_at() if self._keys_changed_at else None
        known_at, source = self._keyed.get(id, (None, None))
        if source is None or changed_at is None or known_at != changed_at:
            source = await asyncio.to_thread(self._keyed_source, id)
            if changed_at is not None:
                self._keyed[id] = (changed_at, source)
        return source

    def _keyed_source(self, id: str) -> Source:
        settings = self._settings.provider.get(id)
        return self._builtin(id) if settings is None else self._configured(id, settings)

    def _configured(self, id: str, settings: ProviderSettings) -> Source:
        api, variable = settings.api, settings.api_key_env
        if variable is None and id in BUILTIN:
            variable = BUILTIN[id][1]
        source = Source(
            id=id,
            api=api,
            origin="config",
            base_url=settings.base_url,
            script=settings.script,
            configured=settings.models,
            takes_any_name=settings.base_url is not None or id not in BUILTIN,
        )
        if api == "scripted":
            lacks = None if settings.script else f'Name the file of steps: `script = "…"` in [provider.{id}].'
            return msgspec.structs.replace(source, why_not=lacks)
        needs_key = settings.base_url is None or settings.api_key_env is not None
        return self._with_key(source, variable, needs_key=needs_key)

    def _builtin(self, id: str) -> Source:
        api, variable = BUILTIN[id]
        origin = "environment" if self._environment.get(variable) else "builtin"
        return self._with_key(Source(id=id, api=api, origin=origin), variable, needs_key=True)

    def _with_key(self, source: Source, variable: str | None, *, needs_key: bool) -> Source:
        try:
            key = self._key_for(source.id, variable)
        except ConfigError as error:
            return msgspec.structs.replace(source, why_not=error.message, lacks_key=True)
        if key or not needs_key:
            return msgspec.structs.replace(source, key=key)
        return msgspec.structs.replace(source, why_not=_how_to_give_a_key(source.id, variable), lacks_key=True)

    async def _discovered(self, id: str, timeout: float) -> Source:
        base_url = self._addresses[id]
        served = await served_models(id, base_url, timeout)
        source = Source(id=id, api="openai-chat", origin="discovered", base_url=base_url)
        if served is None:
            return msgspec.structs.replace(source, why_not=f"It does not run at {base_url}; start it.")
        if not served:
            return msgspec.structs.replace(source, why_not="It runs, but has no model; load or pull one there.")
        return msgspec.structs.replace(source, served=tuple(served))

    def _sessionds_own(self) -> Source:
        server = self._local()
        if server is None:
            why_not = "It does not run; `sessiond local pull` fetches a small model, `sessiond local start` serves it."
            return Source(id=LOCAL, api="openai-chat", origin="local", why_not=why_not)
        return Source(
            id=LOCAL,
            api="openai-chat",
            origin="local",
            base_url=server.base_url,
            key=server.api_key,
            served=(ServedModel(server.model, server.context),),
        )


def _how_to_give_a_key(id: str, variable: str | None) -> str:
    by_variable = f"set {variable}, or " if variable else ""
    return f"It has no key: {by_variable}run `sessiond auth add {id}`."
