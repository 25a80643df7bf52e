"""The sandbox as it is: real commands in real bubblewrap. Skipped only where none can be made."""

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sessiond.tools.failure import ToolFailed
from sessiond.tools.outputs import Outputs
from sessiond.tools.shell.bash import Bash
from sessiond.tools.shell.sandbox.mounts import Own
from sessiond.tools.shell.sandbox.sandbox import Sandbox
from sessiond_protocol.serving.lifecycle import SandboxStatus
from support.tools.confined import code
from support.tools.scope import run_tool, tool_scope

Confining = Callable[..., Bash]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With secrets in it."""
    home = tmp_path / "home"
    for name in (".ssh/id_ed25519", ".aws/credentials", ".netrc", ".npmrc", ".bash_history", "notes.txt"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("something\n")
    return home


@pytest.fixture
def port() -> Iterator[int]:
    """Something on the network of this machine that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def answer() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


async def test_the_project_can_be_written_and_nothing_else(confining: Confining, project: Path, home: Path) -> None:
    bash = confining()
    (project / "way-out").symlink_to(home)

    assert await code(bash, project, "mkdir -p a/b && echo text > a/b/c && cat a/b/c", home) == 0
    assert (project / "a/b/c").read_text() == "text\n"
    for outside in ("/etc/new", "/usr/new", "/run/../new"):
        assert await code(bash, project, f"echo x > {outside}", home) != 0
    for outside in (f"{home}/new", "way-out/new", "../new", f"{home}/notes.txt"):  # in a /tmp of its own, if anywhere
        await code(bash, project, f"echo x > {outside} || rm {outside}", home)
    assert await code(bash, project, f"mount -o remount,rw,bind / 2>&1 || umount {project} 2>&1", home) != 0
    assert sorted(project.parent.iterdir()) == [home, project]
    assert not (home / "new").exists()
    assert (home / "notes.txt").read_text() == "something\n"


async def test_no_switch_of_the_kernel_can_be_written(confining: Confining, project: Path) -> None:
    """Not even by root, who needs no capability for some; they are looked at only, not tried."""
    find = "find /proc /sys -maxdepth 4 -type f -writable -not -path '/proc/[0-9]*' -not -path '/proc/pressure/*'"

    assert await code(confining(), project, f'[ -z "$({find} 2>/dev/null)" ]') == 0


async def test_secrets_are_not_seen_and_what_is_missing_stays_missing(
    confining: Confining, project: Path, tmp_path: Path
) -> None:
    """The home is outside of /tmp, of which the sandbox shows nothing anyway."""
    bash = confining()
    with_home = project / "home"
    for name in (".ssh/id_ed25519", ".netrc"):
        (with_home / name).parent.mkdir(parents=True, exist_ok=True)
        (with_home / name).write_text("something\n")
    before = sorted(with_home.rglob("*"))

    assert await code(bash, project, "cat home/.ssh/id_ed25519", with_home) != 0
    assert await code(bash, project, "[ -e home/.netrc ] && [ ! -s home/.netrc ]", with_home) == 0
    assert await code(bash, project, "echo x > home/.netrc || echo x > home/.ssh/new", with_home) != 0
    assert sorted(with_home.rglob("*")) == before
    assert (with_home / ".netrc").read_text() == "something\n"


async def test_there_is_no_network_unless_the_settings_say_so(confining: Confining, project: Path, port: int) -> None:
    connect = f"exec 3<>/dev/tcp/127.0.0.1/{port}"

    assert await code(confining(), project, connect) != 0
    assert await code(confining(network=True), project, connect) == 0


async def test_processes_and_sockets_outside_are_not_seen(confining: Confining, project: Path) -> None:
    bash = confining()
    directory = Path("/run") if os.access("/run", os.W_OK) else project.parent
    outside = subprocess.Popen(["sleep", "1000"])
    path = directory / f"sessiond-test-{os.getpid()}.sock"
    server = socket.socket(socket.AF_UNIX)
    try:
        server.bind(str(path))
        assert await code(bash, project, f"kill -0 {outside.pid} || ls -d /proc/{outside.pid}") != 0
        assert await code(bash, project, f"[ -e {path} ]") != 0
        assert outside.poll() is None
    finally:
        server.close()
        path.unlink(missing_ok=True)
        outside.kill()
        outside.wait()


async def test_sessiond_keeps_its_own_things_to_itself(confining: Confining, project: Path) -> None:
    config, data = project / "config", project / "data"
    for file in (
        config / "auth.json",
        data / "sessions.db",
        data / "outputs/kept.txt",
        project / ".sessiond/config.toml",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("something\n")
    bash = confining(own=Own(hidden=(config, data), shown=(data / "outputs",)))

    assert await code(bash, project, "cat config/auth.json || cat data/sessions.db") != 0
    assert await code(bash, project, "cat data/outputs/kept.txt && cat .sessiond/config.toml") == 0
    for attempt in ("config/auth.json", "data/new", "data/outputs/kept.txt", ".sessiond/config.toml"):
        assert await code(bash, project, f"echo x > {attempt}") != 0
    assert await code(bash, project, "mv .sessiond old") != 0


async def test_a_place_inside_a_hidden_one_is_hidden_with_it(confining: Confining, project: Path, home: Path) -> None:
    data = home / ".config" / "sessiond" / "data"
    data.mkdir(parents=True)
    (data / "sessions.db").write_text("conversations")
    bash = confining(own=Own(hidden=(data, data.parent)))

    assert await code(bash, project, f"ls {data.parent} && ! cat {data}/sessions.db") == 0


async def test_tmp_is_its_own_and_shared_by_its_commands(confining: Confining, project: Path) -> None:
    bash = confining()
    name = f"sessiond-test-{os.getpid()}"

    assert await code(bash, project, f"echo text > /tmp/{name} && [ $TMPDIR = /tmp ]") == 0
    assert await code(bash, project, f"cat /tmp/{name} && cat /var/tmp/{name}") == 0
    assert not Path("/tmp", name).exists()


async def test_a_tmp_that_was_tidied_away_is_made_anew(confining: Confining, project: Path, tmp_path: Path) -> None:
    bash = confining()
    tempfile.tempdir = str(tmp_path)
    try:
        assert await code(bash, project, "true") == 0
        (made,) = tmp_path.glob("sessiond-*")
        shutil.rmtree(made)
        assert await code(bash, project, "touch /tmp/new") == 0
    finally:
        tempfile.tempdir = None


async def test_a_project_that_is_the_whole_disk_still_has_no_way_to_the_kernel(confining: Confining) -> None:
    scope = msgspec.structs.replace(tool_scope(Path("/")), outputs=Outputs(Path("/nonexistent")))

    result = await run_tool(
        confining(), scope, command='[ ! -w /proc/sys/kernel/hostname ] && [ -z "$(ls /run)" ] && pwd'
    )

    assert result.output == "/\n(exit code 0)"


async def test_other_places_can_be_made_writable(confining: Confining, project: Path, home: Path) -> None:
    bash = confining(writable=["~/.cache", "~/missing"])
    (home / ".cache").mkdir()

    assert await code(bash, project, f"echo x > {home}/.cache/new", home) == 0
    assert (home / ".cache/new").exists()


async def test_a_command_may_leave_it_with_leave_and_says_so(confining: Confining, project: Path, home: Path) -> None:
    bash = confining(auto=True)
    scope = tool_scope(project)

    refused = await run_tool(bash, scope, command="echo x > /usr/new")
    result = await run_tool(bash, scope, command=f"echo x > {home}/new", unsandboxed=True)

    assert "call it again with `unsandboxed`" in refused.output
    assert result.output == "(no output)\n(exit code 0)"
    assert result.metadata is not None
    assert result.metadata["sandbox"] == {"state": "none", "reason": "the call asked to run outside of it"}
    assert (home / "new").exists()


async def test_an_ordinary_failure_does_not_blame_the_sandbox(confining: Confining, project: Path) -> None:
    result = await run_tool(confining(auto=True), tool_scope(project), command="echo no match; exit 1")

    assert result.output == "no match\n(exit code 1)"


async def test_where_it_is_required_there_is_no_way_around_it(confining: Confining, project: Path) -> None:
    with pytest.raises(ToolFailed, match="settings require the sandbox"):
        await run_tool(confining(), tool_scope(project), command="true", unsandboxed=True)


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment whose bubblewrap works as little as on a system without user namespaces."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    program = tmp_path / "bin/bwrap"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2; exit 1\n")
    program.chmod(0o700)
    return dict(os.environ) | {"PATH": f"{program.parent}:{os.environ['PATH']}"}


async def test_where_there_is_none_commands_run_without_and_everything_says_so(
    project: Path, broken: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    bash, scope = Bash(), tool_scope(project, environment=broken)

    result = await run_tool(bash, scope, command="echo x")
    await run_tool(bash, scope, command="echo x")

    reason = f"{broken['PATH'].split(':')[0]}/bwrap does not work here: No permissions to create new namespace"
    assert bash.sandbox.status == SandboxStatus(state="none", reason=reason)
    assert result.output == "x\n(exit code 0)"
    assert result.metadata is not None
    assert result.metadata["sandbox"] == {"state": "none", "reason": reason}
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"shell commands run without a sandbox: {reason}"
    ]
    assert len(bash.asks(bash.parameters(command="x", unsandboxed=True), str(project), str(project))) == 1


async def test_where_there_is_none_and_it_is_required_nothing_runs(project: Path, broken: dict[str, str]) -> None:
    with pytest.raises(ToolFailed, match=r"may only run in the sandbox here, and there is none: .* No permissions"):
        await run_tool(Bash(Sandbox("required")), tool_scope(project, environment=broken), command="touch x")
    assert not (project / "x").exists()


async def test_a_bubblewrap_that_does_not_answer_is_none(project: Path, broken: dict[str, str]) -> None:
    Path(broken["PATH"].split(":")[0], "bwrap").write_text("#!/bin/sh\nexec sleep 1000\n")

    status = await Sandbox().look(broken)

    assert status.state == "none"
    assert status.reason is not None
    assert status.reason.endswith("did not answer within 1 s")


def test_before_anybody_looked_it_says_so() -> None:
    assert Sandbox().status == SandboxStatus(state="none", reason="not looked for yet")
    assert Sandbox("off").status == SandboxStatus(state="none", reason="switched off in the settings")
