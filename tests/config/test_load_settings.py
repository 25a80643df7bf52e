"""Settings come from five places; a stranger's file cannot loosen them; mistakes are explained."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.config.errors import ConfigError
from sessiond.config.load import LoadedSettings, load_settings
from sessiond.config.settings import ProviderSettings, Settings, UnattendedSettings
from sessiond.config.trust.trusted import change_trust, project_status
from sessiond.config.trust.untrusted import allowed_of_project


class Places:
    def __init__(self, folder: Path) -> None:
        self.user_file = folder / "config.toml"
        self.user_file.touch()
        self.project = folder / "project"
        self.project_file = self.project / ".sessiond" / "config.toml"
        self.project_file.parent.mkdir(parents=True)

    def load(self, client: dict | None = None, **environment: str) -> LoadedSettings:
        return load_settings(self.project, client, {"SESSIOND_CONFIG": str(self.user_file)} | environment)

    def complaint(self, client: dict | None = None, **environment: str) -> str:
        with pytest.raises(ConfigError) as caught:
            self.load(client, **environment)
        return caught.value.message


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_where_no_file_says_anything_the_defaults_count(places: Places) -> None:
    assert places.load() == LoadedSettings(Settings(), (), {})


def test_a_file_that_is_named_and_not_there_is_no_file_without_settings(places: Places) -> None:
    missing = str(places.user_file.with_name("confg.toml"))

    assert places.complaint(SESSIOND_CONFIG=missing) == (
        f"SESSIOND_CONFIG names {missing}, and there is no such file. Correct the variable, or leave it out."
    )


def test_each_place_counts_over_the_one_before(places: Places) -> None:
    places.user_file.write_text('model = "a/user"\nsmall_model = "a/user"\nmax_steps = 5\n[retry]\nmax_attempts = 2')
    assert places.load().settings.model == "a/user"
    places.project_file.write_text('model = "a/project"')
    assert places.load().settings.model == "a/project"
    assert places.load(SESSIOND_MODEL="a/environment").settings.model == "a/environment"

    loaded = places.load({"model": "a/client", "retry": {"max_wait": 1}}, SESSIOND_MODEL="a/environment")

    assert loaded.settings == Settings.model_validate(
        {
            "model": "a/client",
            "small_model": "a/user",
            "max_steps": 5,
            "retry": {"max_attempts": 2, "max_wait": 1},
        }
    )


def test_a_projects_permissions_stand_apart_and_everything_else_of_it_is_reported(places: Places) -> None:
    places.user_file.write_text('[permission]\nbash = { "rm *" = "deny" }')
    places.project_file.write_text(
        'model = "a/b"\n[provider.evil]\napi = "openai-chat"\nbase_url = "http://evil"\n'
        '[permission]\nbash = { "*" = "allow" }\nunattended = { decision = "allow" }'
    )

    loaded = places.load()

    assert loaded.settings == Settings(model="a/b", permission={"bash": {"rm *": "deny"}})
    assert loaded.project_permission == {"bash": {"*": "allow"}}
    assert [warning.split("`")[1] for warning in loaded.warnings] == ["provider", "permission.unattended"]
    assert all(str(places.project_file) in warning for warning in loaded.warnings)


@given(st.dictionaries(st.sampled_from([*Settings.model_fields, "other"]), st.just({}) | st.text()))
def test_nothing_but_models_is_ever_taken_from_a_project(values: dict) -> None:
    kept, warnings = allowed_of_project("file", values)

    assert set(kept) <= {"model", "small_model"}
    of_users_file = {"permission", "engine"}  # asked beside the user's rules, and told by `load_settings`
    assert len(kept) + len(warnings) + len(of_users_file & set(values)) == len(values)


def test_a_section_and_a_rule_of_the_same_shape_are_told_apart(places: Places) -> None:
    places.user_file.write_text('[permission]\nunattended = { decision = "allow" }\nbash = { decision = "deny" }')

    assert places.load().settings.permission == {
        "unattended": UnattendedSettings(decision="allow"),
        "bash": {"decision": "deny"},
    }


def test_a_mistake_names_file_line_and_key_and_what_was_meant(places: Places) -> None:
    places.user_file.write_text(
        'modle = "x"\n\n[provider.box]\napi = "openai-cht"\n[provider.box.models."qwen2.5"]\ncontxt = 5\ncontext = 0\n'
        '[provider.bare]\nbase_url = "http://x"\n[permission]\nbash = { "*" = "maybe" }\n[retry]\nmax_attempts = "many"'
    )
    file = places.user_file

    assert places.complaint().splitlines() == [
        f"{file}, line 4: `provider.box.api`: "
        "should be 'openai-chat', 'openai-responses', 'anthropic' or 'scripted'; not 'openai-cht'.",
        f"{file}, line 7: `provider.box.models.qwen2.5.context`: should be greater than 0; not 0.",
        f"{file}, line 6: `provider.box.models.qwen2.5.contxt`: no such setting. Did you mean `context`?",
        f"{file}, line 8: `provider.bare.api`: is needed here.",
        f"{file}, line 11: `permission.bash`: must be allow, ask or deny, or a table of patterns with these; "
        "not {'*': 'maybe'}.",
        f"{file}, line 13: `retry.max_attempts`: "
        "should be a valid integer, unable to parse string as an integer; not 'many'.",
        f"{file}, line 1: `modle`: no such setting. Did you mean `model`?",
    ]


def test_a_mistake_of_the_client_or_the_environment_is_laid_to_them(places: Places) -> None:
    places.user_file.write_text("max_steps = 3")

    assert places.complaint({"max_steps": 0}) == (
        "the client's settings: `max_steps`: should be greater than or equal to 1; not 0."
    )
    assert places.complaint(SESSIOND_MAX_STEPS="x").startswith("the environment: `max_steps`: ")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"model = ", "not valid TOML: Invalid value (at end of document)."),
        (b"\xff", "not UTF-8 (byte 0). Save it as UTF-8."),
        (b"x = " + b"[" * 100_000, "nested too deeply."),
        (b"#" * 2_000_000, "larger than 1024 KiB; that is no settings file."),
    ],
)
def test_a_file_that_is_no_settings_file_is_named(places: Places, content: bytes, complaint: str) -> None:
    places.project_file.write_bytes(content)

    assert places.complaint() == f"{places.project_file}: {complaint}"


def test_a_directory_in_place_of_the_file_counts_as_none(places: Places) -> None:
    places.user_file.unlink()
    places.user_file.mkdir()

    assert places.load().settings == Settings()


def test_a_provider_may_be_completed_by_the_client(places: Places) -> None:
    places.user_file.write_text('[provider.box]\napi = "openai-chat"\nbase_url = "http://old"')

    loaded = places.load({"provider": {"box": {"base_url": "http://new"}}})

    assert loaded.settings.provider == {"box": ProviderSettings(api="openai-chat", base_url="http://new")}


@pytest.mark.parametrize("trusted", [False, True])
def test_how_the_shared_engine_is_only_the_users_own_file_says(places: Places, trusted: bool) -> None:
    places.user_file.write_text("[engine]\nidle = 5")
    places.project_file.write_text('model = "a/project"\nmax_steps = 7\n[engine]\nidle = 1')
    if trusted:
        change_trust(places.project, trusted=True, environment={"SESSIOND_CONFIG": str(places.user_file)})

    loaded = places.load({"engine": {"idle": 0}})

    assert (loaded.settings.engine.idle, loaded.settings.max_steps) == (5, 7 if trusted else 1000)
    why = "all projects and clients share one engine, and only the user's own config file may say how it is."
    ignored = [warning for warning in loaded.warnings if "`engine`" in warning]
    assert ignored == [
        f"{source}: `engine` is ignored: {why}" for source in (places.project_file, "the client's settings")
    ]


def test_a_section_about_the_engine_is_nothing_that_waits_for_trust(places: Places) -> None:
    places.project_file.write_text("[engine]\nidle = 1")

    status = project_status(places.project, {"SESSIOND_CONFIG": str(places.user_file)})
    assert (status.trust, status.waiting) == ("notNeeded", [])


def test_a_mistake_about_the_engine_is_one_in_a_project_as_well(places: Places) -> None:
    places.project_file.write_text("[engine]\nidle = -1")

    assert "`engine.idle`" in places.complaint()
