"""Chooses what a turn is made with, from what was asked, the session and the settings."""

import asyncio
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import NamedTuple, Protocol

from sessiond.config.project import project_root
from sessiond.config.prompts import Prompts
from sessiond.engine.identifiers import new_id
from sessiond.engine.plan import CompactionRules, ModelChoice, Patience, TurnPlan, Unattended
from sessiond.engine.prompt.instructions import instructions
from sessiond.engine.prompt.system_prompt import stable_blocks
from sessiond.mcp.pool import Pool
from sessiond.mcp.project import ProjectServers
from sessiond.permission.judge import Judge
from sessiond.session.turns.filling import filled_in, needs_filling
from sessiond.session.turns.project_rules import ProjectRules
from sessiond.tools.base import Tool
from sessiond.tools.changes.watching import Changes
from sessiond.tools.editor import Editor
from sessiond.tools.outputs import Outputs
from sessiond.tools.registry import ToolRegistry
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import ChatParams


class Models(Protocol):
    async def choose(self, name: str | None) -> ModelChoice:
        """The model with this name, or the one to use when none is named. Raises RpcError."""
        ...


class Workshop(NamedTuple):
    """What the tools of every turn work with."""

    tools: ToolRegistry
    rules: ProjectRules
    outputs: Outputs
    changes: Changes
    environment: Mapping[str, str]
    """What child processes may see."""
    own_texts: Path
    """The folder with the user's own instructions and prompts: that of the config file."""
    own_files: tuple[Path, ...]
    """What no tool may change without leave, whatever the rules say: sessiond's own settings and data."""

    def judge(self, root: str) -> Judge:
        """By the rules of a project as they are now. Blocks; raises RpcError for a settings file that is wrong."""
        return Judge(self.rules.of(root), root, outputs=self.outputs.directory, own=self.own_files)


class Planner:
    def __init__(
        self,
        models: Models,
        workshop: Workshop,
        servers: Pool,
        patience: Patience,
        *,
        max_steps: int,
        compaction: CompactionRules,
        unattended: Unattended,
    ) -> None:
        self._models = models
        self._workshop = workshop
        self._servers = servers
        self._patience = patience
        self._max_steps = max_steps
        self._compaction = compaction
        self._unattended = unattended

    def for_shells_with(self, environment: Mapping[str, str]) -> "Planner":
        """The same, for a client whose child processes see another environment."""
        planner = copy(self)
        planner._workshop = self._workshop._replace(environment=environment)
        return planner

    async def plan(self, params: ChatParams, session: Session, editor: Editor) -> TurnPlan:
        """`editor`: what the clients have open. Raises RpcError for a model or tool that cannot be had."""
        workshop = self._workshop
        root = project_root(session.directory)
        self._servers.begin(root)
        remote = await self._servers.of(root)
        built_in = self._built_in(params.tools, remote)
        model = await self._models.choose(params.model or session.model)

        def looked_up() -> tuple[Judge, Prompts, tuple[str, ...]]:  # small files, read in one go
            prompts = Prompts(workshop.own_texts / "prompts")
            written_down = instructions(session.directory, root, workshop.own_texts)
            return workshop.judge(root), prompts, stable_blocks(model, params.system, prompts, written_down)

        judge, prompts, system = await asyncio.to_thread(looked_up)
        return TurnPlan(
            turn_id=new_id("trn"),
            model=model,
            tools=workshop.tools.suited(model.family, small=model.small) if built_in is None else built_in,
            remote=remote,
            named=None if params.tools is None else frozenset(params.tools),
            judge=judge,
            root=root,
            editor=editor,
            outputs=workshop.outputs,
            changes=workshop.changes,
            environment=workshop.environment,
            system=system,
            prompts=prompts,
            max_steps=min(params.max_steps or self._max_steps, self._max_steps),
            patience=self._patience,
            compaction=self._compaction,
            unattended=self._unattended,
        )

    def expect(self, directory: str) -> None:
        """Prompts are to come there: MCP servers are started, failed ones too, and waited for by nobody."""
        self._servers.begin(project_root(directory), again=True)

    async def check(self, params: ChatParams, directory: str) -> None:
        """Raises RpcError for what a first prompt names and cannot have."""
        self._built_in(params.tools, await self._servers.of(project_root(directory)))
        await self._models.choose(params.model)

    async def filled_in(self, params: ChatParams, directory: str) -> ChatParams:
        """The prompt with what MCP servers have for it: that of a command, and resources. Raises RpcError."""
        if not needs_filling(params):
            return params
        return await filled_in(params, (await self._servers.of(project_root(directory))).servers)

    def _built_in(self, names: Sequence[str] | None, remote: ProjectServers) -> tuple[Tool, ...] | None:
        """Those of the named tools that are built in; None: the client names none. Raises RpcError for unknown ones."""
        if names is None:
            return None
        return self._workshop.tools.named([name for name in names if not remote.may_offer(name)])

    async def check_model(self, name: str) -> None:
        """Raises RpcError unless there is such a model; a key may still be missing."""
        if not name.strip():
            raise RpcError(
                ErrorCode.INVALID_PARAMS,
                "`model` must be named as `provider/model`; leave it out for the default.",
                {"kind": "invalidRequest", "field": "model"},
            )
        try:
            await self._models.choose(name)
        except RpcError as error:
            if (error.data or {}).get("kind") != "authRequired":
                raise
