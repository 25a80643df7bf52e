"""Reads simple commands, redirections and assignments from the tree, and follows wrappers into what they run."""

from typing import TYPE_CHECKING

from sessiond.permission.shell.commands.describe import describe, doubts_about
from sessiond.permission.shell.commands.environment import harmless_for_programs
from sessiond.permission.shell.commands.operands import Touched
from sessiond.permission.shell.commands.paths import touched
from sessiond.permission.shell.commands.programs import programs_run
from sessiond.permission.shell.commands.tables.environment import DANGEROUS
from sessiond.permission.shell.commands.tables.wrappers import SHELLS
from sessiond.permission.shell.commands.wrappers import Inside, base_name, files_read, inside
from sessiond.permission.shell.parsing.assignments import Assignments
from sessiond.permission.shell.parsing.expansions import ARITHMETIC_TESTS
from sessiond.permission.shell.parsing.redirections import Simple
from sessiond.permission.shell.scope import DEEPEST, Scope
from sessiond.permission.shell.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

ENTERS = frozenset({"cd", "chdir", "pushd"})
LEAVES = frozenset({"popd", "source", "."})
"""Commands behind which nobody knows the directory."""

CALCULATES = frozenset({"let", "test", "["})
SETS_VARIABLES = frozenset({"read", "mapfile", "readarray", "getopts", "printf", "vared"})
SETS_SHELL = frozenset({
    "alias", "hash", "enable", "fc", "compgen", "complete", "zmodload", "autoload", "emulate", "bind", "zstyle",
    "functions", "setopt",
})  # fmt: skip
"""Builtins after which a name may stand for another program."""


class Statements(Assignments):
    """The part of a walk that knows simple commands."""

    def nested(self, text: str, scope: Scope) -> None:
        raise NotImplementedError

    def command(self, node: "Node", redirects: "tuple[Node, ...]", scope: Scope) -> None:
        """A simple command with its redirections, and all that it runs."""
        position, simple = len(self.findings.commands), Simple()
        rest: list[Node] = []
        end = -1
        for child in node.children:
            if child.type == "variable_assignment":
                simple.assignments.append(self.assignment(child, scope))
            elif child.type.endswith("_redirect"):
                self.redirect(child, simple, rest, scope)
            elif child.type != "comment":
                inner = child.children[0] if child.type == "command_name" and child.child_count else child
                if not child.is_named or not self.is_word(inner) or child.start_byte == end:
                    self.findings.doubt(f"`{self.text(node)[:60]}` cannot be read for sure.")
                simple.words.append(self.word(inner, scope))
            end = child.end_byte
        for redirect in redirects:
            self.redirect(redirect, simple, rest, scope)
        self.finish(simple, position, scope)
        for statement in rest:
            self.statement(statement, scope.inner())

    def redirections(self, nodes: "tuple[Node, ...]", scope: Scope) -> None:
        """Redirections of no simple command: `> file`, `{ …; } > file`."""
        position, simple = len(self.findings.commands), Simple(harmless=True)
        rest: list[Node] = []
        for node in nodes:
            self.redirect(node, simple, rest, scope)
        if simple.feeds:
            self.findings.doubt("It is not known which command reads a here-document.")
        self.finish(simple, position, scope)
        for statement in rest:
            self.statement(statement, scope.inner())

    def finish(self, simple: Simple, position: int, scope: Scope) -> None:
        """Adds a command that has been read, then what it runs besides itself."""
        words = tuple(simple.words)
        for name, value in simple.assignments:
            if not words:
                self.assigned(name, value)
            elif not harmless_for_programs(name, value):
                simple.harmless = False
                self.findings.doubt(f"The variable {name} can change what `{words[0].text}` runs.")
        if not words and not (simple.reads or simple.writes):
            return
        paths = touched(words) if words else Touched()
        for doubt in doubts_about(words, paths):
            self.findings.doubt(doubt)
        reads = [*simple.reads, *(files_read(words) if words else ())]
        known = all(harmless_for_programs(name, value) for name, value in simple.assignments)
        self.findings.add(
            describe(words, paths, reads, simple.writes, scope, harmless=simple.harmless, environment_known=known),
            position,
        )
        if words:
            self._effects(words, scope)
            self._follow(words, simple.feeds, scope)

    def _effects(self, words: tuple[Word, ...], scope: Scope) -> None:
        """What a command does to the shell it runs in."""
        name = words[0].text
        if name in ENTERS:
            _enter(words, scope)
        elif name in LEAVES:
            scope.directory = None
        elif name in SETS_VARIABLES:
            self._sets_variables(name, words[1:])
        elif name in SETS_SHELL and len(words) > 1:
            self.findings.doubt(f"`{name}` changes what names stand for.")
        elif name in CALCULATES and (name == "let" or any(word.text in ARITHMETIC_TESTS for word in words)):
            self.findings.arithmetic = True

    def _sets_variables(self, name: str, words: tuple[Word, ...]) -> None:
        if name == "printf" and not any(word.text.startswith("-v") for word in words[:1]):
            return
        self.findings.tainted = True
        for word in words:
            variable = word.text.removeprefix("-v")
            if not word.known or "[" in variable or DANGEROUS.fullmatch(variable):
                self.findings.doubt(f"`{name}` can change a variable that changes what is run.")

    def _follow(self, words: tuple[Word, ...], feeds: list[Word], scope: Scope) -> None:
        for doubt in programs_run(words):
            self.findings.doubt(doubt)
        found = inside(words)
        for each in found:
            self._inside(each, scope)
        if base_name(words[0].text) in SHELLS and not found:
            self._fed_shell(words, feeds, scope)

    def _inside(self, each: Inside, scope: Scope) -> None:
        if each.doubt:
            self.findings.doubt(each.doubt)
        inner = scope if each.same_shell else scope.inner()
        plain, inner.plain = inner.plain, False
        if each.directory is not None:
            inner.directory = None
        if each.script is not None:
            if each.script.literal:
                self.nested(each.script.text, inner)
            else:
                self.findings.doubt(f"It runs a script that is not known before: `{each.script.text[:60]}`.")
        if (each.words or each.assignments) and self.findings.depth <= DEEPEST:
            self.findings.depth += 1
            self.finish(
                Simple(words=list(each.words), assignments=list(each.assignments)), len(self.findings.commands), inner
            )
            self.findings.depth -= 1
        inner.plain = plain

    def _fed_shell(self, words: tuple[Word, ...], feeds: list[Word], scope: Scope) -> None:
        """A shell without `-c`: it runs a file, or what it reads."""
        operands = [word for word in words[1:] if not word.text.startswith("-") or not word.literal]
        if operands and "-s" not in [word.text for word in words]:
            return
        if len(feeds) == 1 and feeds[0].known:
            self.nested(feeds[0].text, scope.inner())
        elif not any(word.text in ("--version", "--help") for word in words[1:]):
            self.findings.doubt(f"It is not known what `{words[0].text}` reads and runs.")


def _enter(words: tuple[Word, ...], scope: Scope) -> None:
    """Follows a `cd`."""
    operands = [word for word in words[1:] if not (word.literal and word.text in ("-P", "-L", "-e", "--"))]
    if not operands and words[0].text == "cd":
        scope.enter("~")
    elif (
        len(operands) == 1 and (operands[0].literal or operands[0].home) and operands[0].text[:1] not in ("-", "+", "")
    ):
        scope.enter(operands[0].text)
    else:
        scope.directory = None
