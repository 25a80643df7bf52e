"""Reads assignments and declarations: what changes variables, and what names stand for."""

from typing import TYPE_CHECKING

import msgspec

from sessiond.permission.shell.commands.describe import is_known
from sessiond.permission.shell.commands.environment import harmless_for_programs, harmless_for_the_shell
from sessiond.permission.shell.parsing.expansions import INTEGER
from sessiond.permission.shell.parsing.redirections import Redirections, Simple
from sessiond.permission.shell.scope import Scope
from sessiond.permission.shell.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node


class Assignments(Redirections):
    """The part of a walk that knows variables."""

    def finish(self, simple: Simple, position: int, scope: Scope) -> None:
        raise NotImplementedError

    def assignments(self, node: "Node", scope: Scope) -> None:
        """`x=1` by itself: a variable of the shell."""
        nodes = [node] if node.type == "variable_assignment" else [c for c in node.children if c.is_named]
        for child in nodes:
            name, value = self.assignment(child, scope)
            self.assigned(name, value)

    def declaration(self, node: "Node", scope: Scope) -> None:
        """`export`, `declare` and their like."""
        position, simple = len(self.findings.commands), Simple(harmless=True)
        simple.words.append(Word(self.text(node.children[0])))
        given: list[tuple[str, Word | None]] = []
        for child in node.children[1:]:
            if child.type == "variable_assignment":
                given.append(self.assignment(child, scope))
                simple.words.append(Word(self.text(child), known=given[-1][1] is not None and given[-1][1].literal))
                continue
            word = self.word(child, scope)
            simple.words.append(word)
            name, equals, value = word.text.partition("=")
            if not word.literal or (word.text.startswith("-") and set(word.text) & set("niIf")):
                self.findings.doubt(f"`{self.text(node)[:60]}` can change what names stand for.")
            elif not word.text.startswith("-"):
                given.append((name, Word(value) if equals else None))
        flags = [word.text for word in simple.words[1:] if word.text.startswith("-")]
        exported = simple.words[0].text == "export" or any("x" in flag for flag in flags)
        for name, value in given:
            if "[" in name or not (harmless_for_programs if exported else harmless_for_the_shell)(name, value):
                self.findings.doubt(f"The variable {name} can change what is run.")
        simple.harmless = not flags and bool(given)
        self.finish(simple, position, scope)

    def unset(self, node: "Node", scope: Scope) -> None:
        position = len(self.findings.commands)
        words = [Word(self.text(node.children[0])), *(self.word(child, scope) for child in node.children[1:])]
        self.finish(Simple(words=words), position, scope)
        self.findings.arithmetic = True

    def shadows(self, name: str) -> None:
        """A function or an alias is given a name."""
        if is_known(name):
            self.findings.doubt(f"`{name}` is made to mean something else.")

    def assignment(self, node: "Node", scope: Scope) -> tuple[str, Word | None]:
        name, value = "", None
        for child in node.children:
            if child.type in ("variable_name", "subscript") and not name:
                name = self.text(child).partition("[")[0]
                if child.type == "subscript":
                    self.word(child, scope)
            elif child.type == "array":
                for element in child.children:
                    if element.is_named:
                        self.word(element, scope)
            elif child.is_named:
                value = self.word(child, scope)
        if value is None and self.source[node.end_byte - 1 : node.end_byte] == b"=":
            value = Word("")
        if self.source.find(b"+=", node.start_byte, node.end_byte) >= 0 and value is not None:
            value = msgspec.structs.replace(value, known=False)
        self.findings.tainted |= value is None or not (value.literal and INTEGER.fullmatch(value.text))
        return name, value
