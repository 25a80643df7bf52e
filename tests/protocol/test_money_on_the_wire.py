"""Money keeps all its digits and is a JSON number, never a string and never a rounded float."""

from decimal import Decimal

import msgspec
import pytest

from sessiond_protocol.models import Price
from sessiond_protocol.wire import to_json


@pytest.mark.parametrize("digits", ["0", "3", "0.1", "0.30000000000000000001", "12345678901234567890.123456789"])
def test_money_crosses_the_wire_with_all_its_digits(digits: str) -> None:
    price = Price(input=Decimal(digits), output=Decimal(0))

    text = to_json(price)

    assert text == b'{"input":%s,"output":0,"cacheRead":null,"cacheWrite":null}' % digits.encode()
    assert msgspec.json.decode(text, type=Price) == price
