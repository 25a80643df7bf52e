"""Text whose quotes, dashes or spaces are others of the same meaning: models write `"` where a file has `“`.

What old and new text have in common keeps the file's own characters.
"""

from sessiond.tools.editing.matching.exact import exact
from sessiond.tools.editing.matching.found import Found, Text, Wanted
from sessiond.tools.files.splices import Splice, equal_start

PLAIN = str.maketrans(
    {
        **dict.fromkeys(range(0x201C, 0x2020), '"'),
        **dict.fromkeys(range(0x2018, 0x201C), "'"),
        **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
        **dict.fromkeys((0x00A0, *range(0x2002, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    }
)
"""Double quotes, single quotes, dashes and the minus sign, spaces that do not look otherwise."""
DOUBT = "it has other quotes, dashes or spaces in what newString changes"


def typography(text: Text, wanted: Wanted) -> list[Found]:
    """Every character stands for exactly one, so that places are the same in both forms."""
    plain = Text(text.text.translate(PLAIN))
    if plain.text == text.text and wanted.old.translate(PLAIN) == wanted.old:
        return []
    places = exact(plain, Wanted(wanted.old.translate(PLAIN), wanted.new))
    return [_kept(text.text[place.start : place.end], place, wanted) for place in places]


def _kept(there: str, place: Found, wanted: Wanted) -> Found:
    head = equal_start(wanted.old, wanted.new)
    most = min(len(wanted.old), len(wanted.new)) - head
    tail = min(equal_start(wanted.old[::-1], wanted.new[::-1]), most)
    start, end = head, len(there) - tail
    if there[start:end] != wanted.old[start:end]:
        return Found(place.start, place.end, doubt=DOUBT)
    splice = Splice(place.start + start, place.start + end, wanted.new[head : len(wanted.new) - tail])
    return Found(place.start, place.end, splice)
