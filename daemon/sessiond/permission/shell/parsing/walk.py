"""Walks through the tree of a line and finds every statement in it. Words are `expansions.py`'s affair, what a
simple command means is `simple.py`'s."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sessiond.permission.shell.parsing.characters import ONLY_QUOTED
from sessiond.permission.shell.parsing.continuations import parts_words_differently
from sessiond.permission.shell.parsing.grammar import COMPOUND, STATEMENTS, parse
from sessiond.permission.shell.parsing.simple import Statements
from sessiond.permission.shell.scope import DEEPEST, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

QUOTED = frozenset({"string", "string_content", "raw_string", "ansi_c_string", "heredoc_body", "heredoc_content"})
CHANGES_DIRECTORY = re.compile(rb"\b(cd|chdir|pushd|popd|eval|source)\b|(^|[\s;&|])\.\s")
SEPARATORS = frozenset({";", "&", ";;", ";&", ";;&"})


class Walk(Statements):
    """One script; scripts in it have walks of their own with the same findings."""

    def script(self, text: str, scope: Scope | None = None) -> None:
        """Finds all of a whole script."""
        self.source = text.encode(errors="replace")
        root = parse(self.source)
        if root.has_error:
            self.findings.doubt("It cannot be parsed as a shell command.")
        if parts_words_differently(self.source, root):
            self.findings.doubt("A backslash before a blank or a line end may join what stands before and behind it.")
        if ONLY_QUOTED.search(text):
            self._misleading(root, text)
        if self.source[: root.start_byte].strip() or self.source[root.end_byte :].strip():
            self.findings.doubt("A part of it cannot be parsed.")
        self._sequence(root, scope or Scope())

    def nested(self, text: str, scope: Scope) -> None:
        """A script that a command of this one runs."""
        if self.findings.depth + 10 > DEEPEST:
            self.findings.doubt("It has scripts in scripts too deep to follow.")
            return
        self.findings.depth += 10
        Walk(self.findings).script(text, scope)
        self.findings.depth -= 10

    def statement(self, node: "Node", scope: Scope, redirects: "tuple[Node, ...]" = ()) -> None:
        """Finds all of one statement. `redirects`: those of the last simple command in it."""
        if self.findings.depth > DEEPEST:
            self.findings.doubt("It is nested too deep to follow.")
            return
        self.findings.depth += 1
        kind = node.type
        if kind == "command":
            self.command(node, redirects, scope)
        elif kind == "list":
            self._list(node, scope, redirects)
        elif kind == "pipeline":
            self._pipeline(node, scope, redirects)
        else:
            self._larger(node, kind, scope)
            self._redirections(redirects, scope)
        self.findings.depth -= 1

    def _larger(self, node: "Node", kind: str, scope: Scope) -> None:
        if kind == "redirected_statement":
            self._redirected(node, scope)
        elif kind in COMPOUND:
            self._compound(node, scope)
        else:
            self._other(node, kind, scope)

    def _redirections(self, redirects: "tuple[Node, ...]", scope: Scope) -> None:
        if redirects:
            self.redirections(redirects, scope)

    def _other(self, node: "Node", kind: str, scope: Scope) -> None:
        if kind == "subshell":
            self._sequence(node, scope.inner())
        elif kind == "negated_command":
            self._sequence(node, scope)
        elif kind == "compound_statement":
            self._group(node, scope)
        elif kind == "function_definition":
            self._function(node, scope)
        elif kind == "declaration_command":
            self.declaration(node, scope)
        elif kind == "unset_command":
            self.unset(node, scope)
        elif kind in ("variable_assignment", "variable_assignments"):
            self.assignments(node, scope)
        elif kind == "test_command":
            self.condition(node, scope)
        else:
            self.findings.doubt(f"It has a part that is not understood: `{self.text(node)[:60]}`.")
            if not self.is_word(node):
                self._sequence(node, scope.inner())
            else:
                self.word(node, scope.inner())

    def _sequence(self, node: "Node", scope: Scope) -> None:
        """Statements one after the other. A `cd` before a `;` may have failed: from there on nobody knows."""
        children = [child for child in self.children(node) if child.type != "comment"]
        for index, child in enumerate(children):
            following = children[index + 1] if index + 1 < len(children) else None
            if not child.is_named:
                self._separator(child, node)
                continue
            here = scope if following is None or following.type != "&" else scope.inner()
            before = here.directory
            self.statement(child, here)
            if here.directory != before:
                here.directory = None
            if node.type == "program" and following is not None and following.type in STATEMENTS:
                self.findings.doubt("It has several lines.")

    def _separator(self, token: "Node", parent: "Node") -> None:
        if token.type in (";;", ";&", ";;&") and parent.type != "case_item":
            self.findings.doubt(f"`{token.type}` stands where it has no meaning.")
        if token.is_missing:
            self.findings.doubt("A part of it is missing.")

    def _list(self, node: "Node", scope: Scope, redirects: "tuple[Node, ...]") -> None:
        """`a && b`, `a || b`: behind `&&` a `cd` has worked, behind `||` nobody knows."""
        before, operator = scope.directory, ""
        for child in self.children(node):
            if not child.is_named:
                operator = child.type
            elif child.type != "comment":
                if operator == "||" and scope.directory != before:
                    scope.directory = None
                self.statement(child, scope, redirects if child == node.children[-1] else ())
        if operator == "||" and scope.directory != before:
            scope.directory = None

    def _pipeline(self, node: "Node", scope: Scope, redirects: "tuple[Node, ...]") -> None:
        for child in self.children(node):
            if child.is_named and child.type != "comment":
                stage = scope.inner(plain=True)
                self.statement(child, stage, redirects if child == node.children[-1] else ())
                if stage.directory != scope.directory:
                    scope.directory = None

    def _redirected(self, node: "Node", scope: Scope) -> None:
        children = [child for child in self.children(node) if child.type != "comment"]
        redirects = tuple(child for child in children if child.type.endswith("_redirect"))
        bodies = [child for child in children if child not in redirects]
        for child in bodies[:-1]:
            self.statement(child, scope)
        if bodies:
            self.statement(bodies[-1], scope, redirects)
        else:
            self.redirections(redirects, scope)

    def _compound(self, node: "Node", scope: Scope) -> None:
        """Loops and conditions: their parts run never, once or often."""
        if CHANGES_DIRECTORY.search(self.source, node.start_byte, node.end_byte):
            scope.directory = None
        inner = scope.inner()
        if node.type in ("for_statement", "c_style_for_statement"):
            self.loop_variable(node, inner)
        for child in self.children(node):
            if child.type in STATEMENTS or child.type in COMPOUND:
                self.statement(child, inner)
            elif child.is_named and child.type != "comment":
                self.word(child, inner)
            elif not child.is_named:
                self._separator(child, node)

    def _group(self, node: "Node", scope: Scope) -> None:
        first = node.children[0].type if node.children else ""
        if first == "((":
            self.findings.arithmetic = True
            for child in self.children(node):
                if child.is_named:
                    self.word(child, scope.inner())
            return
        here = Scope(plain=False, directory=scope.directory)
        self._sequence(node, here)
        scope.directory = here.directory

    def _function(self, node: "Node", scope: Scope) -> None:
        name, *rest = [child for child in self.children(node) if child.is_named and child.type != "comment"]
        self.shadows(self.text(name))
        if CHANGES_DIRECTORY.search(self.source, node.start_byte, node.end_byte):
            scope.directory = None
        redirects = tuple(child for child in rest if child.type.endswith("_redirect"))
        for child in rest:
            if child not in redirects:
                self.statement(child, scope.inner())
        self._redirections(redirects, scope.inner())

    def _misleading(self, root: "Node", text: str) -> None:
        for found in ONLY_QUOTED.finditer(text):
            start = len(text[: found.start()].encode(errors="replace"))
            node = root.descendant_for_byte_range(start, start + 1)
            if node is None or node.type not in QUOTED:
                self.findings.doubt(
                    f"It has the character U+{ord(found.group()):04X}, which people and shells read differently."
                )
                return

    def children(self, node: "Node") -> Iterator["Node"]:
        """All, with a doubt where something stands between them that is not in the tree."""
        end = -1
        for child in node.children:
            if 0 <= end < child.start_byte and self.source[end : child.start_byte].strip(b" \t\n\\"):
                self.findings.doubt("A part of it cannot be parsed.")
            end = child.end_byte
            yield child
