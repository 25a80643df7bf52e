"""Lines copied with the numbers that tools show before them: `    12<tab>` of `read`, `12 | ` of others."""

import re

from sessiond.tools.editing.matching.exact import exact
from sessiond.tools.editing.matching.found import Found, Text, Wanted, lines_of

FORMS = (re.compile(r" *(\d+)[\t→](.*)"), re.compile(r" *(\d+) ?\| ?(.*)"))
DOUBT = "oldString was sent with line numbers, and only some lines of newString have them"
DOUBT_OF_PLACE = "it stands in other lines than the numbers in it say"
DOUBT_OF_BLANKS = "oldString was sent with line numbers, and newString begins with a line of blanks"


def line_numbers(text: Text, wanted: Wanted) -> list[Found]:
    """Certain when every line has a number, each one more than the last, and stands in the line of its number."""
    for form in FORMS:
        numbers = [int(match[1]) if (match := form.fullmatch(line)) else None for line in lines_of(wanted.old)]
        if numbers and numbers[0] is not None and numbers == list(range(numbers[0], numbers[0] + len(numbers))):
            return _without(text, wanted, form, numbers[0])
    return []


def _without(text: Text, wanted: Wanted, form: re.Pattern[str], first: int) -> list[Found]:
    old, new = _stripped(wanted.old, form), _stripped(wanted.new, form)
    if not old or not old.strip():
        return []
    places = exact(text, Wanted(old, wanted.new if new is None else new))
    whole = [place for place in places if _whole_lines(text.text, place)]
    named = [place for place in whole if text.line_at(place.start) == first]
    doubt = _doubt(new) if named else DOUBT_OF_PLACE
    whole = named or (whole if len(lines_of(old)) > 1 else [])
    return [Found(place.start, place.end, doubt=doubt) for place in whole] if doubt else whole


def _doubt(new: str | None) -> str:
    if new is None:
        return DOUBT
    first = new.split("\n")[0]
    return DOUBT_OF_BLANKS if first and not first.strip() else ""


def _stripped(wanted: str, form: re.Pattern[str]) -> str | None:
    """Without the numbers, when all lines have one; as it is when none has; else None."""
    matches = [form.fullmatch(line) for line in lines_of(wanted)]
    if not any(matches):
        return wanted
    if not all(matches):
        return None
    return "\n".join(match[2] for match in matches if match) + ("\n" if wanted.endswith("\n") else "")


def _whole_lines(text: str, place: Found) -> bool:
    starts = place.start == 0 or text[place.start - 1] == "\n"
    return starts and (text[place.end : place.end + 1] in ("", "\n") or text[place.end - 1] == "\n")
