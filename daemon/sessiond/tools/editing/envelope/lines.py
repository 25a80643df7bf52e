"""The lines of a text, and where a piece of them stands: exactly, or but for blanks and typographic punctuation."""

from collections.abc import Callable, Sequence

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
SINGLE_QUOTES = "\u2018\u2019\u201a\u201b"
DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f"
SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
PLAIN = {
    ord(odd): plain
    for odds, plain in ((DASHES, "-"), (SINGLE_QUOTES, "'"), (DOUBLE_QUOTES, '"'), (SPACES, " "))
    for odd in odds
}
"""Punctuation that models write plainly, whatever the file has."""


def plain(line: str) -> str:
    return line.translate(PLAIN).strip()


Fold = Callable[[str], str]
FOLDS: tuple[Fold, ...] = (str, str.rstrip, str.strip, plain)
"""What of a line counts, the strictest first."""


class Lines:
    """The lines of one text; what is looked up is kept."""

    def __init__(self, text: str) -> None:
        self.all = text.split("\n")
        self.ends_with_newline = self.all[-1] == ""
        if self.ends_with_newline:
            self.all.pop()
        self._places: dict[Fold, dict[str, list[int]]] = {}

    def __len__(self) -> int:
        return len(self.all)

    def places(self, wanted: Sequence[str], fold: Fold) -> list[int]:
        """All indexes at which the wanted lines stand, under one fold."""
        if not wanted:
            return []
        folded = [fold(line) for line in wanted]
        starts = self._index(fold).get(folded[0], ())
        return [start for start in starts if self._stands(folded, start, fold)]

    def at_end(self, wanted: Sequence[str], fold: Fold) -> list[int]:
        """The index of the wanted lines if they are the last ones."""
        start = len(self.all) - len(wanted)
        stands = start >= 0 and self._stands([fold(line) for line in wanted], start, fold)
        return [start] if wanted and stands else []

    def _stands(self, folded: list[str], start: int, fold: Fold) -> bool:
        if start + len(folded) > len(self.all):
            return False
        return all(fold(self.all[start + offset]) == line for offset, line in enumerate(folded))

    def _index(self, fold: Fold) -> dict[str, list[int]]:
        if fold not in self._places:
            index: dict[str, list[int]] = {}
            for number, line in enumerate(self.all):
                index.setdefault(fold(line), []).append(number)
            self._places[fold] = index
        return self._places[fold]
