"""Trust is bound to the content of what was trusted; anything else is a stranger's file."""

import json
from pathlib import Path

import pytest

from sessiond.config.errors import Failed
from sessiond.config.load import LoadedSettings, load_settings
from sessiond.config.settings import Settings, UnattendedSettings
from sessiond.config.trust.trusted import change_trust, project_status
from sessiond_protocol.projects import WaitingForTrust

WISHES = (
    'model = "a/b"\non_disconnect = "finish"\n[permission]\nedit = "allow"\nread = "ask"\n'
    'bash = { "rm *" = "deny", "ls" = "allow" }\nunattended = { decision = "allow" }\n'
)


class Project:
    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.file = self.root / ".sessiond" / "config.toml"
        self.file.parent.mkdir(parents=True)
        self.store = folder / "config" / "trust.json"
        user = self.store.with_name("config.toml")
        user.parent.mkdir()
        user.touch()
        self.environment = {"SESSIOND_CONFIG": str(user)}

    def load(self) -> LoadedSettings:
        return load_settings(self.root, None, self.environment)

    def trust(self, content: str | None = None) -> str:
        return change_trust(self.root, trusted=True, content=content, environment=self.environment).trust

    @property
    def state(self) -> str:
        return project_status(self.root, self.environment).trust


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_what_waits_is_named_with_its_value(project: Project) -> None:
    project.file.write_text(WISHES)
    status = project_status(project.root, project.environment)
    assert (status.root, status.trust) == (str(project.root), "untrusted")
    assert status.waiting == [
        WaitingForTrust(str(project.file), key, value)
        for key, value in (
            ("on_disconnect", '"finish"'),
            ("permission.edit", '"allow"'),
            ("permission.bash.ls", '"allow"'),
            ("permission.unattended.decision", '"allow"'),
        )
    ]


def test_a_trusted_project_is_obeyed_and_an_untrusted_one_only_where_it_is_stricter(project: Project) -> None:
    project.file.write_text(WISHES)
    before = project.load()
    assert before.settings == Settings(model="a/b")
    assert before.trust == "untrusted"
    assert len(before.warnings) == 2

    assert project.trust() == "trusted"
    after = project.load()
    assert after == LoadedSettings(
        Settings(
            model="a/b",
            on_disconnect="finish",
            permission={
                "edit": "allow",
                "read": "ask",
                "bash": {"rm *": "deny", "ls": "allow"},
                "unattended": UnattendedSettings(decision="allow"),
            },
        ),
        (),
        {},
        "trusted",
    )


def test_a_changed_file_waits_again_and_one_changed_back_does_not(project: Project) -> None:
    project.file.write_text(WISHES)
    project.trust()
    project.file.write_text(WISHES + "max_steps = 5\n".replace("max", "#"))
    assert (project.state, project.load().settings.on_disconnect) == ("changed", "abort")
    project.file.write_text(WISHES)
    assert project.state == "trusted"


def test_only_what_was_shown_is_trusted(project: Project) -> None:
    project.file.write_text(WISHES)
    shown = project_status(project.root, project.environment).content
    project.file.write_text(WISHES + "max_steps = 5\n")
    with pytest.raises(Failed, match="have changed since they were shown"):
        project.trust(shown)
    assert project.state == "untrusted"


def test_the_same_file_elsewhere_is_not_trusted_and_trust_can_be_taken_back(project: Project, tmp_path: Path) -> None:
    project.file.write_text(WISHES)
    project.trust()
    other = tmp_path / "other"
    (other / ".sessiond").mkdir(parents=True)
    (other / ".sessiond" / "config.toml").write_text(WISHES)
    assert project_status(other, project.environment).trust == "untrusted"

    change_trust(project.root, trusted=False, environment=project.environment)
    assert project.state == "untrusted"


def test_a_project_that_wants_nothing_needs_no_trust(project: Project) -> None:
    assert project.state == "notNeeded"
    project.file.write_text('model = "a/b"\n[permission]\nbash = "deny"\n')
    assert project.state == "notNeeded"


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"projects": []}', b'{"projects": {"x": 1}}', b"[" * 99999])
def test_a_damaged_store_trusts_nothing_and_is_replaced(project: Project, content: bytes) -> None:
    project.file.write_text(WISHES)
    project.store.parent.mkdir(exist_ok=True)
    project.store.write_bytes(content)
    assert project.state == "untrusted"
    assert project.trust() == "trusted"
    assert project.store.stat().st_mode & 0o777 == 0o600


def test_a_store_that_others_may_write_trusts_nothing(project: Project) -> None:
    project.file.write_text(WISHES)
    project.trust()
    assert list(json.loads(project.store.read_text())["projects"]) == [str(project.root)]
    project.store.chmod(0o622)
    assert project.state == "untrusted"


def test_odd_values_and_keys_are_shown_on_one_plain_line(project: Project) -> None:
    project.file.write_text('"a\\u001b\\n" = "\\u001b' + "x" * 500 + '"\n' + ".".join("d" * 2000) + " = 1\n")
    for waiting in project_status(project.root, project.environment).waiting:
        assert (waiting.key + waiting.value).isprintable()
        assert len(waiting.value) <= 200


def test_rules_that_will_not_do_what_was_meant_are_warned_about(project: Project) -> None:
    project.environment["SESSIOND_CONFIG"] = str(project.root / "user.toml")
    (project.root / "user.toml").write_text(
        '[permission]\nwrite = "deny"\nbsh = "deny"\nserver_tool = "ask"\n"mcp_*" = "ask"\n'
        'bash = { "a && b" = "allow", "ls *" = "allow" }\n'
    )
    assert project.load().warnings == (
        "The permission `write` is never asked for: write `edit`, which covers it.",
        "The permission `bsh` is not known. Did you mean `bash`?",
        "The rule `bash: a && b` matches nothing: each command of a line is judged alone.",
    )
