"""How a type looks on the wire: camelCase, tagged unions, defaults left out, exact money.

Base classes and the one JSON encoder for everything else in this package.
"""

from decimal import Decimal
from typing import Any

import msgspec


class Wire(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True, gc=False):
    """An object of the protocol. Unknown fields are ignored when it is read.

    It is never part of a cycle, so the collector need not look at the thousands that a log has.
    """


class Value(Wire, frozen=True):  # pyright: ignore[reportGeneralTypeIssues] # msgspec allows it: Wire has no fields
    """An object that is replaced, never changed."""


class NoParams(Value, frozen=True):
    """The parameters of a method that takes none, and the result of one that says nothing."""


_encoder = msgspec.json.Encoder(decimal_format="number")


def to_json(value: Any) -> bytes:
    """The JSON text of a value. Money is a JSON number with all its digits.

    Raises UnicodeEncodeError for a lone surrogate: strings are made harmless where they enter.
    """
    return _encoder.encode(value)


Money = Decimal
"""US dollars. On the wire a JSON number; `null` where no price is known, never 0."""
