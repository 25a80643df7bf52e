"""The files of the repository as the house tests read them: what git tracks or would track."""

import ast
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = ("daemon", "protocol", "prompts")


@cache
def tracked_files() -> tuple[str, ...]:
    """Paths from the root, with `/`; files not yet added count, ignored and deleted ones do not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}))


def python_files(*roots: str) -> list[str]:
    """The Python files below the given folders; without any, all there are."""
    below = tuple(f"{root}/" for root in roots)
    return [name for name in tracked_files() if name.endswith(".py") and (not below or name.startswith(below))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def parse(name: str) -> ast.Module:
    return ast.parse(read(name), filename=name)


def functions(tree: ast.AST, outer: str = "") -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its dotted name inside the module."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield outer + node.name, node
        inner = (
            f"{outer}{node.name}." if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) else outer
        )
        yield from functions(node, inner)


def assert_none(offenders: Iterable[str], what: str) -> None:
    """Fails with every offender, one a line, so that one run shows all there is to mend."""
    found = sorted(offenders)
    assert not found, f"{what}:\n" + "\n".join(found)
