"""The parts of the engine that the settings decide, built together once the settings are known.

Called by `projects.py`. Imports pydantic and the provider room, so never before the first answer.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sessiond.config.brought import Brought
from sessiond.config.errors import ConfigError
from sessiond.config.load import load_settings
from sessiond.config.paths import config_directory, config_file
from sessiond.config.privacy.child_environment import child_environment
from sessiond.config.secrets import Place, key_for, keys_changed_at, store_key
from sessiond.config.settings import Settings, UnattendedSettings
from sessiond.engine.families import family_of
from sessiond.engine.plan import CompactionRules, ModelChoice, Patience, Unattended
from sessiond.local.state import local_server
from sessiond.mcp.base import Sampled, Sampling
from sessiond.mcp.pool import Pool
from sessiond.mcp.requests import McpRequests
from sessiond.owner.lock import owner_of
from sessiond.permission.rules import SavedRules
from sessiond.providers.registry import ProviderRegistry
from sessiond.session.title.asking import TitleModel
from sessiond.session.turns.planning import Planner, Workshop
from sessiond.session.turns.project_rules import ProjectRules
from sessiond.session.turns.sampling import sampled
from sessiond.tools.changes.contents import Contents
from sessiond.tools.changes.watching import Changes, Snapshots
from sessiond.tools.outputs import Outputs
from sessiond.tools.registry import ToolRegistry
from sessiond.tools.shell.sandbox.sandbox import Own, Sandbox
from sessiond_protocol.errors import ErrorCode, RpcError

log = logging.getLogger(__name__)


Sampler: TypeAlias = Callable[[Sampling], Awaitable[Sampled]]
"""Has a model answer for an MCP server."""


class Shared(NamedTuple):
    """What the parts of all projects share."""

    data: Path
    """The data directory."""
    saved: SavedRules
    outputs: Outputs
    contents: Contents
    snapshots: Snapshots


class Parts(NamedTuple):
    """Fits `session.turns.workplace.Workplace`."""

    settings: Settings
    registry: ProviderRegistry
    planner: Planner
    workshop: Workshop
    servers: Pool
    mcp: McpRequests
    sample: Sampler
    store_key: Callable[[str, str], Place]
    namer: TitleModel | None
    own_texts: Path


def shared_in(data: Path) -> Shared:
    return Shared(
        data, SavedRules(), Outputs(data / "outputs"), Contents(data / "contents"), Snapshots(data / "snapshots")
    )


async def read_settings(root: str, brought: Brought) -> Settings:
    """Raises RpcError `invalidRequest` for settings that are wrong; the text names file and key."""
    try:
        loaded = await asyncio.to_thread(load_settings, Path(root), brought.settings, brought.environment)
    except ConfigError as error:
        raise RpcError(
            ErrorCode.INVALID_PARAMS, error.message, {"kind": "invalidRequest", "field": "settings"}
        ) from None
    for warning in loaded.warnings:
        log.warning("%s", warning)
    return loaded.settings


def build(
    settings: Settings, brought: Brought, rules: ProjectRules, shared: Shared, *, servers: Pool | None, sampler: Sampler
) -> Parts:
    """`servers`: those of the parts before, which go on if they see the same of the environment."""
    environment = brought.environment
    registry = ProviderRegistry(
        settings,
        environment,
        key_for=lambda provider, variable: key_for(provider, variable, environment),
        local=lambda: local_server(environment),
        keys_changed_at=lambda: keys_changed_at(environment),
    )
    workshop = work_place(settings, environment, rules, shared)
    models = Models(registry)
    if servers is None or servers.children != workshop.environment:
        servers = Pool(
            rules.servers_of,
            environment=environment,
            children=workshop.environment,
            data=shared.data,
            sampler=sampler,
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
            unattended=unattended(settings),
        ),
        workshop=workshop,
        servers=servers,
        mcp=McpRequests(servers),
        sample=partial(sampled, models, settings.small_model, patience(settings)),
        store_key=partial(store_key, environment=environment),
        namer=TitleModel(models, settings.small_model, workshop.own_texts) if settings.small_model else None,
        own_texts=workshop.own_texts,
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


def work_place(settings: Settings, environment: Mapping[str, str], rules: ProjectRules, shared: Shared) -> Workshop:
    """What tools work with: child processes see no keys, and sessiond's own files are out of their reach."""
    config, data = config_directory(environment), shared.data
    sandbox = Sandbox(
        settings.sandbox.bash,
        network=settings.sandbox.network,
        writable=settings.sandbox.writable,
        own=Own(hidden=(config, data, *_meeting_place(data)), shown=(shared.outputs.directory,)),
    )
    keys = [provider.api_key_env for provider in settings.provider.values() if provider.api_key_env]
    return Workshop(
        tools=ToolRegistry(sandbox),
        rules=rules,
        outputs=shared.outputs,
        changes=Changes(shared.contents, shared.snapshots, commands=settings.snapshots.commands),
        environment=child_environment(environment, keep=settings.environment.keep, secret=keys),
        own_texts=config,
        own_files=(config_file(environment), config, data),
    )


def _meeting_place(data: Path) -> tuple[Path, ...]:
    """Where the engine's socket is, whatever the client's environment says: who reaches it is out of the sandbox."""
    socket = owner_of(str(data)).get("socket")
    return (Path(socket).parent,) if isinstance(socket, str) else ()


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
