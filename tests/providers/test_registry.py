"""The registry: which model is meant, which provider serves it, and how to get what cannot be had."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from sessiond.config.errors import ConfigError
from sessiond.config.settings import Settings
from sessiond.providers.anthropic import Anthropic
from sessiond.providers.models import sources
from sessiond.providers.models.discovery import addresses
from sessiond.providers.openai_chat import OpenAIChat
from sessiond.providers.openai_responses import OpenAIResponses
from sessiond.providers.registry import NOTHING_USABLE, ProviderRegistry, ResolvedModel
from sessiond.providers.scripted import Scripted
from sessiond_protocol.errors import RpcError
from sessiond_protocol.models import ModelInfo, Price, ProviderInfo
from support.fake_model_server import Answer, fake_model_server

NOWHERE = {"OLLAMA_HOST": "127.0.0.1:1"}
SCRIPT = {"api": "scripted", "script": "steps.jsonl"}


@pytest.fixture(autouse=True)
def no_servers_of_this_machine(monkeypatch: pytest.MonkeyPatch):
    """Looks where `OLLAMA_HOST` says, and for no other server that may run here."""

    def nowhere_else(environment: Mapping[str, str]) -> dict[str, str]:
        elsewhere = dict.fromkeys(("lmstudio", "llamacpp"), "http://127.0.0.1:1/v1")
        return {"ollama": addresses(environment)["ollama"], **elsewhere}

    monkeypatch.setattr(sources, "addresses", nowhere_else)


class Server(NamedTuple):
    """What `sessiond local` tells of its server."""

    base_url: str = "http://127.0.0.1:9/v1"
    api_key: str = "k"
    model: str = "qwen2.5-coder-1.5b"
    context: int = 16_384


def registry(
    settings: dict[str, Any] | None = None, keys: dict[str, str] | None = None, local: Server | None = None, **env: str
) -> ProviderRegistry:
    given = keys or {}
    return ProviderRegistry(
        Settings.model_validate(settings or {}),
        {**NOWHERE, **env},
        key_for=lambda provider, variable: given.get(provider),
        local=lambda: local,
    )


async def refused(registry: ProviderRegistry, name: str | None) -> RpcError:
    with pytest.raises(RpcError) as caught:
        await registry.resolve(name)
    return caught.value


async def test_with_nothing_at_all_the_three_ways_to_get_a_model_are_told():
    error = await refused(registry(), None)
    assert (error.message, error.data) == (NOTHING_USABLE, {"kind": "modelNotFound", "near": []})


async def test_a_key_is_preferred_to_a_running_server_and_anthropics_to_openais():
    async def chosen(**keys: str) -> str:
        return (await registry(keys=keys, local=Server()).resolve(None)).id

    assert [await chosen(anthropic="a", openai="o"), await chosen(openai="o"), await chosen()] == [
        "anthropic/claude-sonnet-5-5",
        "openai/gpt-6.1-sol",
        "local/qwen2.5-coder-1.5b",
    ]


async def test_the_configured_model_counts_before_everything():
    settings = {"model": "script/any", "provider": {"script": SCRIPT}}
    assert (await registry(settings, {"anthropic": "a"}).resolve(None)).id == "script/any"


async def test_a_configured_provider_with_models_counts_before_keys():
    own = {"api": "openai-chat", "base_url": "http://127.0.0.1:9/v1", "models": {"mine": {}}}
    assert (await registry({"provider": {"own": own}}, {"anthropic": "a"}).resolve(None)).id == "own/mine"


async def test_a_running_server_is_found_and_counts_before_our_own():
    listing = json.dumps({"data": [{"id": "qwen3:8b"}, {"id": "llama3.2:3b"}]}).encode()
    with fake_model_server(Answer([listing], headers={"content-type": "application/json"})) as ollama:
        found = registry(local=Server(), OLLAMA_HOST=ollama.url)
        best, small = await found.resolve(None), await found.resolve("ollama/llama3.2:3b")
        error = await refused(found, "ollama/lama3.2")

    assert (best.id, best.facts.context, best.facts.price, best.small) == ("ollama/qwen3:8b", 8_192, None, False)
    assert isinstance(best.provider, OpenAIChat) and small.small and small.provider is best.provider
    assert error.data == {"kind": "modelNotFound", "near": ["ollama/llama3.2:3b"]}


async def test_our_own_server_serves_a_small_model_with_the_context_it_was_started_with():
    found = await registry(local=Server()).resolve("local/qwen2.5-coder-1.5b")
    assert (found.facts.context, found.facts.output, found.small) == (16_384, 8_192, True)


@pytest.mark.parametrize(("provider", "api"), [("anthropic", Anthropic), ("openai", OpenAIResponses)])
async def test_a_provider_is_one_object_as_long_as_its_key_stays(provider: str, api: type):
    keys = {provider: "one"}
    found = registry(keys=keys)
    name = {"anthropic": "anthropic/claude-opus-5-5", "openai": "openai/gpt-5"}[provider]

    first, again = await found.resolve(name), await found.resolve(name)
    keys[provider] = "two"
    later = await found.resolve(name)

    assert isinstance(first.provider, api) and first.provider is again.provider is not later.provider
    await found.close()


async def test_a_missing_key_is_asked_for_with_both_ways_to_give_it():
    error = await refused(registry(), "anthropic/claude-opus-5-5")
    assert error.data == {"kind": "authRequired", "provider": "anthropic"}
    assert "set ANTHROPIC_API_KEY, or run `sessiond auth add anthropic`" in error.message


async def test_keys_that_cannot_be_read_are_told_as_they_are():
    def damaged(provider: str, variable: str | None) -> str | None:
        raise ConfigError("auth.json is damaged.")

    error = await refused(ProviderRegistry(Settings(), NOWHERE, damaged, lambda: None), "openai/gpt-5")
    assert error.data == {"kind": "authRequired", "provider": "openai"} and "auth.json is damaged." in error.message


async def test_a_server_that_does_not_run_is_named_with_its_address():
    error = await refused(registry(), "ollama/qwen3")
    assert error.data == {"kind": "providerUnavailable"}
    assert "It does not run at http://127.0.0.1:1/v1" in error.message


async def test_an_unknown_model_of_a_vendor_is_refused_with_near_names():
    error = await refused(registry(keys={"anthropic": "a"}), "anthropic/claude-sonet-5-5")
    assert error.data and error.data["kind"] == "modelNotFound"
    assert error.data["near"][0] == "anthropic/claude-sonnet-5-5"
    assert "`sessiond models`" in error.message


async def test_a_name_without_a_provider_is_refused_with_the_full_one():
    error = await refused(registry(), "claude-opus-5-5")
    assert error.data and error.data["near"][0] == "anthropic/claude-opus-5-5"


async def test_a_name_with_an_unknown_provider_is_refused_with_one_of_a_provider_like_it():
    found = registry({"provider": {"script": SCRIPT}})
    near = [(await refused(found, name)).data for name in ("scrpt/any", "script")]
    assert near == [{"kind": "modelNotFound", "near": ["script/any"]}] * 2


async def test_a_dated_name_of_a_known_model_is_taken():
    assert (await registry(keys={"openai": "o"}).resolve("openai/gpt-5.4-2026-03-05")).name == "gpt-5.4-2026-03-05"


async def test_a_model_that_the_user_describes_is_known():
    models = {"claude-next": {"context": 500_000, "price": {"input": 1, "output": 2}}}
    settings = {"provider": {"anthropic": {"api": "anthropic", "models": models}}}

    found = await registry(settings, {"anthropic": "a"}).resolve("anthropic/claude-next")

    assert (found.facts.context, found.facts.price) == (500_000, Price(input=Decimal(1), output=Decimal(2)))


async def test_a_configured_provider_takes_any_name_even_one_with_a_slash():
    router = {"api": "openai-chat", "base_url": "https://openrouter.example/v1", "api_key_env": "ROUTER_KEY"}
    found = await registry({"provider": {"router": router}}, {"router": "r"}).resolve("router/qwen/qwen3-coder")
    assert (found.name, found.facts.context, found.small) == ("qwen/qwen3-coder", 262_144, False)


async def test_a_configured_server_needs_a_key_only_where_it_says_so():
    own = {"api": "openai-chat", "base_url": "http://127.0.0.1:9/v1"}
    keyed = {**own, "api_key_env": "OWN_KEY"}

    assert isinstance(await registry({"provider": {"own": own}}).resolve("own/m"), ResolvedModel)
    error = await refused(registry({"provider": {"own": keyed}}), "own/m")
    assert "set OWN_KEY, or run `sessiond auth add own`" in error.message


async def test_a_script_is_played_by_the_scripted_provider():
    found = await registry({"provider": {"script": SCRIPT}}).resolve("script/any")
    assert isinstance(found.provider, Scripted) and not found.small
    await registry({"provider": {"script": SCRIPT}}).warm("script/any")


async def test_a_scripted_provider_without_a_script_says_what_is_missing():
    error = await refused(registry({"provider": {"script": {"api": "scripted"}}}), "script/any")
    assert "Name the file of steps" in error.message


async def test_models_are_listed_with_limits_prices_and_why_they_cannot_be_used():
    listed = await registry(local=Server()).models()
    by_id = {model.id: model for model in listed.models}

    assert listed.default == "local/qwen2.5-coder-1.5b"
    assert by_id["local/qwen2.5-coder-1.5b"] == ModelInfo(
        id="local/qwen2.5-coder-1.5b",
        provider="local",
        name="qwen2.5-coder-1.5b",
        context=16_384,
        output=8_192,
        price=Price(input=Decimal(0), output=Decimal(0)),
    )
    opus = by_id["anthropic/claude-opus-5-5"]
    assert (opus.context, opus.usable, opus.reasoning, opus.images) == (1_000_000, False, True, True)
    assert opus.price == Price(input=Decimal(4), output=Decimal(20), cache_read=Decimal("0.2"), cache_write=Decimal(5))
    assert opus.why_not and "ANTHROPIC_API_KEY" in opus.why_not


async def test_providers_are_listed_with_where_they_were_found():
    settings = {"provider": {"script": SCRIPT}}
    listed = await registry(settings, {"openai": "o"}, Server(), OPENAI_API_KEY="o").providers()

    found = {provider.id: (provider.source, provider.usable) for provider in listed}
    assert found == {
        "script": ("config", True),
        "anthropic": ("builtin", False),
        "openai": ("environment", True),
        "ollama": ("discovered", False),
        "lmstudio": ("discovered", False),
        "llamacpp": ("discovered", False),
        "local": ("local", True),
    }
    assert listed[0] == ProviderInfo(id="script", api="scripted", base_url=None, usable=True, source="config")
