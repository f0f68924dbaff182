"""In which currency an amount counts: the sign that it is written or shown with must not get lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kakosheet.core.numbers import currencies_named
from kakosheet.core.schema import Kind, Owner, TableSchema
from kakosheet.core.values import Unreadable
from kakosheet.importers.binding import ColumnSource
from kakosheet.importers.values import Amount, Cell


class Amounts:
    """The columns of money of one import. `base` is the currency of a row that names none; "" if nobody knows."""

    def __init__(self, schema: TableSchema, sources: Sequence[ColumnSource], base: str) -> None:
        own = (column.key for column in schema.columns if column.kind is Kind.CURRENCY and column.owner is Owner.USER)
        self._currency, self._base = next(own, ""), base
        self._told: set[tuple[str, frozenset[str], str]] = set()
        self._money = [source for source in sources if self._currency and source.reading.column.kind is Kind.MONEY]

    def settle(self, values: dict[str, Any], raws: Mapping[str, Cell]) -> Iterator[tuple[ColumnSource, Unreadable]]:
        """Give a row without a currency the one that its first amount names beyond doubt; and what contradicts its
        currency, once for all rows that are alike."""
        unread = self._currency not in values and raws.get(self._currency) is not None
        for source in self._money:
            raw = raws.get(source.key)
            named = _named(raw) if source.key in values and not unread else frozenset()
            if len(named) == 1 and self._currency not in values:
                values[self._currency] = next(iter(named))
            held = values.get(self._currency, self._base)
            if named and held and held not in named and (source.key, named, held) not in self._told:
                self._told.add((source.key, named, held))
                yield (
                    source,
                    Unreadable(
                        "K602",
                        f"{_written(raw)} names another currency than {held}, in which this row, and any like it, counts",
                        "correct the row's currency after the import, or give the export a column of currencies",
                    ),
                )


def _named(raw: Cell) -> frozenset[str]:
    return (
        currencies_named(raw)
        if isinstance(raw, str)
        else currencies_named(f"{raw.currency}1")
        if isinstance(raw, Amount)
        else frozenset()
    )


def _written(raw: Cell) -> str:
    return f"{raw.currency} {float(raw):.2f}" if isinstance(raw, Amount) else f'"{raw}"'
