"""RF-22: the same voucher was claimed twice while the first claim still stands.

Vouchers are sealed; the service compares their digests, and within one account payee and number.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ledger.aggregates.account.events import Claim
from ledger.projections.spendings import SpendingRow
from ledger.rules.time import parse_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.reading.marks import Mark, marks_in


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each claim after the first, on its day.

    The first is looked for from the beginning of the year before that day on.
    """
    claims = _claims(desk, (str(window.since.year - 1), *window.years))
    known: dict[Mark, list[SpendingRow]] = defaultdict(list)
    for entry, _, marks in marks_in(desk.ledger, list(claims), Claim.__group__.name, _compared):
        row = claims[entry]
        alike = [known[mark] for mark in marks]
        begun = int(row.shelf) - 1
        if before := [one for rows in alike for one in rows if int(one.shelf) >= begun]:
            yield _found(row, min(before, key=lambda one: (one.day, one.entry)))
        for rows in alike:
            rows.append(row)


def _claims(desk: Desk, years: Iterable[str]) -> dict[int, SpendingRow]:
    """Return the claims of whole years by log index, in order of day."""
    rows = [row for year in years for row in desk.rows("spendings", "spending", shelf=year)]
    return {row.entry: row for row in sorted(rows, key=lambda row: (row.day, row.entry))}


def _found(row: SpendingRow, first: SpendingRow) -> Found:
    return Found(
        unit=row.unit,
        day=parse_date(row.day),
        record=row.account,
        about=row.spending.rpartition(" ")[2],
        entries=(first.entry, row.entry),
    )


def _compared(account: str, values: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    if values["digest"] is not None:
        yield ("digest", values["digest"])
    if values["voucher"] is not None and values["payee"] is not None:
        yield (account, values["payee"], values["voucher"])


rule = Rule(
    id="RF-22",
    version=1,
    kind="voucher_reused",
    zh="同一凭证重复报账",
    en="The same voucher was claimed twice",
    source="INF 本系统自拟：凭证查重",
    find=find,
)
