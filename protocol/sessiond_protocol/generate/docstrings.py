"""Reads the docstrings that Python forgets: those below fields, enum members and module-level names.

Used by `definitions.py` and `openrpc.py`, to carry them into the schema as descriptions.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise


@cache
def docstrings(module: str) -> dict[str, str]:
    """The docstring of each `Class.field` and each module-level `NAME` of an imported module."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    found = dict(_below_names(tree.body))
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            found.update({f"{node.name}.{name}": text for name, text in _below_names(node.body)})
    return found


def _below_names(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, inspect.cleandoc(text)
            case _:
                pass
