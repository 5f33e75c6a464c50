"""Certificates of voluntary service: official number, check code, hours (志愿服务条例 Art. 19).

Nobody signs a number in advance: it is the rank of the entry that certifies among those of its unit
and year, in the log's order, so there are no gaps and any copy of the log gives the same. The check
code is the entry's short number. Whoever holds a certificate compares both, and the hours.

Not handled: paper, seals, the contents of single services.
"""

import msgspec

from ledger.aggregates.account.check import certificates_tag
from ledger.aggregates.account.events import Certified
from ledger.aggregates.account.state import AccountState
from ledger.entry.entry import parse_entry
from ledger.errors import NotFound
from ledger.kernel.act import Act
from ledger.rules.time import occ_date
from ledger.rules.units import Unit
from ledger.service.directory import facts
from ledger.service.ledger import Ledger
from ledger.service.reading.entries import find_code, short_code
from ledger.service.reading.values import open_groups

SERIES = "V"
HOLDER, NAME = "holder", "name"


class CertificateUnknown(NotFound):
    """No certificate has this number and this check code."""

    code = "certificate.unknown"
    zh = "没有编号为 {number}、校验码为 {check} 的证明。请逐字核对；仍不符的，不是本账本出具。"
    en = "No certificate has number {number} and code {check}. If both are as printed, it is none."


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate; ``minutes`` are those posted when it was issued, on the local day ``day``.

    ``holder`` is the volunteer's name where it was asked for and could be opened.
    """

    number: str
    check: str
    account: str
    unit: str
    kind: str
    minutes: int
    stars: int
    day: str
    index: int
    holder: str | None = None


def certificates(ledger: Ledger, account: str, *, values: bool = False) -> list[Certificate]:
    """Return the certificates of an account, the oldest first; ``values`` opens its holder's name.

    Who may see the name is the caller's question. Raises: NotFound for an account without entries.
    """
    acts = [
        ledger.known.streams.mapper.to_domain_event(row)
        for row in ledger.recorder.select_events(account)
    ]
    if not acts:
        raise NotFound(what=account)
    holder = _holder(ledger, acts[0]) if values else None
    found = [_certificate(ledger, act) for act in acts if isinstance(act.event, Certified)]
    return [msgspec.structs.replace(each, holder=holder) for each in found]


def verify_certificate(ledger: Ledger, number: str, check: str) -> Certificate:
    """Return the certificate with this number and check code.

    Raises:
        BadCode, UnknownCode: no entry has the check code.
        CertificateUnknown: the entry certifies nothing, or has another number.
    """
    act = find_code(ledger, check)
    if isinstance(act.event, Certified):
        found = _certificate(ledger, act)
        if found.number == number.strip():
            return found
    raise CertificateUnknown(number=number, check=check)


def _certificate(ledger: Ledger, act: Act) -> Certificate:
    event = act.event
    assert isinstance(event, Certified)
    state: AccountState = ledger.known.stream(act.stream).state
    day = occ_date(act.occ)
    return Certificate(
        number=_number(ledger, act),
        check=short_code(act.index or 0, act.digest or ""),
        account=act.stream,
        unit=event.unit,
        kind=state.kind,
        minutes=event.balance,
        stars=event.standing.stars if event.standing else 0,
        day=day.isoformat(),
        index=act.index or 0,
    )


def _number(ledger: Ledger, act: Act) -> str:
    """Return ``<unit code>-<year>-V-<rank>``, the code being the unit's of that day."""
    day, unit = occ_date(act.occ), str(act.event.unit)
    tag = certificates_tag(unit, day.year)
    series = facts(ledger, tag).about(tag)
    rank = 1 + [each.digest for each in series].index(act.digest)
    known: Unit = ledger.known.stream(unit).state
    return f"{known.placed(day).code}-{day.year}-{SERIES}-{rank:06}"


def _holder(ledger: Ledger, opened: Act) -> str | None:
    index = opened.index or 0
    (state,) = ledger.recorder.states(index, index + 1)
    group = open_groups(ledger, index, parse_entry(state).signed.claims)[HOLDER]
    name = group.values.get(NAME)
    return name if isinstance(name, str) else None
