"""RF-22: the same voucher was claimed twice while the first claim still stands.

Vouchers are sealed; the service compares their digests, and within one account payee and number.
"""

from collections.abc import Iterator, Mapping

from ledger.aggregates.account.events import Claim
from ledger.rules.time import local_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.reading.values import values_in


def find(desk: Desk, window: Window) -> Iterator[Found]:
    """Yield one finding for each claim after the first, on the day it was recorded."""
    claims = {
        row.entry: row
        for year in window.years
        for row in desk.rows("spendings", "spending", shelf=year)
    }
    first: dict[tuple[object, ...], int] = {}
    group = Claim.__group__.name
    for index, values in values_in(desk.ledger, sorted(claims), group):
        earlier = [first.setdefault(mark, index) for mark in _marks(claims[index].account, values)]
        if (again := min(earlier, default=index)) != index:
            recorded = desk.ledger.recorder.recorded_at(index)
            yield Found(
                unit=claims[index].unit,
                day=local_date(recorded // 1000),
                record=claims[index].account,
                about=claims[index].spending.rpartition(" ")[2],
                entries=(again, index),
            )


def _marks(account: str, values: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
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
