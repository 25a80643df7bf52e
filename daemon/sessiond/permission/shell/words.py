"""One word of a shell line: its value where that is known before it runs, else its source text."""

import re

import msgspec

PLAIN = re.compile(r"[\w./:@,+\-]+", re.ASCII)
PIECE = re.compile(
    r"""(?P<raw>'[^']*') | (?P<ansi>\$'(?:[^'\\]|\\.)*') | (?P<double>"(?:[^"\\]|\\.)*")
      | (?P<escape>\\.) | (?P<brace>\{[^{}\s]*(?:,|\.\.)[^\s]*\}) | (?P<glob>[*?\[])
      | (?P<active>[`();|&<>\s'"\\] | \$[\w({@*\#?!$\-]) | (?P<odd>[\^\#!%{}~=]) | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
IN_DOUBLE_QUOTES = re.compile(r'\\([\\"$`\n])', re.DOTALL)
ACTIVE_IN_DOUBLE_QUOTES = re.compile(r"(?<!\\)(?:\\\\)*(?:`|\$[\w({@*#?!$-])")
ANSI_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", "'": "'", '"': '"', "?": "?"}
HOME = re.compile(r'("?)(\$HOME|\$\{HOME\})\1(/[\w./+@,-]*)?|"(?:\$HOME|\$\{HOME\})(/[^"$`\\]*)?"', re.ASCII)
PLAIN_TILDE = re.compile(r"~(/.*)?", re.DOTALL)
TILDE = re.compile(r"~[^/]")
ZSH_COMMAND_PATH = re.compile(r"=[\w.]")


class Word(msgspec.Struct, frozen=True):
    text: str
    """Its value with quotes taken away; where it is not known, the source."""
    known: bool = True
    pattern: bool = False
    """Unquoted `*`, `?` or `[`: it stands for names of files."""
    odd: bool = False
    """Some shell, or some option of one, takes an unquoted character of it as a pattern or worse."""
    doubt: str | None = None
    home: bool = False
    """It is not known, but it is a path under the user's home directory."""

    @property
    def literal(self) -> bool:
        return self.known and not self.pattern


def read_word(source: str, *, expands: bool = False) -> Word:
    """`expands`: the parser has found an expansion or a substitution in it."""
    if PLAIN.fullmatch(source):
        return Word(source)
    if expands:
        return _expanding(source)
    value: list[str] = []
    known, pattern, odd = True, False, False
    for piece in PIECE.finditer(source):
        kind, text = piece.lastgroup, piece.group()
        if kind == "active" or (kind == "double" and ACTIVE_IN_DOUBLE_QUOTES.search(text)):
            return Word(source, known=False, doubt=f"`{source}` cannot be read for sure")
        plain = _value(kind, text)
        known = known and plain is not None and kind != "brace"
        pattern = pattern or kind == "glob"
        odd = odd or kind in ("glob", "brace") or _odd(kind, text, piece.start())
        value.append(text if plain is None else plain)
    if not known:
        return Word(source, known=False, odd=odd)
    return _with_tilde(source, Word("".join(value), pattern=pattern, odd=odd))


def _expanding(source: str) -> Word:
    home = HOME.fullmatch(source)
    return Word("$HOME" + (home.group(3) or home.group(4) or "") if home else source, known=False, home=bool(home))


def _value(kind: str | None, text: str) -> str | None:
    """What a piece stands for; None: only the shell knows."""
    if kind == "raw":
        return text[1:-1]
    if kind == "double":
        return IN_DOUBLE_QUOTES.sub(lambda escape: escape.group(1).replace("\n", ""), text[1:-1])
    if kind == "escape":
        return text[1].replace("\n", "")
    if kind == "ansi":
        escapes = re.findall(r"\\(.)", text, re.DOTALL)
        if any(letter not in ANSI_ESCAPES for letter in escapes):
            return None
        return re.sub(r"\\(.)", lambda escape: ANSI_ESCAPES[escape.group(1)], text[2:-1], flags=re.DOTALL)
    return text


def _odd(kind: str | None, text: str, start: int) -> bool:
    if kind == "odd":
        return text not in "~=" or start == 0
    return kind == "double" and "!" in text


def _with_tilde(source: str, word: Word) -> Word:
    if ZSH_COMMAND_PATH.match(source):
        return Word(source, known=False, odd=True, doubt=f"zsh takes `{source}` for the path of a program")
    if PLAIN_TILDE.fullmatch(source):
        return msgspec.structs.replace(word, odd=word.pattern, home=True)
    if TILDE.match(source):
        return Word(
            source, known=False, odd=True, doubt=f"`{source}` is somebody's home directory, or a directory seen before"
        )
    if word.text.startswith("~"):
        return msgspec.structs.replace(word, text=f"./{word.text}")
    return word
