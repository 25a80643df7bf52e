"""Finds the one place that is meant. Called by `edit`, in a thread. Pure.

The ways of matching are tried in order, strict ones first. The first that finds anything decides: one place is
taken if it is certain what to do there; several are refused, and the model is told where they are.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from sessiond.tools.editing.matching.blanks import blanks
from sessiond.tools.editing.matching.escapes import escapes
from sessiond.tools.editing.matching.exact import every, exact
from sessiond.tools.editing.matching.explain import ambiguous, doubtful, not_found
from sessiond.tools.editing.matching.found import Found, Text, Wanted
from sessiond.tools.editing.matching.indentation import indentation
from sessiond.tools.editing.matching.line_ends import line_ends
from sessiond.tools.editing.matching.line_numbers import line_numbers
from sessiond.tools.editing.matching.typography import typography
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.splices import Splice


class Way(NamedTuple):
    find: Callable[[Text, Wanted], list[Found]]
    overlooks: str
    """What it does not mind, for the model."""


WAYS = (
    Way(exact, ""),
    Way(line_numbers, "the line numbers in oldString"),
    Way(line_ends, "blanks at line ends"),
    Way(indentation, "a different indentation"),
    Way(blanks, "different blanks"),
    Way(escapes, "superfluous backslashes"),
    Way(typography, "other quotes, dashes or spaces"),
)


class Match(msgspec.Struct, frozen=True):
    splices: list[Splice]
    overlooked: str
    """Empty when the text stands exactly as asked."""


def match(text: str, old: str, new: str, *, replace_all: bool = False) -> Match:
    """What to replace. Raises ToolFailed when there is nothing to find, or more than one thing, or no certainty."""
    lined, wanted = Text(text), Wanted(old, new)
    if replace_all and (places := every(lined, wanted)):
        return Match([place.splice for place in places if place.splice], "")
    for way in WAYS:
        places = way.find(lined, wanted)
        if len(places) > 1:
            raise ToolFailed(ambiguous(lined, places, way.overlooks))
        if places:
            return Match([_certain(lined, places[0])], way.overlooks)
    raise ToolFailed(not_found(lined, wanted))


def _certain(text: Text, place: Found) -> Splice:
    if place.splice is None:
        raise ToolFailed(doubtful(text, place))
    return place.splice
