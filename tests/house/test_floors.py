"""Imports go down only: the contracts of pyproject.toml, and what they cannot say."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from support.tree import ROOT, assert_none, parse, python_files

OF_PROTOCOL = {"msgspec", "sessiond_protocol"}


def imported(name: str) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in the file."""
    for node in ast.walk(parse(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_every_import_contract_is_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_protocol_imports_only_msgspec() -> None:
    found = {
        f"{name} imports {package}"
        for name in python_files("protocol")
        for package in imported(name)
        if package not in OF_PROTOCOL and package not in sys.stdlib_module_names
    }

    assert_none(found, "not allowed")


def test_the_prompts_are_text_and_import_nothing() -> None:
    found = {f"{name} imports {package}" for name in python_files("prompts") for package in imported(name)}

    assert_none(found, "not allowed")


def test_imports_are_absolute() -> None:
    found = {
        f"{name}:{node.lineno}"
        for name in python_files("daemon", "protocol", "prompts")
        for node in ast.walk(parse(name))
        if isinstance(node, ast.ImportFrom) and node.level
    }

    assert_none(found, "not allowed")
