"""What is on a desk: what may be begun, what waits to be signed or taken on, the accounts kept.

By roles and scope alone, as the packs arrange them, so that a desk is drawn fast; whether a guard
forbids the step is judged when the thing is opened (``possible``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from ledger.aggregates.case.published import ASIDE
from ledger.aggregates.delivery import INSPECTOR, Delivery
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.kernel.act import AsOf
from ledger.projections.claims import ClaimsRow
from ledger.projections.decisions import DecisionRow
from ledger.projections.register import OPEN_CASES, CaseRow, day_of, overdue
from ledger.rules.kinds.account import AccountKind
from ledger.rules.kinds.decision import UNDER_WAY, DecisionKind
from ledger.rules.kinds.disclosure import Procedure
from ledger.rules.packs.sections import accounts, catalogues, decisions, disclosures
from ledger.rules.posts import Appointment
from ledger.service.board import Desk
from ledger.service.directory import posts_held, units_by_code
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book
from ledger.service.reading.caselist import Wanted, every
from ledger.service.reading.delivered import delivered
from ledger.service.reading.waiting import Waiting, claims, hers, turn_of

PER_LOOK, SHOWN = 400, 20


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stands where it is her turn; ``due`` is the next day a term of it ends."""

    stream: str
    unit: str
    kind: str
    standing: str
    due: str | None = None
    overdue: bool = False


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts somebody keeps: one of a unit, or (``account`` is None) those of its volunteers.

    ``claims`` tells whether she may claim on them; who may not posts what others claimed.
    """

    unit: str
    kind: str
    account: str | None = None
    claims: bool


def beginnings(ledger: Ledger, actor: str) -> list[str]:
    """Return the commands by which ``actor`` may begin something somewhere."""
    commands = ledger.registry.commands.items()
    return [name for name, (_, cls) in commands if cls.begins and _begins(ledger, name, actor)]


def _begins(ledger: Ledger, command: str, actor: str) -> bool:
    fields = {field.name: field for field in fields_of(ledger.registry.commands[command][1])}
    named = next(name for name in ("kind", "code") if name in fields)
    units = choices(Setting(ledger, command, actor), fields["unit"]) or ()
    for unit in units:
        setting = Setting(ledger, command, actor, given={"unit": unit.value})
        if choices(setting, fields[named]):
            return True
    return False


def turns(ledger: Ledger, actor: str, point: AsOf) -> list[Turn]:
    """Return the first of what waits for ``actor``: cases by their terms, last."""
    items = islice(_items(ledger, actor, point), SHOWN)
    decided = islice(_decisions(ledger, actor, point), SHOWN)
    copies = islice(_copies(ledger, actor, point), SHOWN)
    return [*copies, *items, *decided, *_cases(ledger, actor, point)]


def cut_short(found: Sequence[Turn]) -> bool:
    """Tell whether more may wait of a kind of thing than was listed."""
    of = Counter(each.stream.partition("/")[0] for each in found)
    return max(of.values(), default=0) >= SHOWN


def signatures(ledger: Ledger, actor: str, point: AsOf) -> list[Waiting]:
    """Return the first claims that wait for the signature of ``actor``, the oldest first."""
    desk = Setting(ledger, "account.confirm", actor)
    found = {
        (each.stream, each.item): hers(desk, each)
        for post in posts_held(ledger, actor)
        for each in claims(Desk(ledger, point, post.unit))
        if turn_of(desk, each) == "hers"
    }
    return sorted(found.values(), key=lambda each: each.period or "")[:SHOWN]


def kept(ledger: Ledger, actor: str, point: AsOf) -> list[Kept]:
    """Return the accounts ``actor`` books on: those of units one by one, of volunteers by unit."""
    found: dict[tuple[str, str, str | None], Kept] = {}
    for post in posts_held(ledger, actor):
        for each in _kept(ledger, post, point):
            of = (each.unit, each.kind, each.account)
            found[of] = each if each.claims else found.get(of, each)
    return list(found.values())[:SHOWN]


def _kept(ledger: Ledger, post: Appointment, point: AsOf) -> Iterator[Kept]:
    if post.unit is None:
        return
    desk = Desk(ledger, point, post.unit)
    book = desk.book(post.unit)
    for kind in book.items(accounts.section) if book else ():
        if post.role not in _books(kind):
            continue
        claims = post.role in kind.roles.get("claimed", ())
        if kind.holder == "volunteer":
            yield Kept(unit=post.unit, kind=kind.id, claims=claims)
            continue
        rows: Iterator[ClaimsRow] = desk.rows("claims", "account", kind=kind.id)
        for row in sorted(rows, key=lambda row: desk.order(row.unit)):
            if not row.closed:
                yield Kept(unit=row.unit, kind=kind.id, account=row.account, claims=claims)


def _books(kind: AccountKind) -> set[str]:
    return {role for act in ("claimed", "posted") for role in kind.roles.get(act, ())}


def _items(ledger: Ledger, actor: str, point: AsOf) -> Iterator[Turn]:
    desk = Setting(ledger, "disclosure_item.review", actor)
    for standing in ("drafted", "reviewed", "approved"):
        for row in _standing(ledger, "disclosures", "item", point, standing):
            way = _procedure(desk, row)
            if way is None or not desk.holds(actor, _turn(way, standing), row.unit):
                continue
            item: ItemState = ledger.known.stream(row.item).state
            if standing != "drafted" or actor not in item.reviewers:  # one person counts once
                yield Turn(stream=row.item, unit=row.unit, kind=row.code, standing=standing)


def _standing(ledger: Ledger, view: str, key: str, point: AsOf, standing: str) -> Iterator[Any]:
    """Yield all rows of a view that stand so; what is not published or closed yet is little."""
    after, where = None, {"standing": standing}
    while rows := ledger.views[view].rows(point, where=where, after=after, limit=PER_LOOK):
        yield from rows
        after = getattr(rows[-1], key)


def _decisions(ledger: Ledger, actor: str, point: AsOf) -> Iterator[Turn]:
    """Yield the decisions she keeps that are not closed, and those with an appeal she rules on."""
    desk = Setting(ledger, "decision.take_step", actor)
    for standing in UNDER_WAY:
        for row in _standing(ledger, "decisions", "decision", point, standing):
            book = find_book(ledger, row.unit, desk.seconds)
            kind = book.find(decisions.section, row.code) if book else None
            if kind is None or not desk.holds(actor, _deciding(kind, row), row.unit):
                continue
            due = min((each.partition("=")[2] for each in row.appeals.split()), default=None)
            yield Turn(
                stream=row.decision,
                unit=row.unit,
                kind=row.code,
                standing=standing,
                due=due,
                overdue=due is not None and due < day_of(point).isoformat(),
            )


def _copies(ledger: Ledger, actor: str, point: AsOf) -> Iterator[Turn]:
    """Yield the copies handed to the body she is an inspector of that nobody acknowledged."""
    bodies = {post.unit for post in posts_held(ledger, actor) if post.role == INSPECTOR}
    if not bodies:
        return
    acts = delivered(ledger, units_by_code(ledger), point.size)
    for stream in dict.fromkeys(act.stream for act in acts):
        copy: Delivery = ledger.known.stream(stream).state
        if copy.receiver in bodies and not copy.received and copy.giver != actor:
            yield Turn(stream=stream, unit=copy.unit, kind="", standing="")


def _deciding(kind: DecisionKind, row: DecisionRow) -> tuple[str, ...]:
    """Return the roles whose turn it is with a decision."""
    return (*kind.keepers, *(kind.deciders if row.appeals else ()))


def _procedure(desk: Setting, row: Any) -> Procedure | None:
    book = find_book(desk.ledger, row.unit, desk.seconds)
    item = book.find(catalogues.section, row.code) if book else None
    return book.find(disclosures.section, item.procedure or "") if book and item else None


def _turn(way: Procedure, standing: str) -> tuple[str, ...]:
    """Return the roles whose turn it is with an item that stands so."""
    if standing == "drafted":
        return way.reviewers
    return way.publishers if standing == way.ready else way.approvers


def _cases(ledger: Ledger, actor: str, point: AsOf) -> Iterator[Turn]:
    desk, store = Setting(ledger, "case.accept", actor), ledger.views["register"]
    counted = store.count(point, by=("unit", "kind", "state"), where=OPEN_CASES)
    places = {place for place in counted if _roles(desk, *map(str, place))}
    if not places:
        return
    # The view is asked for where it may be her turn; whose case it is, each row tells.
    among = {
        name: frozenset(str(place[at]) for place in places)
        for at, name in enumerate(("unit", "kind", "state"))
    }
    wanted = Wanted(where=OPEN_CASES, among=among)
    rows = every(store, point, wanted, "due", PER_LOOK)
    for row in islice((row for row in rows if _hers(desk, row)), SHOWN):
        yield Turn(
            stream=row.case,
            unit=row.unit,
            kind=row.kind,
            standing=row.state,
            due=row.due,
            overdue=overdue(row, day_of(point)),
        )


def _hers(desk: Setting, row: CaseRow) -> bool:
    return bool(_roles(desk, row.unit, row.kind, row.state, row.handler))


def _roles(
    desk: Setting, unit: str, kind: str, state: str, handler: str | None = None
) -> frozenset[str]:
    """Return the roles in which it is her turn with a case that stands so; nobody handles None."""
    book = find_book(desk.ledger, unit, desk.seconds)
    found = next((each for each in book.kinds() if each.id == kind), None) if book else None
    ways = found.transitions if found else ()
    roles = {
        role
        for way in ways
        if state in way.from_ and way.act not in ASIDE  # that waits for nobody
        for role in way.roles
        if "is_handler" not in way.guards or handler in {None, desk.actor}
    }
    mine = frozenset(desk.roles & roles)
    return mine if mine and desk.holds(desk.actor, mine, unit) else frozenset()
