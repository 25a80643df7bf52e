"""Reads the words of a script from its tree, and finds the substitutions in them at any depth."""

import re
from typing import TYPE_CHECKING

from sessiond.permission.shell.commands.environment import harmless_for_the_shell
from sessiond.permission.shell.parsing.grammar import EXPANSIONS, IN_WORDS, STATEMENTS, SUBSTITUTIONS, WORDS
from sessiond.permission.shell.scope import DEEPEST, Findings, Scope
from sessiond.permission.shell.words import Word, read_word

if TYPE_CHECKING:
    from tree_sitter import Node

HIDDEN_CODE = re.compile(rb"(?<!\\)(?:\\\\)*(?:`|\$\(|\$\{)")
HIDDEN_PROCESS = re.compile(rb"[<>=]\(")
ARITHMETIC_TESTS = frozenset({"-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-R"})
QUOTED_IN_NUMBERS = re.compile(r"['\\]")
NAME_IN_NUMBERS = re.compile(r"[A-Za-z_]")
INTEGER = re.compile(r"-?\d+")


class Expansions:
    """The part of a walk that knows words. Statements in substitutions are given back to the walk."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.source = b""

    def statement(self, node: "Node", scope: Scope, redirects: "tuple[Node, ...]" = ()) -> None:
        raise NotImplementedError

    def text(self, node: "Node") -> str:
        return self.source[node.start_byte : node.end_byte].decode(errors="replace")

    def is_word(self, node: "Node") -> bool:
        return node.type in WORDS

    def word(self, node: "Node", scope: Scope) -> Word:
        """The word that a node is; what its substitutions run is found on the way."""
        expands = self.look_into(node, scope) if node.type != "word" or b"`" in self.source else False
        word = read_word(self.text(node), expands=expands)
        if word.doubt:
            self.findings.doubt(f"{word.doubt}.")
        if not expands and ("$(" in word.text or "`" in word.text):
            self.findings.quoted_code = True
        return word

    def condition(self, node: "Node", scope: Scope) -> None:
        """`[ … ]` and `[[ … ]]`: no command, but its words can run some."""
        self.look_into(node, scope)

    def loop_variable(self, node: "Node", scope: Scope) -> None:
        """What a `for` gives its variable."""
        for child in node.children:
            if child.type == "variable_name" and node.type == "for_statement":
                self.assigned(self.text(child), None)
                self.findings.tainted = True
        if node.type == "c_style_for_statement":
            self.findings.arithmetic = True

    def assigned(self, name: str, value: Word | None) -> None:
        """A variable of the shell gets a value."""
        if not harmless_for_the_shell(name, value):
            self.findings.doubt(f"The variable {name} can change what is run.")

    def look_into(self, node: "Node", scope: Scope) -> bool:
        """Finds all that the parts of a word run; whether its value is only known then."""
        if self.findings.depth > DEEPEST:
            self.findings.doubt("It is nested too deep to follow.")
            return True
        self.findings.depth += 1
        expands = node.type in EXPANSIONS
        if node.type in SUBSTITUTIONS:
            self._substitution(node, scope)
        elif node.type in ("expansion", "arithmetic_expansion", "subscript"):
            self._check_expansion(node, scope)
        elif not node.named_child_count:
            self._check_leaf(node)
        if node.type not in SUBSTITUTIONS:
            for child in node.children:
                if child.is_named:
                    expands = self._part(child, node, scope) or expands
        self.findings.depth -= 1
        return expands

    def _part(self, child: "Node", parent: "Node", scope: Scope) -> bool:
        if child.type == "test_operator" and self.text(child) in ARITHMETIC_TESTS:
            self.findings.arithmetic = True
        if child.type in IN_WORDS or child.type in ("test_command", "heredoc_body"):
            return self.look_into(child, scope)
        if child.type in STATEMENTS:
            self.statement(child, scope.inner())
        elif child.type not in ("comment", "file_descriptor"):
            self.findings.doubt(f"It has a part that is not understood: `{self.text(parent)[:60]}`.")
            self.look_into(child, scope)
        return True

    def _substitution(self, node: "Node", scope: Scope) -> None:
        """Its statements run in a shell of their own, out of plain sight."""
        if self.source.startswith(b"`", node.start_byte) and "\\" in self.text(node):
            self.findings.doubt(
                f"`{self.text(node)[:60]}` has a backslash in backticks, which a shell takes away first."
            )
        inner = scope.inner()
        for child in node.children:
            if child.type.endswith("_redirect"):
                self.redirections((child,), inner)
            elif child.is_named and child.type != "comment":
                before = inner.directory
                self.statement(child, inner)
                if inner.directory != before:
                    inner.directory = None
            elif child.type in (";;", ";&", ";;&") or child.is_missing:
                self.findings.doubt("A substitution cannot be parsed.")

    def redirections(self, nodes: "tuple[Node, ...]", scope: Scope) -> None:
        raise NotImplementedError

    def _check_expansion(self, node: "Node", scope: Scope) -> None:
        tokens = [child.type for child in node.children if not child.is_named]
        names = [self.text(child) for child in node.children if child.type == "variable_name"]
        if node.type == "expansion":
            if "@" in tokens or (len(tokens) > 1 and tokens[1] == "!"):
                self.findings.doubt(f"`{self.text(node)[:60]}` stands for what another value says.")
            if "=" in tokens or ":=" in tokens:
                self.findings.tainted = True
                for name in names:
                    self.assigned(name, None)
            if ":" in tokens:
                self.findings.arithmetic = True
        elif QUOTED_IN_NUMBERS.search(self.text(node)):
            self.findings.arithmetic = self.findings.quoted_code = True
        elif NAME_IN_NUMBERS.search(self.text(node).partition("[" if node.type == "subscript" else "$")[2]):
            self.findings.arithmetic = True

    def _check_leaf(self, node: "Node") -> None:
        """The grammar leaves backticks in `${x:-…}` alone, for one."""
        if node.type in ("raw_string", "ansi_c_string", "comment"):
            return
        place = (self.source, node.start_byte, node.end_byte)
        if HIDDEN_CODE.search(*place) or (node.type != "string_content" and HIDDEN_PROCESS.search(*place)):
            self.findings.doubt(f"`{self.text(node)[:60]}` may run something.")
