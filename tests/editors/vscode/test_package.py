"""The extension as its makers see it: types, lint, format, unit tests, and the package that is installed."""

import zipfile
from pathlib import Path

import pytest

from support.vscode.extension import PLACE, modules_up_to_date
from support.vscode.installation import Installation

pytestmark = pytest.mark.slow

LIMIT = 300 * 1024
"""Bytes of the package: it is loaded once for every window of every user."""


@pytest.fixture(scope="module")
def npm(installation: Installation) -> Installation:
    modules_up_to_date(installation)
    return installation


@pytest.mark.parametrize("script", ["types", "lint", "formatted", "test"])
def test_a_check_of_the_extension_has_nothing_to_say(npm: Installation, script: str) -> None:
    npm.npm("run", "--silent", script, cwd=PLACE)


def test_the_package_is_made_without_warnings_and_small(npm: Installation, tmp_path: Path) -> None:
    package = tmp_path / "sessiond.vsix"

    said = npm.npm("run", "--silent", "package", "--", "--out", str(package), cwd=PLACE)

    assert "warn" not in said.lower(), said
    assert package.stat().st_size < LIMIT
    assert sorted(name for name in zipfile.ZipFile(package).namelist() if name.startswith("extension/dist/")) == [
        "extension/dist/chat.css",
        "extension/dist/chat.js",
        "extension/dist/extension.js",
    ]
