"""Reads simple commands, redirections and assignments from the tree, and follows wrappers into what they run."""

import re
from typing import TYPE_CHECKING

import msgspec

from sessiond.permission.shell.describe import describe, doubts_about, is_known
from sessiond.permission.shell.environment import harmless_for_programs, harmless_for_the_shell
from sessiond.permission.shell.expansions import INTEGER, Expansions
from sessiond.permission.shell.scope import DEEPEST, Scope
from sessiond.permission.shell.tables.environment import DANGEROUS
from sessiond.permission.shell.tables.wrappers import SHELLS
from sessiond.permission.shell.words import Word
from sessiond.permission.shell.wrappers import Inside, base_name, inside

if TYPE_CHECKING:
    from tree_sitter import Node

HARMLESS_FILES = re.compile(r"/dev/(null|stdout|stderr|stdin|fd/\d+)")
NETWORK_FILES = ("/dev/tcp/", "/dev/udp/")
DELIMITER = re.compile(r"(?P<quote>['\"]?)(?P<name>[\w.-]+)(?P=quote)")
UNESCAPED_CODE = re.compile(r"(?<!\\)(?:\\\\)*(?:`|\$[({])")
READS_INTO_VARIABLES = frozenset("read mapfile readarray getopts printf vared".split())
SETS_SHELL = frozenset(
    "alias hash enable fc compgen complete zmodload autoload emulate bind zstyle functions setopt".split()
)


class Simple(msgspec.Struct):
    """A simple command as it is being read."""

    words: list[Word] = []
    assignments: list[tuple[str, Word | None]] = []
    reads: list[Word] = []
    writes: list[Word] = []
    feeds: list[Word] = []
    """Here-documents and here-strings: what it finds on its input."""
    harmless: bool = False
    """Known as such for reasons other than the shipped list."""


class Statements(Expansions):
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
                simple.assignments.append(self._assignment(child, scope))
            elif child.type.endswith("_redirect"):
                self._redirect(child, simple, rest, scope)
            elif child.type != "comment":
                inner = child.children[0] if child.type == "command_name" and child.child_count else child
                if not child.is_named or not self.is_word(inner) or child.start_byte == end:
                    self.findings.doubt(f"`{self.text(node)[:60]}` cannot be read for sure.")
                simple.words.append(self.word(inner, scope))
            end = child.end_byte
        for redirect in redirects:
            self._redirect(redirect, simple, rest, scope)
        self._finish(simple, position, scope)
        for statement in rest:
            self.statement(statement, scope.inner())

    def redirections(self, nodes: "tuple[Node, ...]", scope: Scope) -> None:
        """Redirections of no simple command: `> file`, `{ …; } > file`."""
        position, simple = len(self.findings.commands), Simple(harmless=True)
        rest: list[Node] = []
        for node in nodes:
            self._redirect(node, simple, rest, scope)
        if simple.feeds:
            self.findings.doubt("It is not known which command reads a here-document.")
        self._finish(simple, position, scope)
        for statement in rest:
            self.statement(statement, scope.inner())

    def assignments(self, node: "Node", scope: Scope) -> None:
        """`x=1` by itself: a variable of the shell."""
        nodes = [node] if node.type == "variable_assignment" else [c for c in node.children if c.is_named]
        for child in nodes:
            name, value = self._assignment(child, scope)
            self.assigned(name, value)

    def declaration(self, node: "Node", scope: Scope) -> None:
        """`export`, `declare` and their like."""
        position, simple = len(self.findings.commands), Simple(harmless=True)
        simple.words.append(Word(self.text(node.children[0])))
        given: list[tuple[str, Word | None]] = []
        for child in node.children[1:]:
            if child.type == "variable_assignment":
                given.append(self._assignment(child, scope))
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
            if not (harmless_for_programs if exported else harmless_for_the_shell)(name, value):
                self.findings.doubt(f"The variable {name} can change what is run.")
        simple.harmless = not flags and bool(given)
        self._finish(simple, position, scope)

    def unset(self, node: "Node", scope: Scope) -> None:
        position = len(self.findings.commands)
        words = [Word(self.text(node.children[0])), *(self.word(child, scope) for child in node.children[1:])]
        self._finish(Simple(words=words), position, scope)
        self.findings.arithmetic = True

    def shadows(self, name: str) -> None:
        """A function or an alias is given a name."""
        if is_known(name):
            self.findings.doubt(f"`{name}` is made to mean something else.")

    def _assignment(self, node: "Node", scope: Scope) -> tuple[str, Word | None]:
        name, value = "", None
        for child in node.children:
            if child.type in ("variable_name", "subscript") and not name:
                name = self.text(child).partition("[")[0]
                if child.type == "subscript":
                    self.word(child, scope)
            elif child.is_named:
                value = self.word(child, scope)
        if value is None and self.source[node.end_byte - 1 : node.end_byte] == b"=":
            value = Word("")
        if self.source.find(b"+=", node.start_byte, node.end_byte) >= 0 and value is not None:
            value = msgspec.structs.replace(value, known=False)
        self.findings.tainted |= value is None or not (value.literal and INTEGER.fullmatch(value.text))
        return name, value

    def _redirect(self, node: "Node", simple: Simple, rest: "list[Node]", scope: Scope) -> None:
        if node.type == "heredoc_redirect":
            self._heredoc(node, simple, rest, scope)
            return
        operator = next((child.type for child in node.children if not child.is_named), "")
        targets = [child for child in node.children if child.is_named and child.type != "file_descriptor"]
        words = [(child, self.word(child, scope)) for child in targets]
        if operator in (">&-", "<&-"):
            simple.words.extend(word for _, word in words)
            return
        if not words:
            self.findings.doubt("A redirection has no target.")
            return
        simple.words.extend(word for _, word in words[1:])
        target, word = words[0]
        if node.type == "herestring_redirect":
            simple.feeds.append(word)
            if not word.known and b"(" in self.source[target.start_byte : target.end_byte]:
                self.findings.doubt("A here-string holds what a command says.")
        elif target.type != "process_substitution":
            self._file(operator, word, simple)

    def _file(self, operator: str, word: Word, simple: Simple) -> None:
        duplicates = operator in (">&", "<&") and word.known and re.fullmatch(r"\d+-?|-", word.text)
        if duplicates or (word.known and HARMLESS_FILES.fullmatch(word.text)):
            return
        if word.text.startswith(NETWORK_FILES) or (not word.literal and not word.home) or word.odd:
            self.findings.doubt(f"It is not known what a redirection to or from `{word.text[:60]}` touches.")
        if operator in ("<", "<&"):
            simple.reads.append(word)
            self.findings.doubt(f"A command takes its input from the file `{word.text[:60]}`.")
        elif operator in (">", ">>", ">|", "&>", "&>>", ">&"):
            simple.writes.append(word)
        else:
            self.findings.doubt(f"The redirection `{operator}` is not understood.")

    def _heredoc(self, node: "Node", simple: Simple, rest: "list[Node]", scope: Scope) -> None:
        delimiter, start, body, end, dash = "", 0, None, None, False
        for child in node.children:
            if child.type == "heredoc_start":
                delimiter, start = self.text(child), child.end_byte
            elif child.type == "heredoc_body":
                body = child
            elif child.type == "heredoc_end":
                end = child
            elif child.type.endswith("_redirect"):
                self._redirect(child, simple, rest, scope)
            elif self.is_word(child):
                simple.words.append(self.word(child, scope))
            elif child.is_named:
                rest.append(child)
            else:
                dash = dash or child.type == "<<-"
        match = DELIMITER.fullmatch(delimiter)
        if not match or end is None or self._end_of(start, match["name"], dash) != end.start_byte:
            self.findings.doubt("It is not certain where a here-document ends.")
        if body is None:
            return
        text = self.text(body)
        expands = False
        if match is None or not match["quote"]:
            expands = self._look_into(body, scope) or "\\" in text
            if UNESCAPED_CODE.search(self._between(body)):
                self.findings.doubt("A here-document may run something.")
        simple.feeds.append(Word(text, known=not expands))

    def _end_of(self, start: int, name: str, dash: bool) -> int:
        """Where the line with the delimiter begins, by the shell's own rule."""
        position = self.source.find(b"\n", start) + 1
        while 0 < position <= len(self.source):
            stop = self.source.find(b"\n", position)
            line = self.source[position : stop if stop >= 0 else len(self.source)]
            stripped = line.lstrip(b"\t") if dash else line
            if stripped == name.encode():
                return position + len(line) - len(stripped)
            position = stop + 1
        return -1

    def _between(self, body: "Node") -> str:
        """The text of a here-document without its expansions."""
        position = body.start_byte
        parts: list[bytes] = []
        for child in body.children:
            if child.is_named and child.type != "heredoc_content":
                parts.append(self.source[position : child.start_byte])
                position = child.end_byte
        return b"\n".join([*parts, self.source[position : body.end_byte]]).decode(errors="replace")

    def _finish(self, simple: Simple, position: int, scope: Scope) -> None:
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
        for doubt in doubts_about(words, simple.writes):
            self.findings.doubt(doubt)
        known = all(harmless_for_programs(name, value) for name, value in simple.assignments)
        self.findings.add(
            describe(words, simple.reads, simple.writes, scope, harmless=simple.harmless, environment_known=known),
            position,
        )
        if words:
            self._effects(words, scope)
            self._follow(words, simple.feeds, scope)

    def _effects(self, words: tuple[Word, ...], scope: Scope) -> None:
        """What a command does to the shell it runs in."""
        name = words[0].text
        if name in ("cd", "chdir", "pushd"):
            operands = [word for word in words[1:] if not (word.literal and word.text in ("-P", "-L", "-e", "--"))]
            simple_target = len(operands) == 1 and (operands[0].literal or operands[0].home)
            if not operands and name == "cd":
                scope.enter("~")
            elif simple_target and not operands[0].text.startswith(("-", "+")):
                scope.enter(operands[0].text)
            else:
                scope.directory = None
        elif name in ("popd", "source", "."):
            scope.directory = None
        if name in READS_INTO_VARIABLES:
            self.findings.tainted = True
            if name != "printf" or any(word.text.startswith("-v") for word in words[1:2]):
                for word in words[1:]:
                    if not word.literal or DANGEROUS.fullmatch(word.text.removeprefix("-v")):
                        self.findings.doubt(f"`{name}` can change a variable that changes what is run.")
        elif name in SETS_SHELL and len(words) > 1:
            self.findings.doubt(f"`{name}` changes what names stand for.")
        elif name in ("let", "test", "["):
            self.findings.arithmetic = (
                self.findings.arithmetic
                or name == "let"
                or any(word.text in ("-v", "-R", "-eq", "-ne", "-lt", "-gt", "-le", "-ge") for word in words)
            )

    def _follow(self, words: tuple[Word, ...], feeds: list[Word], scope: Scope) -> None:
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
            self._finish(
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
