"""The parts of the engine that the settings decide, built together once the settings are known.

Called by `app.py`. Imports pydantic and the provider room, so never before the first answer.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sessiond.config.errors import ConfigError
from sessiond.config.load import LoadedSettings, load_settings
from sessiond.config.paths import config_directory, config_file, data_directory
from sessiond.config.privacy.child_environment import child_environment
from sessiond.config.secrets import Place, key_for, keys_changed_at, store_key
from sessiond.config.settings import Settings, UnattendedSettings
from sessiond.engine.families import family_of
from sessiond.engine.plan import CompactionRules, ModelChoice, Patience
from sessiond.local.state import local_server
from sessiond.mcp.pool import Pool
from sessiond.mcp.requests import McpRequests
from sessiond.providers.registry import ProviderRegistry
from sessiond.session.asking.permissions import Unattended
from sessiond.session.asking.unanswered import Unanswered
from sessiond.session.title.asking import TitleModel
from sessiond.session.turns.initializing import Initializing
from sessiond.session.turns.planning import Planner, Workshop
from sessiond.session.turns.project_rules import ProjectRules
from sessiond.session.turns.sampling import sampled
from sessiond.tools.changes.contents import Contents
from sessiond.tools.changes.watching import Changes
from sessiond.tools.outputs import Outputs
from sessiond.tools.registry import ToolRegistry
from sessiond.tools.shell.sandbox.sandbox import Own, Sandbox
from sessiond_protocol.errors import ErrorCode, RpcError

log = logging.getLogger(__name__)


class Parts(NamedTuple):
    settings: Settings
    registry: ProviderRegistry
    planner: Planner
    workshop: Workshop
    servers: Pool
    mcp: McpRequests
    unanswered: Unanswered
    store_key: Callable[[str, str], Place]
    title_model: TitleModel | None
    initializing: Initializing


async def assemble(root: Path, client_settings: dict[str, Any] | None, environment: Mapping[str, str]) -> Parts:
    """Raises RpcError `invalidRequest` for settings that are wrong; the text names file and key."""
    try:
        loaded = await asyncio.to_thread(load_settings, root, client_settings, environment)
    except ConfigError as error:
        raise RpcError(
            ErrorCode.INVALID_PARAMS, error.message, {"kind": "invalidRequest", "field": "settings"}
        ) from None
    for warning in loaded.warnings:
        log.warning("%s", warning)
    return build(loaded, client_settings, environment)


def build(loaded: LoadedSettings, client_settings: dict[str, Any] | None, environment: Mapping[str, str]) -> Parts:
    settings = loaded.settings
    registry = ProviderRegistry(
        settings,
        environment,
        key_for=lambda provider, variable: key_for(provider, variable, environment),
        local=lambda: local_server(environment),
        keys_changed_at=lambda: keys_changed_at(environment),
    )
    workshop = work_place(settings, client_settings, environment)
    models = Models(registry)
    servers = Pool(
        workshop.rules.servers_of,
        environment=environment,
        children=workshop.environment,
        data=data_directory(environment),
        sampler=partial(sampled, models, settings.small_model, patience(settings)),
    )
    return Parts(
        settings=settings,
        registry=registry,
        planner=Planner(
            models,
            workshop,
            servers,
            patience(settings),
            max_steps=settings.max_steps,
            compaction=compaction(settings),
        ),
        workshop=workshop,
        servers=servers,
        mcp=McpRequests(servers),
        unanswered=Unanswered(unattended(settings)),
        store_key=partial(store_key, environment=environment),
        initializing=Initializing(workshop.own_texts, environment),
        title_model=TitleModel(models, settings.small_model, workshop.own_texts) if settings.small_model else None,
    )


class Models:
    """The registry's models as the engine's plan wants them."""

    def __init__(self, registry: ProviderRegistry) -> None:
        self._registry = registry

    async def choose(self, name: str | None) -> ModelChoice:
        resolved = await self._registry.resolve(name)
        facts = resolved.facts
        return ModelChoice(
            id=resolved.id,
            provider=resolved.provider,
            name=resolved.name,
            context=facts.context if facts.known else None,
            max_output_tokens=facts.output,
            price=facts.price,
            images=facts.images,
            tools=facts.tools,
            reasoning=facts.reasoning,
            temperature=facts.temperature,
            small=resolved.small,
            family=family_of(resolved.name),
        )


def work_place(settings: Settings, client_settings: dict[str, Any] | None, environment: Mapping[str, str]) -> Workshop:
    """What tools work with: child processes see no keys, and sessiond's own files are out of their reach."""
    config, data = config_directory(environment), data_directory(environment)
    outputs = Outputs(data / "outputs")
    sandbox = Sandbox(
        settings.sandbox.bash,
        network=settings.sandbox.network,
        writable=settings.sandbox.writable,
        own=Own(hidden=(config, data), shown=(outputs.directory,)),
    )
    keys = [provider.api_key_env for provider in settings.provider.values() if provider.api_key_env]
    return Workshop(
        tools=ToolRegistry(sandbox),
        rules=ProjectRules(client_settings, environment),
        outputs=outputs,
        changes=Changes(Contents(data / "contents"), data / "snapshots", commands=settings.snapshots.commands),
        environment=child_environment(environment, keep=settings.environment.keep, secret=keys),
        own_texts=config,
        own_files=(config_file(environment), config, data),
    )


def patience(settings: Settings) -> Patience:
    return Patience(
        idle=settings.timeouts.idle,
        max_attempts=settings.retry.max_attempts,
        max_wait=settings.retry.max_wait,
    )


def compaction(settings: Settings) -> CompactionRules:
    return CompactionRules(auto=settings.compaction.auto, threshold=settings.compaction.threshold)


def unattended(settings: Settings) -> Unattended:
    chosen = settings.permission.get("unattended")
    if isinstance(chosen, UnattendedSettings):
        return Unattended(chosen.decision, chosen.after)
    return Unattended()
