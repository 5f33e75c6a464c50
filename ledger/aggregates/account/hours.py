"""Hours of service: whole minutes of one day, never overlapping, marked when there are too many.

Only the account's own items are read: a volunteer who has two accounts is for people to find.
"""

from ledger.aggregates.account import errors
from ledger.aggregates.account.events import Claimed, Credited
from ledger.aggregates.account.judge import Judged, credit_of, minutes_on
from ledger.rules.accounts import MINUTES_OF_DAY
from ledger.rules.time import parse_date


def verify_hours(judged: Judged, event: Claimed | Credited) -> None:
    """Hold what is claimed or credited to the day it is for.

    Raises:
        BadDate, DayToCome: no such day, or one to come.
        MemberMissing, MemberNotAllowed: minutes have a time of day, points and fen have none.
        PastMidnight, HoursOverlap, OverDayCap: hours that cannot be.
    """
    if parse_date(event.day) > judged.on:
        raise errors.DayToCome(day=event.day, **judged.cite)
    if judged.kind.measure != "minute":
        for member in ("start", "activity"):
            if getattr(event, member, None) is not None:
                raise errors.MemberNotAllowed(member=member, **judged.cite)
        return
    if event.start is None:
        raise errors.MemberMissing(member="start", **judged.cite)
    amount = credit_of(judged, event.order).minutes if isinstance(event, Credited) else event.amount
    _verify_free(judged, event.day, event.start, amount)
    _verify_cap(judged, event.day, amount)


def _verify_free(judged: Judged, day: str, start: int, minutes: int) -> None:
    end = start + minutes
    if end > MINUTES_OF_DAY:
        raise errors.PastMidnight(**judged.cite)
    for item in judged.state.items:
        if item.start is None or not item.counts or item.day.isoformat() != day:
            continue
        if item.start < end and start < item.start + item.amount:
            raise errors.HoursOverlap(other=item.number, **judged.cite)


def _verify_cap(judged: Judged, day: str, minutes: int) -> None:
    kind = judged.kind
    if kind.day_cap is None or not kind.cap_refuses:
        return
    total = minutes + minutes_on(judged.state, parse_date(day), "claimed", "posted")
    if total > kind.day_cap:
        raise errors.OverDayCap(minutes=total, cap=kind.day_cap, **judged.cite)
