"""What waits for somebody's signature: versions under review, claims not all have signed.

For a supervision committee's queue and for the desk of whoever must sign: how many of how many
signed, and what may be done next. Read from views and the streams they name; nothing is stored.
Whose turn it is, by post and by who did what before, ``turn_of`` tells; whether a guard forbids the
step is judged when it is opened.
"""

from collections.abc import Iterator
from typing import Literal, cast

import msgspec

from ledger.aggregates.account.state import AccountState, Item
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.kernel.registry import Registry
from ledger.projections.claims import ClaimsRow
from ledger.projections.disclosures import DisclosureRow, amounts_of
from ledger.rules.kinds.account import AccountKind, Measure
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import accounts, catalogues, disclosures
from ledger.service.board import Called, Desk
from ledger.service.forms.setting import Setting
from ledger.service.reading.replay import state_at

OPEN = ("drafted", "reviewed", "approved")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step that may come next: ``signed`` of ``needed`` signatures, by who acts in ``roles``."""

    id: str
    signed: int
    needed: int
    roles: tuple[str, ...] = ()


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits for one of ``steps``, whichever is signed first.

    ``amount`` is what it is about, counted in ``measure``; ``code`` is a code of the list
    ``words``; ``next`` is the command that takes it on, ``item`` its number within the stream.
    The persons in ``barred`` may not, who did a step that must be another's; ``signers`` have
    signed.
    """

    unit: str
    stream: str
    words: Literal["catalogues", "purpose"]
    code: str
    period: str | None
    steps: tuple[Step, ...]
    amount: int | None
    measure: Measure = "fen"
    next: str
    item: int | None = None
    signers: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles in which it may be taken on."""
        return tuple(role for step in self.steps for role in step.roles)


def step_called(registry: Registry, book: Book | None, waits: Waiting, step: str) -> Called:
    """Return what a step is called: an act of the aggregate, or one that packs lay down."""
    begins = f"{waits.next.partition('.')[0]}.{step}.v"
    acts = (spec.called for name, spec in registry.types.items() if name.startswith(begins))
    kinds = () if book is None else book.items(accounts.section)
    laid = (each for kind in kinds for each in kind.steps if each.id == step)
    found = next(filter(None, acts), None) or next(laid, None)
    return Called(zh=found.zh, en=found.en) if found else Called(zh=step, en=step)


Turn = Literal["hers", "signed", "others"]


def turn_of(setting: Setting, waits: Waiting) -> Turn:
    """Return whether it is the turn of who looks, has she signed, or are others awaited."""
    actor = setting.actor
    if actor not in waits.barred and setting.holds(actor, waits.roles, waits.unit):
        return "hers"
    return "signed" if actor in waits.signers else "others"


def hers(setting: Setting, waits: Waiting) -> Waiting:
    """Return something that waits for who looks, with those of its steps that she may sign."""
    steps = tuple(
        each for each in waits.steps if setting.holds(setting.actor, each.roles, waits.unit)
    )
    return msgspec.structs.replace(waits, steps=steps)


def waiting(desk: Desk) -> Iterator[Waiting]:
    """Yield what waits for a committee at the units of ``desk``, by unit: items, and vouchers."""
    vouchers = (each for each in claims(desk) if each.measure == "fen")
    found = [*_items(desk), *vouchers]
    found.sort(key=lambda each: (desk.order(each.unit), each.words, each.period or ""))
    yield from found


def _items(desk: Desk) -> Iterator[Waiting]:
    rows: Iterator[DisclosureRow] = desk.rows("disclosures", "item")
    for row in rows:
        if row.standing in OPEN:
            yield _item(desk, row)


def _item(desk: Desk, row: DisclosureRow) -> Waiting:
    book = desk.book(row.unit)
    kind = None if book is None else book.find(catalogues.section, row.code)
    name = None if kind is None else kind.procedure
    way = None if book is None or name is None else book.find(disclosures.section, name)
    state = cast("ItemState", state_at(desk.ledger, row.item, desk.point.size))
    step, signed, needed, command = "published", 0, 1, "disclosure_item.publish"
    roles = () if way is None else way.publishers
    barred: tuple[str, ...] = ()
    if row.standing == "drafted":
        needed = 1 if way is None else way.reviews
        step, signed, command = "reviewed", row.reviews, "disclosure_item.review"
        roles = () if way is None else way.reviewers
        drafters = state.drafters if way is None else way.barred(state.drafters)
        barred = (*drafters, *state.reviewers)
    elif way is not None and row.standing != way.ready:
        step, command = "approved", "disclosure_item.approve"
        roles, barred = way.approvers, way.barred(state.drafters)
    amounts = amounts_of(row.amounts)
    return Waiting(
        unit=row.unit, stream=row.item, words="catalogues", code=row.code, period=row.period,
        steps=(Step(id=step, signed=signed, needed=needed, roles=roles),), next=command,
        amount=amounts.get("expense", next(iter(amounts.values()), None)),
        signers=state.reviewers, barred=barred,
    )  # fmt: skip


def claims(desk: Desk) -> Iterator[Waiting]:
    """Yield the claims of accounts at the units of ``desk`` that wait: vouchers, hours, points."""
    rows: Iterator[ClaimsRow] = desk.rows("claims", "account", waits=True)
    for row in rows:
        account = cast("AccountState", state_at(desk.ledger, row.account, desk.point.size))
        book = desk.book(account.unit)
        kind = None if book is None else book.find(accounts.section, account.kind)
        if kind is None:
            continue
        for item in account.items:
            if item.standing == "claimed":
                yield _claim(account, row.account, item, kind)


def _claim(account: AccountState, name: str, item: Item, kind: AccountKind) -> Waiting:
    steps = kind.steps_of("in" if item.amount > 0 else "out")
    of = {s.id: sum(each.step == s.id for each in item.signatures) for s in steps}
    open_ = tuple(
        Step(id=each.id, signed=of[each.id], needed=each.persons, roles=each.roles)
        for each in steps
        if of[each.id] < each.persons  # signed in any order
    )
    posting = Step(id="posted", signed=0, needed=1, roles=kind.roles.get("posted", ()))
    signers = tuple(each.person for each in item.signatures)
    apart = (item.claimant, *signers, *([account.holder] if account.holder else []))
    return Waiting(
        unit=account.unit,
        stream=name,
        words="purpose",
        code=item.purpose,
        period=item.day.isoformat(),
        steps=open_ or (posting,),
        amount=abs(item.amount),
        measure=kind.measure,
        next="account.confirm" if open_ else "account.post",
        item=item.number,
        signers=signers,
        barred=apart if open_ else (),
    )
