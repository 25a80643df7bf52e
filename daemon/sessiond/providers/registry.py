"""Every model that can be used now, and the provider that serves it: `provider/model` in, a working one out.

The engine resolves a turn's model here; the faces list models and providers. What is asked for and
cannot be had comes as RpcError that says how to get it.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import msgspec

from sessiond.config.settings import Settings
from sessiond.providers.anthropic import Anthropic
from sessiond.providers.base import Provider
from sessiond.providers.models.catalog import VENDORS, Catalog, ModelFacts, billions_of_weights, undated
from sessiond.providers.models.sources import KeyFor, LocalServer, Source, Sources
from sessiond.providers.models.suggestions import suggestions
from sessiond.providers.openai_chat import OpenAIChat
from sessiond.providers.openai_responses import OpenAIResponses
from sessiond.providers.scripted import Scripted
from sessiond_protocol.errors import RpcError
from sessiond_protocol.models import ModelInfo, ModelListResult, Price, ProviderInfo

SERVED_CONTEXT = 8192
"""Tokens to count on at a server that does not tell: Ollama and LM Studio cut longer prompts without a word."""
SMALL_BILLIONS = 4.0
"""Open weights up to this size get lost in a long prompt and among many tools."""
FREE = Price(input=Decimal(0), output=Decimal(0))
"""What sessiond's own server on this machine takes."""
NOTHING_USABLE = (
    "There is no model to use. Give a key (`sessiond auth add anthropic`, or set ANTHROPIC_API_KEY or "
    "OPENAI_API_KEY), or start Ollama, LM Studio or llama.cpp, or run `sessiond local pull` for a small "
    "model on this machine."
)


class ResolvedModel(msgspec.Struct, frozen=True):
    """A model that can be used. `id` is `provider/model`, `name` the provider's own name of it."""

    id: str
    provider: Provider
    name: str
    facts: ModelFacts
    small: bool
    """It needs a short prompt and few tools."""


class ProviderRegistry:
    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        key_for: KeyFor,
        local: Callable[[], LocalServer | None],
        keys_changed_at: Callable[[], int] | None = None,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self._sources = Sources(settings, environment, key_for, local, keys_changed_at)
        self._catalog = Catalog()
        self._providers: dict[tuple[str, ...], Provider] = {}

    async def resolve(self, name: str | None) -> ResolvedModel:
        """The model of that name; for None the configured one, else the best that is usable.

        Raises RpcError `modelNotFound {near}`, `authRequired {provider}`, or `providerUnavailable`
        for a server that does not run.
        """
        name = name or self._settings.model
        if name is None:
            return await self._preferred()
        provider_id, _, model = name.partition("/")
        source = await self._sources.find(provider_id)
        if source is None or not model:
            self._not_found(name, await self._sources.all())
        if source.why_not is not None:
            _refuse(source)
        if model not in self._names(source) and not self._may_be(source, model):
            self._not_found(name, [source])
        return self._resolved(source, model)

    async def models(self) -> ModelListResult:
        """All models by name, those of unusable providers with the reason."""
        sources = await self._sources.all()
        models = [self._info(source, name) for source in sources for name in self._names(source)]
        return ModelListResult(models=models, default=self._settings.model or self._best(sources))

    async def providers(self) -> list[ProviderInfo]:
        return [
            ProviderInfo(
                id=source.id,
                api=source.api,
                base_url=source.base_url,
                usable=source.why_not is None,
                why_not=source.why_not,
                source=source.origin,
            )
            for source in await self._sources.all()
        ]

    async def warm(self, name: str | None = None) -> None:
        """Imports and primes what the model needs. Raises as `resolve` does."""
        await (await self.resolve(name)).provider.warm()

    async def close(self) -> None:
        for provider in self._providers.values():
            await provider.close()

    async def _preferred(self) -> ResolvedModel:
        """What is stated counts first, and then nobody needs to be looked for."""
        sources = await self._sources.stated()
        best = self._best(sources)
        if best is None:
            sources = await self._sources.all()
            best = self._best(sources)
        if best is None:
            raise RpcError.of_kind("modelNotFound", NOTHING_USABLE, near=[])
        provider_id, _, model = best.partition("/")
        return self._resolved(next(source for source in sources if source.id == provider_id), model)

    def _best(self, sources: Iterable[Source]) -> str | None:
        for source in sources:
            names = self._names(source)
            if source.why_not is None and names:
                return f"{source.id}/{names[0]}"
        return None

    def _names(self, source: Source) -> list[str]:
        """The names that are known, the one to prefer first."""
        vendor = self._catalog.names(VENDORS[source.api]) if source.is_vendor else []
        served = [model.name for model in source.served]
        return list(dict.fromkeys([*source.configured, *served, *vendor]))

    def _may_be(self, source: Source, model: str) -> bool:
        return source.takes_any_name or (source.is_vendor and undated(model) in self._names(source))

    def _resolved(self, source: Source, model: str) -> ResolvedModel:
        facts = self._facts(source, model)
        return ResolvedModel(
            id=f"{source.id}/{model}",
            provider=self._provider(source),
            name=model,
            facts=facts,
            small=_is_small(source, model, facts),
        )

    def _facts(self, source: Source, model: str) -> ModelFacts:
        """A server's own word on the context counts before the catalogue's, the user's before both."""
        overrides = source.configured.get(model)
        vendor = VENDORS[source.api] if source.is_vendor else source.id
        facts = self._catalog.find(vendor, source.api, model, overrides)
        if source.served and not (overrides and overrides.context):
            told = next((served.context for served in source.served if served.name == model), None)
            context = told or min(facts.context, SERVED_CONTEXT)
            facts = msgspec.structs.replace(facts, context=context, known=facts.known or bool(told))
        price = FREE if source.origin == "local" else facts.price
        return msgspec.structs.replace(facts, output=min(facts.output, max(1, facts.context // 2)), price=price)

    def _info(self, source: Source, model: str) -> ModelInfo:
        facts = self._facts(source, model)
        return ModelInfo(
            id=f"{source.id}/{model}",
            provider=source.id,
            name=model,
            context=facts.context if facts.known else None,
            output=facts.output if facts.known else None,
            price=facts.price,
            tools=facts.tools,
            images=facts.images,
            reasoning=facts.reasoning,
            usable=source.why_not is None,
            why_not=source.why_not,
        )

    def _provider(self, source: Source) -> Provider:
        """The same object as long as nothing about it changes; an older one lives until `close`, for its streams."""
        made_of = (source.id, source.api, source.base_url or "", source.key or "", source.script or "")
        if made_of not in self._providers:
            self._providers[made_of] = _make(source, self._environment)
        return self._providers[made_of]

    def _not_found(self, name: str, sources: list[Source]) -> NoReturn:
        any_name = {source.id: ["any"] for source in sources if source.api == "scripted"}
        likely = suggestions(name, {source.id: self._names(source) for source in sources} | any_name)
        hint = f" Near: {', '.join(likely)}." if likely else ""
        raise RpcError.of_kind(
            "modelNotFound",
            f"There is no model {name!r}.{hint} `model/list`, or `sessiond models`, gives all.",
            near=likely,
        )


def _make(source: Source, environment: Mapping[str, str]) -> Provider:
    match source.api:
        case "anthropic":
            return Anthropic(source.id, base_url=source.base_url, api_key=source.key, environment=environment)
        case "openai-responses":
            return OpenAIResponses(source.id, base_url=source.base_url, api_key=source.key, environment=environment)
        case "scripted":
            return Scripted(source.id, Path(source.script or "").expanduser())
        case _:
            return OpenAIChat(source.id, base_url=source.base_url, api_key=source.key, environment=environment)


def _refuse(source: Source) -> NoReturn:
    kind = "authRequired" if source.lacks_key else "providerUnavailable"
    fields = {"provider": source.id} if source.lacks_key else {}
    raise RpcError.of_kind(kind, f"The provider {source.id} cannot be used. {source.why_not}", **fields)


def _is_small(source: Source, model: str, facts: ModelFacts) -> bool:
    if source.is_vendor or source.api == "scripted":
        return False
    billions = billions_of_weights(model)
    return facts.context < SERVED_CONTEXT or (billions is not None and billions <= SMALL_BILLIONS)
