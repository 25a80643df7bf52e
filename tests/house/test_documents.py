"""The documents are kept true: links resolve, and what exists is described."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel

from sessiond.cli.main import COMMANDS
from sessiond.config.settings import Settings
from sessiond_protocol.errors import ERROR_KINDS, ErrorCode
from sessiond_protocol.events import Event, event_names
from sessiond_protocol.methods import ALIASES, METHODS
from sessiond_protocol.notifications import NOTIFICATIONS
from sessiond_protocol.requests import CLIENT_REQUESTS
from support.tree import ROOT, assert_none, read, tracked_files

DOCUMENTS = [name for name in tracked_files() if name.endswith(".md") and not name.startswith(("prompts/", "tests/"))]
PROTOCOL = read("protocol/README.md")
DECISIONS = [name for name in DOCUMENTS if re.fullmatch(r"docs/decisions/\d{4}-[a-z0-9-]+\.md", name)]


def links(name: str) -> Iterator[str]:
    """The targets inside the repository that a document links to."""
    prose = re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(name: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", read(name), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def broken(name: str, target: str) -> bool:
    path, _, anchor = target.partition("#")
    place = (ROOT / name).parent / path if path else ROOT / name
    if not place.exists():
        return True
    return bool(anchor) and anchor not in anchors(str(place.resolve().relative_to(ROOT)))


def test_every_link_leads_somewhere() -> None:
    dead = [f"{name}: {target}" for name in DOCUMENTS for target in links(name) if broken(name, target)]
    assert_none(dead, "dead links")


def test_every_defect_is_caught_by_tests_that_there_are() -> None:
    named = re.findall(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)", read("docs/defects.md"))

    assert_none((name for name, file in named if f"def {name}(" not in read(file)), "named in docs/defects.md")
    assert len({name for name, _ in named}) > 24


def test_the_protocol_document_has_every_name_of_the_wire() -> None:
    names = [*METHODS, *ALIASES, *NOTIFICATIONS, *CLIENT_REQUESTS, *event_names(Event), *ERROR_KINDS]

    assert_none((name for name in names if f"`{name}`" not in PROTOCOL), "not in protocol/README.md")


def test_the_protocol_document_has_every_error_code() -> None:
    missing = [f"{code.name} {int(code)}" for code in ErrorCode if f"| {int(code)} |" not in PROTOCOL]
    assert_none(missing, "not in protocol/README.md")


def test_the_protocol_document_was_read_again_after_the_last_change_of_the_types() -> None:
    types = re.compile(r"protocol/sessiond_protocol/((asking|keeping)/)?\w+\.py")
    sources = [ROOT / name for name in tracked_files() if types.fullmatch(name)]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]

    assert f"<!-- types: {digest} -->" in PROTOCOL, (
        f"the types have changed: bring protocol/README.md up to date, then set its line to <!-- types: {digest} -->"
    )


def test_every_decision_is_in_the_index_and_numbered_once() -> None:
    index = read("docs/decisions/README.md")
    numbers = [name.rpartition("/")[2][:4] for name in DECISIONS]

    assert_none((name for name in DECISIONS if name.rpartition("/")[2] not in index), "not in docs/decisions/README.md")
    assert sorted(numbers) == sorted(set(numbers))


def test_every_decision_says_its_context_and_what_was_decided() -> None:
    parts = ("**Context.**", "**Decision.**")

    missing = [f"{name}: {part}" for name in DECISIONS for part in parts if part not in read(name)]
    assert_none(missing, "parts that are missing")


def test_the_changelog_has_a_place_for_what_is_next() -> None:
    assert "## Unreleased" in read("CHANGELOG.md")


def test_the_architecture_names_files_that_exist_and_every_room() -> None:
    text = read("ARCHITECTURE.md")
    sources = [name for name in tracked_files() if name.startswith(("daemon/", "protocol/", "prompts/"))]
    named = set(re.findall(r"`(?:[\w/]*/)?(\w+\.py)`", text))
    rooms = {name.split("/")[2] for name in sources if name.startswith("daemon/sessiond/") and name.count("/") > 2}

    assert_none(named - {name.rpartition("/")[2] for name in sources}, "named in ARCHITECTURE.md and gone")
    assert_none((room for room in rooms if f"{room}/" not in text), "rooms that ARCHITECTURE.md does not name")


def test_every_command_is_in_the_readme() -> None:
    assert_none((command for command in COMMANDS if f"sessiond {command}" not in read("README.md")), "not in README.md")


def keys(section: type[BaseModel]) -> Iterator[str]:
    """Every key of a section of the settings and of the sections below it."""
    for name, field in section.model_fields.items():
        yield name
        for below in sections_in(field.annotation):
            yield from keys(below)


def sections_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from sections_in(inner)


def test_every_key_of_the_configuration_is_explained() -> None:
    explained = read("docs/config.md")

    missing = {key for key in keys(Settings) if not re.search(rf"(?<!\w){key}(?!\w)", explained)}
    assert_none(missing, "not in docs/config.md")
