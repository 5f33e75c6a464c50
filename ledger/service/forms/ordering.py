"""What the forms of a service order are filled in from: accounts that may claim, claims, services.

An account is told by the end of its reference, and by its volunteer's masked name where she
consents to be named.
"""

from collections.abc import Iterator, Mapping
from typing import Final, cast

from ledger.projections.volunteers import VolunteerRow
from ledger.rules.packs.sections import accounts
from ledger.service.board import Desk
from ledger.service.forms.setting import Choice, Setting, Source, listed
from ledger.service.ledger import newest
from ledger.service.reading.naming import VIEW, names

VOLUNTEER: Final = "volunteer"
"""Her role who claims for nobody but herself."""


def _claimants(setting: Setting) -> Iterator[Choice]:
    """Yield the open accounts of the order's unit that have not claimed it.

    A volunteer claims for herself; who claims for others is offered all of them.
    """
    standing = {claim.account for claim in setting.state.claims}
    for_others = setting.way is not None and not setting.roles.isdisjoint(
        set(setting.way.roles) - {VOLUNTEER}
    )
    rows = [
        row
        for row in _accounts(setting)
        if row.account not in standing and (for_others or _is_hers(setting, row.account))
    ]
    yield from _told(setting, rows)


def _accounts(setting: Setting) -> Iterator[VolunteerRow]:
    if setting.unit is None or setting.book is None:
        return
    desk = Desk(setting.ledger, newest(setting.ledger, VIEW), setting.unit)
    for kind in setting.book.items(accounts.section):
        if (kind.measure, kind.holder) == ("minute", "volunteer"):
            rows = desk.rows(VIEW, "account", unit=setting.unit, kind=kind.id)
            yield from (row for row in cast("Iterator[VolunteerRow]", rows) if not row.closed)


def _is_hers(setting: Setting, account: str) -> bool:
    holder: str | None = setting.ledger.known.stream(account).state.holder
    return holder == setting.actor


def _claimed(setting: Setting) -> Iterator[Choice]:
    claimed = [claim.account for claim in setting.state.claims]
    found = setting.ledger.views[VIEW].rows_of(claimed, newest(setting.ledger, VIEW))
    yield from _told(setting, [found[account] for account in claimed if account in found])


def _told(setting: Setting, rows: list[VolunteerRow]) -> Iterator[Choice]:
    named = names(setting.ledger, rows)
    for row in rows:
        kind = setting.book.find(accounts.section, row.kind) if setting.book else None
        zh, en = (kind.zh, kind.en) if kind else (row.kind, row.kind)
        end, name = row.account[-4:], named.get(row.account)
        yield Choice(
            value=row.account,
            zh=f"{zh} …{end}" + (f"（{name}）" if name else ""),
            en=f"{en} …{end}" + (f" ({name})" if name else ""),
        )


def _services(setting: Setting) -> Iterator[str]:
    """Yield what minutes of service may be for."""
    for kind in setting.book.items(accounts.section) if setting.book else ():
        if kind.measure == "minute":
            yield from kind.purposes


CHOSEN_FROM: Final[Mapping[str, Source]] = {
    "case.claim.account": _claimants,
    "case.release.account": _claimed,
    "case.confirm.accounts": _claimed,
    "case.purpose": listed("purpose", _services),
}
"""What a field of an order is chosen from, as in ``choosing``."""
