"""Amounts of money: exact decimals, read from what bills say and written in one way."""

import math
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from queries.asking.reading import text

NOTHING = Decimal(0)
_CENT = Decimal("0.01")
_SMALLEST = Decimal("0.000001")
_LARGEST = Decimal(10) ** 15
"""No account is charged more in a line; beyond it is a mistake in the answer."""


def amount(value: Any) -> Decimal | None:
    """An amount as bills write it, a number or digits in a text (`1,234.50`); None for anything else."""
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    written = text(value).strip().replace(",", "")
    if not written.isascii() or not 0 < len(written) < 40:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def rounded(value: Decimal) -> Decimal:
    """To the cent; what is less than a cent keeps six places, so that it never reads as nothing."""
    step = _CENT if value == 0 or abs(value) >= _CENT else _SMALLEST
    return value.quantize(step, ROUND_HALF_UP)


def shown(value: Decimal, currency: str) -> str:
    """`1,234.50 CNY`."""
    return f"{rounded(value):,} {currency}".strip()


def as_number(value: Decimal) -> float:
    """For statistics; what is shown and summed stays exact."""
    return float(value)


def times(value: Decimal, factor: float) -> Decimal:
    """An amount so many times."""
    return value * Decimal(repr(factor))
