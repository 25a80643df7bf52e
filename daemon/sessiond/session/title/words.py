"""Makes one clean line of a prompt or of a model's answer, to be a session's title. Pure.

Called by `titles.py`. What a model writes is cleaned and believed in nothing else.
"""

import re

LONGEST = 80
"""Characters of a title."""
LONGEST_OF_PROMPT = 60
LONGEST_ANSWER_LINE = 240
"""A longer line is no title: the model has answered the prompt."""

_THOUGHTS = re.compile(r"<(think|thinking|thought|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)
_THOUGHTS_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHTS_BEGIN = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:session |conversation |chat )?(?:title|titel|titre|título|titolo)\s*[:\uff1a]\s*", re.IGNORECASE
)
_MARKUP_BEFORE = re.compile(r"^(?:[#>*+\-\u2013\u2014•]+|\d+[.)])\s+")
_MARKUP = re.compile(r"```\w*|`|</?(?:b|i|em|strong|code|br|p|title|h[1-6])\s*/?>", re.IGNORECASE)
_STRESSED = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)([^*]+)(?<=\S)\1(?![\w*])")
"""Only in pairs: `**kwargs`, `__init__` and `Vec<int>` are names."""
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Control characters, what turns the direction of text, what has no width."""
_QUOTES = ('""', "''", "“”", "„“", "\u2018\u2019", "«»", "「」", "『』", "()", "[]")


def title_of_prompt(text: str) -> str | None:
    """The first line that says something, cut at a word. None where none does."""
    return _first_line(text, LONGEST_OF_PROMPT)


def title_of_answer(text: str) -> str | None:
    """The line that a model has found, without thoughts, labels, quotes and markup. None where it has found none."""
    spoken = _THOUGHTS.sub("", text)
    spoken = _THOUGHTS_END.split(spoken)[-1]
    spoken = _THOUGHTS_BEGIN.split(spoken)[0]
    lines = [line for line in spoken.splitlines() if _says_something(_plain(line))]
    if not lines or len(lines[0]) > LONGEST_ANSWER_LINE:
        return None
    title = _first_line(spoken, LONGEST)
    return title.removesuffix(".") if title and not title.endswith("..") else title


def _first_line(text: str, longest: int) -> str | None:
    return next((_cut(line, longest) for line in map(_plain, text.splitlines()) if _says_something(line)), None)


def _plain(line: str) -> str:
    line = " ".join(_UNSEEN.sub("", _ESCAPES.sub("", line).replace("\t", " ")).split())
    line = _STRESSED.sub(r"\2", _LINK.sub(r"\1", _MARKUP_BEFORE.sub("", line)))
    line = _MARKUP.sub("", line).strip()
    line = _LABEL.sub("", line)
    for opening, closing in _QUOTES:
        inside = line[1:-1]
        if len(line) > 2 and line[0] == opening and line[-1] == closing and opening not in inside:
            line = inside.strip()
    return line


def _says_something(line: str) -> bool:
    return any(character.isalnum() for character in line)


def _cut(line: str, longest: int) -> str:
    """At a word, if that leaves more than half of it; languages without spaces are cut anywhere."""
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    if not line[longest - 1].isspace():
        at_word = cut.rpartition(" ")[0]
        cut = at_word if len(at_word) > longest // 2 else cut
    return cut.rstrip(" ,;:.-\u2013\u2014(") + "…"
