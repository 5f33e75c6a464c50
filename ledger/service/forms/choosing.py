"""What a person may choose for a field of a command, as the packs in force and the stream have it.

A convenience for whoever fills a form in: the rules hold whatever is chosen. Where nothing here
says what a field is chosen from, it is typed. Persons are told by their posts, never by name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from ledger.aggregates.case.commands import Wish
from ledger.aggregates.case.published import FACT_OF
from ledger.errors import NotFound
from ledger.kernel.event import UnitRef
from ledger.kernel.naming import Codes
from ledger.rules import authority
from ledger.rules.account_kinds import AccountKind
from ledger.rules.answers import ACKNOWLEDGING, DISMISSING
from ledger.rules.book import Book
from ledger.rules.kinds import CaseKind, Transition
from ledger.rules.periods import containing
from ledger.rules.persons import IMPORTER
from ledger.rules.procedures import Procedure
from ledger.rules.quantities import quantity
from ledger.rules.sections import accounts, catalogues, disclosures, sessions
from ledger.rules.session_kinds import SessionKind
from ledger.rules.time import local_date
from ledger.rules.units import asks_chain, unit_at
from ledger.rules.words import Word
from ledger.service.acts.facts import facts_of
from ledger.service.directory import posts_held, streams_of, units, units_by_code
from ledger.service.forms.fields import Field
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book

PERIODS_BACK: Final = 6


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One value that may be chosen, and what it is called."""

    value: str
    zh: str
    en: str


class Setting:
    """Who is about to do which act, on what, and what she chose so far."""

    def __init__(
        self,
        ledger: Ledger,
        command: str,
        actor: str,
        *,
        stream: str | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """Take it down. Raises: NotFound when the stream was not begun, or is of another kind."""
        self.ledger = ledger
        self.command = command
        self.actor = actor
        self.stream = stream
        self.given = given or {}
        self.aggregate, self.cls = ledger.registry.commands[command]
        if stream and (stream.partition("/")[0] != self.aggregate.name or not self.version):
            raise NotFound(what=stream[:64])
        self.seconds = ledger.clock.now_ms() // 1000

    @cached_property
    def state(self) -> Any:
        """The stream as it stands."""
        if self.stream is None:
            return self.aggregate.initial
        return self.ledger.known.stream(self.stream).state

    @property
    def version(self) -> int:
        """The number of the stream's last entry, 0 of one to be begun."""
        return self.ledger.known.stream(self.stream).version if self.stream else 0

    @cached_property
    def day(self) -> date:
        """The ledger's day."""
        return local_date(self.seconds)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles she holds today."""
        return frozenset(post.role for post in posts_held(self.ledger, self.actor))

    @cached_property
    def unit(self) -> str | None:
        """The unit it is about: the stream's, else the one chosen."""
        return getattr(self.state, "unit", None) or self.given.get("unit") or None

    @cached_property
    def book(self) -> Book | None:
        """The packs in force there and now."""
        return find_book(self.ledger, self.unit, self.seconds) if self.unit else None

    @cached_property
    def kind(self) -> CaseKind | None:
        """The kind of case."""
        name = getattr(self.state, "kind", "") or self.given.get("kind", "")
        return next((k for k in self.book.kinds() if k.id == name), None) if self.book else None

    @cached_property
    def way(self) -> Transition | None:
        """The way this act goes from where the case stands."""
        if self.kind is None or not issubclass(self.cls, Wish):
            return None
        return self.kind.transition(FACT_OF[self.cls.leads_to], self.state.state)

    @cached_property
    def item(self) -> catalogues.CatalogueItem | None:
        """The disclosure item's row of its catalogue."""
        code = getattr(self.state, "code", "") or self.given.get("code", "")
        return self.book.find(catalogues.section, code) if self.book else None

    @cached_property
    def procedure(self) -> Procedure | None:
        """How the item is disclosed."""
        named = self.item and self.item.procedure
        return self.book.find(disclosures.section, named) if self.book and named else None

    @cached_property
    def account(self) -> AccountKind | None:
        """The kind of account."""
        name = getattr(self.state, "kind", "") or self.given.get("kind", "")
        return self.book.find(accounts.section, name) if self.book else None

    @cached_property
    def session(self) -> SessionKind | None:
        """The kind of session."""
        code = getattr(self.state, "code", "") or self.given.get("code", "")
        return self.book.find(sessions.section, code) if self.book else None

    def holds(self, actor: str, roles: Iterable[str], unit: str) -> bool:
        """Tell whether ``actor`` holds one of ``roles`` over ``unit`` today."""
        tags = authority.asks_roles(actor)
        facts = facts_of(self.ledger, lambda found: (*tags, *asks_chain(unit, found)))
        return any(authority.holds(facts, actor, role, unit, self.day) for role in roles)


def choices(setting: Setting, field: Field) -> tuple[Choice, ...] | None:
    """Return what may be chosen for a field, None where anything may be typed."""
    aggregate = setting.aggregate.name
    for name in (f"{setting.command}.{field.name}", f"{aggregate}.{field.name}"):
        if (found := _OF.get(name)) is not None:
            return tuple(found(setting))
    if field.kind == UnitRef:
        return tuple(_units(setting))
    if get_origin(field.base) is Literal:
        codes = setting.aggregate.naming.codes.get(field.name)
        return tuple(_literal(str(value), codes) for value in get_args(field.base))
    return None


def coded(setting: Setting, table: str, codes: Iterable[str]) -> Iterator[Choice]:
    """Yield codes of a list with their words."""
    for code in codes:
        zh, en = (setting.book.word(table, code, lang) if setting.book else code for lang in _LANGS)
        yield Choice(value=code, zh=zh, en=en)


_LANGS: Final = ("zh", "en")
_LITERALS: Final[Mapping[str, tuple[str, str]]] = {
    "self_handled": ("自办：发现人当场处理", "Handled by whoever found it"),
    "direct": ("直派：一个部门办理", "One department handles it"),
    "joint": ("会商：多个部门会商", "Several departments consult"),
    "resident": ("居民", "Resident"),
    "staff": ("单位职工", "Staff of an institution"),
    "in": ("收入（记入）", "In"),
    "out": ("支出（支取）", "Out"),
    "upheld": ("成立", "Upheld"),
    "dismissed": ("不成立", "Dismissed"),
    "board": ("公示板", "On the board"),
    "nothing_found": ("未发现问题", "Nothing found"),
    "questions": ("有疑问", "Questions"),
}


def _literal(value: str, codes: Codes | None = None) -> Choice:
    if isinstance(codes, Mapping) and (name := codes.get(value)) is not None:
        return Choice(value=value, zh=name.zh, en=name.en)
    zh, en = _LITERALS.get(value, (value, value))
    return Choice(value=value, zh=zh, en=en)


def _word(word: Word) -> Choice:
    return Choice(value=word.id, zh=word.zh, en=word.en)


def _units(setting: Setting) -> Iterator[Choice]:
    known = dict(units(setting.ledger))
    for name in units_by_code(setting.ledger, known):
        placed = unit_at(known[name], setting.day)
        if placed is not None and setting.holds(setting.actor, setting.roles, name):
            yield Choice(value=name, zh=placed.name, en=placed.name)


def _kinds(setting: Setting) -> Iterator[Choice]:
    for kind in setting.book.kinds() if setting.book else ():
        way = kind.transition("received", "")
        if way is not None and not setting.roles.isdisjoint(way.roles):
            yield _word(kind)


def _account_kinds(setting: Setting) -> Iterator[Choice]:
    for kind in setting.book.items(accounts.section) if setting.book else ():
        if not setting.roles.isdisjoint(kind.roles.get("opened", ())):
            yield _word(kind)


def _handlers(setting: Setting) -> Iterator[Choice]:
    kind, state = setting.kind, setting.state
    if kind is None or setting.unit is None:
        return
    roles = [role for role in kind.roles("resolved") if role != IMPORTER]
    apart = {*state.verifiers, *state.callers}
    for person in streams_of(setting.ledger, "person"):
        if person not in apart and setting.holds(person, roles, setting.unit):
            yield _person(setting, person)


def _person(setting: Setting, person: str) -> Choice:
    held = posts_held(setting.ledger, person)
    said = {
        lang: "、".join(_post(setting, post.role, post.unit, lang) for post in held)
        for lang in _LANGS
    }
    return Choice(
        value=person, zh=f"{said['zh']} …{person[-4:]}", en=f"{said['en']} …{person[-4:]}"
    )


def _post(setting: Setting, role: str, unit: str | None, lang: str) -> str:
    word = setting.book.word("role", role, lang) if setting.book else role
    if unit is None:
        return word
    placed = setting.ledger.known.stream(unit).state.placed(setting.day)
    return f"{placed.name} {word}"


def _clocks(setting: Setting) -> Iterator[Choice]:
    running = {each.clock for each in setting.state.clocks}
    for clock in setting.kind.clocks if setting.kind else ():
        if clock.id in running and clock.extension is not None:
            yield _word(clock)


def _account(setting: Setting, name: str) -> Choice:
    state = setting.ledger.known.stream(name).state
    kind = None if setting.book is None else setting.book.find(accounts.section, state.kind)
    zh, en = (kind.zh, kind.en) if kind else (state.kind, state.kind)
    return Choice(value=name, zh=f"{zh} …{name[-4:]}", en=f"{en} …{name[-4:]}")


def _own_accounts(setting: Setting) -> Iterator[Choice]:
    for name in streams_of(setting.ledger, "account"):
        state: Any = setting.ledger.known.stream(name).state
        if state.holder == setting.actor and not state.closed:
            yield _account(setting, name)


def _claimed(setting: Setting) -> Iterator[Choice]:
    yield from (_account(setting, claim.account) for claim in setting.state.claims)


def _services(setting: Setting) -> Iterator[str]:
    """Yield what minutes of service may be for."""
    for kind in setting.book.items(accounts.section) if setting.book else ():
        if kind.measure == "minute":
            yield from kind.purposes


def _items(*standings: str) -> "Source":
    def of(setting: Setting) -> Iterator[Choice]:
        if (kind := setting.account) is None:
            return
        for item in setting.state.items:
            if item.standing in standings:
                zh, en = (quantity(kind.measure, item.amount, lang) for lang in _LANGS)
                number, day = str(item.number), item.day.isoformat()
                yield Choice(
                    value=number,
                    zh=f"第 {number} 项　{day}　{zh}",
                    en=f"No. {number}　{day}　{en}",
                )

    return of


def _disclosed(setting: Setting) -> Iterator[Choice]:
    book = setting.book
    for item in book.items(catalogues.section) if book else ():
        way = book.find(disclosures.section, item.procedure) if book and item.procedure else None
        if way is not None and not setting.roles.isdisjoint(way.drafters):
            yield Choice(value=item.id, zh=item.zh, en=item.en)


def _periods(setting: Setting) -> Iterator[Choice]:
    """Yield the period of today and those before it."""
    if setting.item is None:
        return
    on = setting.day
    for _ in range(PERIODS_BACK):
        period = containing(setting.item.period or "day", on)
        yield Choice(value=str(period), zh=str(period), en=str(period))
        on = period.first - timedelta(days=1)


def _queries(setting: Setting) -> Iterator[Choice]:
    for number in setting.state.open_queries:
        yield Choice(value=str(number), zh=f"第 {number} 号询问", en=f"Question {number}")


def _session_kinds(setting: Setting) -> Iterator[Choice]:
    for kind in setting.book.items(sessions.section) if setting.book else ():
        if not setting.roles.isdisjoint(kind.keepers):
            yield _word(kind)


def _proposals(setting: Setting) -> Iterator[Choice]:
    """Yield the proposals of a stream, the newest first: what may be approved."""
    rows = setting.ledger.recorder.select_events(setting.stream or "", desc=True)
    for row in rows:
        if row.topic.endswith("_proposed.v1"):
            act = setting.ledger.known.streams.mapper.to_domain_event(row)
            said = f"{act.occ[:16].replace('T', ' ')}　…{act.actor[-4:]}"
            yield Choice(value=act.digest, zh=f"提议 {said}", en=f"Proposal {said}")


def _handed(setting: Setting) -> Iterator[Choice]:
    """Yield the package that was handed over: who has another one does not sign."""
    if package := getattr(setting.state, "package", ""):
        yield Choice(value=package, zh=package, en=package)


def _of(table: str, listed: Callable[[Setting], Iterable[str]]) -> "Source":
    return lambda setting: coded(setting, table, listed(setting))


Source = Callable[[Setting], Iterable[Choice]]
_OF: Final[Mapping[str, Source]] = {
    "case.receive.kind": _kinds,
    "case.receive.channel": _of("channel", lambda s: s.kind.channels if s.kind else ()),
    "case.receive.category": _of("category", lambda s: s.kind.categories if s.kind else ()),
    "case.reason": _of("reason", lambda s: s.way.reasons if s.way else ()),
    "case.outcome": _of("outcome", lambda s: s.kind.outcomes if s.kind else ()),
    "case.handler": _handlers,
    "case.clock": _clocks,
    "case.claim.account": _own_accounts,
    "case.release.account": _claimed,
    "case.purpose": _of("purpose", _services),
    "account.open.kind": _account_kinds,
    "account.purpose": _of("purpose", lambda s: s.account.purposes if s.account else ()),
    "account.reason": _of("reason", lambda s: s.account.reasons if s.account else ()),
    "account.flow": lambda s: [_literal(flow) for flow in (s.account.flows if s.account else ())],
    "account.confirm.item": _items("claimed"),
    "account.reject.item": _items("claimed"),
    "account.post.item": _items("claimed"),
    "account.reverse.item": _items("posted"),
    "disclosure_item.draft.code": _disclosed,
    "disclosure_item.period": _periods,
    "disclosure_item.reason": _of("reason", lambda s: s.procedure.reasons if s.procedure else ()),
    "disclosure_item.channel": _of(
        "channel", lambda s: s.procedure.channels if s.procedure else ()
    ),
    "disclosure_item.number": _queries,
    "key.approves": _proposals,
    "log.approves": _proposals,
    "pack.approves": _proposals,
    "post.approves": _proposals,
    "session.code": _session_kinds,
    "session.reason": _of("reason", lambda s: s.session.reasons if s.session else ()),
    "delivery.acknowledge.package": _handed,
    "finding.acknowledge.reason": _of("reason", lambda _: ACKNOWLEDGING),
    "finding.dismiss.reason": _of("reason", lambda _: DISMISSING),
    "session.outcome": _of("outcome", lambda s: s.session.outcomes if s.session else ()),
}
"""What a field is chosen from, by command and field, or by aggregate and field."""
