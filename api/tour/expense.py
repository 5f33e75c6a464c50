"""An expense: its claim, everybody who signed it, its booking, and the proof of each."""

from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.aggregates.account.events import Claimed, Confirmed, Posted
from ledger.kernel.act import Act
from ledger.projections.finance import BEGIN, FinanceRow
from ledger.service.ledger import Ledger
from ledger.service.reading import entries

VIEW = "finance"
PAGE = 500


def find(visit: Visit) -> dict[str, Any] | None:
    """Return the newest expense booked, of the account and period that has the most signatures."""
    ledger = visit.ledger
    rows = [row for row in _rows(ledger, visit) if row.expense and row.period != BEGIN]
    for row in sorted(rows, key=lambda row: row.period, reverse=True):
        if (found := _newest(ledger, row)) is not None:
            booked, acts = found
            claim = next(act for act in acts if isinstance(act.event, Claimed))
            (shown, _) = entries.entry_at(ledger, claim.index or 0)
            return {
                "row": row,
                "booked": booked,
                "acts": acts,
                "claim": claim,
                "sealed": shown.sealed,
                "code": entries.short_code(booked.index or 0, booked.digest or ""),
            }
    return None


def _rows(ledger: Ledger, visit: Visit) -> list[FinanceRow]:
    store, found, after = ledger.views[VIEW], [], None
    while page := store.rows(visit.point, where={}, after=after, limit=PAGE):
        found += page
        after = page[-1].line
    return found


def _newest(ledger: Ledger, row: FinanceRow) -> tuple[Act, list[Act]] | None:
    acts = [
        ledger.known.streams.mapper.to_domain_event(each)
        for each in ledger.recorder.select_events(row.account)
    ]
    for act in reversed(acts):
        event = act.event
        if isinstance(event, Posted) and event.amount < 0 and event.period == row.period:
            own = [each for each in acts if getattr(each.event, "item", None) == event.item]
            return act, [a for a in own if isinstance(a.event, Claimed | Confirmed | Posted)]
    return None


step = Step(
    number=2,
    name="expense",
    title=N_("打开一笔支出"),
    about=N_("一笔钱怎么花出去：谁申报、谁审核、谁入账，各自签了名，每个签名都能当场核验。"),
    press=N_(
        "请往下看谁先后签了名，再按任一绿色标记，看这台设备怎样一步步核验。看完按浏览器的返回键回到这里。"
    ),
    without=N_("这本账本还没有入账的支出。凭证申报、经审核签名、入账之后，这里会打开最近的一笔。"),
    find=find,
)
