"""What was recorded of some types, in log order, with the values that are still there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import select

from ledger.entry.entry import parse_entry
from ledger.kernel.act import Act
from ledger.service.ledger import Ledger
from ledger.service.reading.values import open_rows
from ledger.store.dialect import reading
from ledger.store.tables import entry

PAGE = 500
_ROW = (entry.c.idx, entry.c.stream, entry.c.seq, entry.c.type, entry.c.state)


class Recorded(NamedTuple):
    """An act, and its sealed values by group, as far as they can be opened."""

    act: Act
    values: Mapping[str, Mapping[str, Any]]

    def value(self, group: str, name: str) -> str:
        """Return a sealed text, empty where there is none."""
        return str(self.values.get(group, {}).get(name) or "")


def recorded(ledger: Ledger, aggregate: str, *types: str) -> Iterator[Recorded]:
    """Yield the acts of ``types``, all of one aggregate, in log order, with their values.

    Who may see values is the caller's question.
    """
    after = -1
    while True:
        # A range over the (stream, seq) index; "0" is the character after "/".
        query = (
            select(*_ROW)
            .where(entry.c.stream > f"{aggregate}/", entry.c.stream < f"{aggregate}0")
            .where(entry.c.type.in_(types), entry.c.idx > after)
            .order_by(entry.c.idx)
            .limit(PAGE)
        )
        with reading(ledger.recorder.engine) as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        yield from _opened(ledger, rows)
        after = rows[-1].idx


def _opened(ledger: Ledger, rows: Any) -> Iterator[Recorded]:
    acts = list(starmap(ledger.known.streams.mapper.act_of, rows))
    sealed = defaultdict(list)
    for row in ledger.recorder.vault_rows_of(row.idx for row in rows):
        sealed[row.idx].append(row)
    ledger.keystore.fetch({row.stream for row in rows})
    for act, row in zip(acts, rows, strict=True):
        claims = parse_entry(row.state).signed.claims
        groups = open_rows(ledger, sealed.get(row.idx, ()), claims)
        yield Recorded(act, {name: group.values for name, group in groups.items()})
