"""The `bash` tool: one command line in the user's shell, to its end or its timeout.

How it runs is in `running.py`, what keeps it in is in `sandbox/`, what the model is told in `report.py`.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable, resolved
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.shell.collected import Collected
from sessiond.tools.shell.report import Report
from sessiond.tools.shell.running import Launch, run_command
from sessiond.tools.shell.sandbox.mounts import Mounts
from sessiond.tools.shell.sandbox.sandbox import Sandbox, removed
from sessiond.tools.shell.shells import shell, unattended
from sessiond_protocol.serving.lifecycle import SandboxStatus

DEFAULT_TIMEOUT = 120_000
LONGEST_TIMEOUT = 3_600_000
LONGEST_TITLE = 120


class BashArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    command: str = Field(min_length=1, description="The command line, in bash's grammar.")
    timeout: int = Field(
        default=DEFAULT_TIMEOUT,
        ge=1,
        description=f"Milliseconds after which it is ended: {DEFAULT_TIMEOUT} unless given, {LONGEST_TIMEOUT} at most.",
    )
    description: str | None = Field(default=None, description="What it does, in five to ten words, for the developer.")
    workdir: str | None = Field(
        default=None, description="The directory to run it in, instead of `cd`; the working directory unless given."
    )
    unsandboxed: bool = Field(
        default=False,
        description="Whether it needs the network or must write outside of the project. The developer is asked.",
    )


class Bash:
    name = "bash"
    description = tool_prompt("bash")
    parameters: type[BaseModel] = BashArguments
    concurrent = False  # commands change what others look at; the model puts together what belongs together

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.sandbox = sandbox or Sandbox()

    def asks(self, arguments: BashArguments, cwd: str, root: str) -> list[Ask]:
        place = str(resolved(arguments.workdir or ".", cwd))
        title = _shortened(arguments.command)
        asks = [Ask(permission="bash", title=title, command=arguments.command, cwd=place)]
        if arguments.unsandboxed and self.sandbox.confines:
            asks.append(Ask(permission="unsandboxed", title=f"Outside the sandbox: {title}", text=arguments.command))
        return asks

    async def run(self, arguments: BashArguments, scope: ToolScope) -> ToolResult:
        cwd = resolved(arguments.workdir or ".", scope.cwd)
        if not await asyncio.to_thread(cwd.is_dir):
            raise ToolFailed(f"There is no directory {printable(str(cwd))} to run the command in.")
        status = await self.sandbox.look(scope.environment)
        launch, places = await asyncio.to_thread(self._launch, arguments, cwd, Path(scope.root), scope.environment)
        seconds = min(arguments.timeout, LONGEST_TIMEOUT) / 1000
        output = Collected(scope.outputs, scope.progress)
        try:
            ended = await run_command(launch, seconds, output)
            gone = removed(places) if places else []
            shown, file = await output.finish()
        finally:
            output.discard()
        if places and ended.code == 1 and shown.startswith("bwrap: "):
            raise ToolFailed(f"The sandbox could not be set up: {shown.strip()}. Nothing was run.")
        report = Report(
            ended=ended,
            seconds=seconds,
            shown=shown,
            truncated=output.truncated,
            file=file,
            sandbox=status if places or status.state == "none" else OUTSIDE,
            limits=self.sandbox.limits if places and self.sandbox.mode != "required" else None,
            removed=gone,
        )
        return report.result(printable(arguments.description or _shortened(arguments.command)))

    def _launch(
        self, arguments: BashArguments, cwd: Path, root: Path, environment: Mapping[str, str]
    ) -> tuple[Launch, Mounts | None]:
        """The process to start, and the places of the sandbox when it is in one."""
        words = [shell(environment), "-c", arguments.command]
        surroundings = unattended(environment)
        if self._confined(arguments):
            inside = self.sandbox.confined(words, root.resolve(), cwd, surroundings)
            return Launch(words=inside.words, cwd=str(cwd), environment=inside.environment, wrapped=True), inside.places
        return Launch(words=words, cwd=str(cwd), environment=surroundings, wrapped=False), None

    def _confined(self, arguments: BashArguments) -> bool:
        """Raises ToolFailed where the settings want a sandbox and there is none, or the model wants none."""
        if self.sandbox.mode == "required":
            if self.sandbox.status.state == "none":
                reason = self.sandbox.status.reason
                raise ToolFailed(f"Commands may only run in the sandbox here, and there is none: {reason}.")
            if arguments.unsandboxed:
                raise ToolFailed("The settings require the sandbox: call it without `unsandboxed`.")
        return self.sandbox.confines and not arguments.unsandboxed


OUTSIDE = SandboxStatus(state="none", reason="the call asked to run outside of it")


def _shortened(command: str) -> str:
    """One line for people."""
    line = " ".join(printable(command).split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"
