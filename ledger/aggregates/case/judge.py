"""What an act on a case meets: the packs in force, and the way it goes (to what: ``settle``)."""

from dataclasses import dataclass
from datetime import date

from ledger.aggregates.case.errors import (
    ActNotPossible,
    AlreadyReceived,
    ImporterNotDevice,
    NotImported,
    NotReceived,
)
from ledger.aggregates.case.events import Attached, CaseEvent, Received
from ledger.aggregates.case.published import FACT_OF, WISHED
from ledger.aggregates.case.state import CaseState
from ledger.kernel.act import Who
from ledger.kernel.facts import Facts
from ledger.rules.authority import RoleNotAllowed
from ledger.rules.kinds.case import CaseKind, Transition
from ledger.rules.packs.book import Book, book_in_force
from ledger.rules.persons import IMPORTER
from ledger.rules.time import local_date

EXEMPTION = "import.exempt"
"""The rule that frees imports from separation of duty; each imported act cites it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """An event for a case, the kind as the packs in force arrange it, and the way it goes.

    ``stream`` is the case, ``on`` the day it occurred, ``signed`` the day it was signed.
    """

    stream: str
    state: CaseState
    event: CaseEvent
    who: Who
    on: date
    signed: date
    facts: Facts
    book: Book
    kind: CaseKind
    way: Transition

    @property
    def fact(self) -> str:
        """The fact the event states, as packs name it."""
        return FACT_OF[type(self.event)]

    @property
    def imported(self) -> bool:
        """Whether a device signs for the past, exempt from separation of duty."""
        return self.who.role == IMPORTER

    @property
    def cite(self) -> dict[str, str]:
        """The arrangement a refusal rests on, as facts of an error."""
        return cite(self.book, self.kind)

    @property
    def names(self) -> dict[str, str]:
        """What the act is called, as facts of an error."""
        return _act_names(self.book, self.fact)


def cite(book: Book, kind: CaseKind) -> dict[str, str]:
    """Return a kind's arrangement as facts of an error."""
    basis = book.kind_basis(kind.id)
    return {"rule": basis.rule, "article": basis.pack}


def judge(
    state: CaseState,
    event: CaseEvent,
    who: Who,
    *,
    stream: str,
    on: date,
    iat: int,
    facts: Facts,
) -> Judged:
    """Return what an event meets: its kind as arranged in the packs in force at ``iat``.

    Raises:
        AlreadyReceived, NotReceived: the case has begun, or has not.
        NoPackAdopted, UnknownKind, PackInvalid: nothing arranges this kind here and now.
        ActNotPossible, RoleNotAllowed: no way, or not for this role.
        ImporterNotDevice, NotImported: no import.
    """
    opens = isinstance(event, Received)
    if opens and state.begun:
        raise AlreadyReceived
    if not (opens or state.begun):
        raise NotReceived(what="case")
    book = book_in_force(facts, event.unit, iat)
    kind = book.kind(event.kind if isinstance(event, Received) else state.kind)
    way = _way(state, event, book, kind)
    _verify_role(who, way, book, kind)
    if who.role == IMPORTER and state.begun and not state.imported:
        raise NotImported(rule=EXEMPTION, article=cite(book, kind)["article"])
    return Judged(
        stream=stream,
        state=state,
        event=event,
        who=who,
        on=on,
        signed=local_date(iat),
        facts=facts,
        book=book,
        kind=kind,
        way=way,
    )


def _way(state: CaseState, event: CaseEvent, book: Book, kind: CaseKind) -> Transition:
    fact = FACT_OF[type(event)]
    way = kind.transition(fact, state.state)
    if way is None and isinstance(event, Attached):
        return _file_way(state, kind)
    if way is None:
        known = kind.state(state.state)
        ways = [each.act for each in kind.transitions if state.state in each.from_]
        others = [act for act in ways if act in WISHED]
        raise ActNotPossible(
            act=fact,
            state=state.state,
            state_zh=known.zh if known else state.state,
            state_en=known.en if known else state.state,
            open_zh="、".join(book.word("act", each, "zh") for each in others) or "-",
            open_en=", ".join(book.word("act", each, "en") for each in others) or "-",
            **_act_names(book, fact),
            **cite(book, kind),
        )
    return way


def _file_way(state: CaseState, kind: CaseKind) -> Transition:
    """Return the way of a file where the pack says nothing of files.

    Whoever may do anything at all with such cases may put a file to one, in any state: a closed
    case is not spoilt by evidence.
    """
    roles = dict.fromkeys(role for way in kind.transitions for role in way.roles)
    roles.pop(IMPORTER, None)
    return Transition(act="attached", from_=(state.state,), roles=tuple(roles))


def _verify_role(who: Who, way: Transition, book: Book, kind: CaseKind) -> None:
    if who.role not in way.roles:
        raise RoleNotAllowed(role=who.role, roles=" / ".join(way.roles), **cite(book, kind))
    if who.role == IMPORTER and not who.actor.startswith("device/"):
        raise ImporterNotDevice(rule=EXEMPTION, article=cite(book, kind)["article"])


def _act_names(book: Book, fact: str) -> dict[str, str]:
    return {"act_zh": book.word("act", fact, "zh"), "act_en": book.word("act", fact, "en")}
