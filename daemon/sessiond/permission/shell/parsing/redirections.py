"""Reads redirections and here-documents: what a command reads, writes and finds on its input."""

import re
from typing import TYPE_CHECKING

import msgspec

from sessiond.permission.shell.parsing.expansions import Expansions
from sessiond.permission.shell.scope import Scope
from sessiond.permission.shell.words import Word

if TYPE_CHECKING:
    from tree_sitter import Node

HARMLESS_FILES = re.compile(r"/dev/(null|stdout|stderr|stdin|fd/\d+)")
NETWORK_FILES = ("/dev/tcp/", "/dev/udp/")
DELIMITER = re.compile(r"(?P<quote>['\"]?)(?P<name>[\w.-]+)(?P=quote)")
UNESCAPED_CODE = re.compile(r"(?<!\\)(?:\\\\)*(?:`|\$[({])")


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


class Redirections(Expansions):
    """The part of a walk that knows redirections."""

    def redirect(self, node: "Node", simple: Simple, rest: "list[Node]", scope: Scope) -> None:
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
        """What follows the delimiter in its line belongs to the command, or stands behind it."""
        parts: dict[str, Node] = {}
        for child in node.children:
            if (child.type.startswith("heredoc_") and child.type != "heredoc_redirect") or child.type == "<<-":
                parts[child.type] = child
            elif child.type.endswith("_redirect"):
                self.redirect(child, simple, rest, scope)
            elif self.is_word(child):
                simple.words.append(self.word(child, scope))
            elif child.is_named:
                rest.append(child)
        quoted = self._delimiter(parts)
        if body := parts.get("heredoc_body"):
            self._body(body, quoted, simple, scope)

    def _delimiter(self, parts: "dict[str, Node]") -> bool:
        """Whether it is quoted, so that the text stands for itself."""
        start, end = parts.get("heredoc_start"), parts.get("heredoc_end")
        match = DELIMITER.fullmatch(self.text(start)) if start else None
        rest = self.source[start.end_byte :].partition(b"\n")[0] if start else b""
        if any(rest.count(quote) % 2 for quote in (b"'", b'"', b"`")) or rest.count(b"(") != rest.count(b")"):
            self.findings.doubt("It is not certain where a here-document begins.")
        if (
            not (start and end and match)
            or rest.endswith(b"\\")
            or self._end_of(start, match["name"], "<<-" in parts) != end.start_byte
        ):
            self.findings.doubt("It is not certain where a here-document ends.")
        return bool(match and match["quote"])

    def _body(self, body: "Node", quoted: bool, simple: Simple, scope: Scope) -> None:
        text = self.text(body)
        expands = not quoted and (self.look_into(body, scope) or "\\" in text)
        if not quoted and UNESCAPED_CODE.search(self._between(body)):
            self.findings.doubt("A here-document may run something.")
        simple.feeds.append(Word(text, known=not expands))

    def _end_of(self, start: "Node", name: str, dash: bool) -> int:
        """Where the line with the delimiter begins, by the shell's own rule."""
        position = self.source.find(b"\n", start.end_byte) + 1
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
