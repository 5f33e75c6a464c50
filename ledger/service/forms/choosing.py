"""What a person may choose for a field of a command, as the packs in force and the stream have it.

A convenience for whoever fills a form in: the rules hold whatever is chosen. Where nothing here
says what a field is chosen from, it is typed. Persons are told by their posts, never by name; cases
by their official number.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any, Final, Literal, get_args, get_origin

from ledger.aggregates.case.steering.events import Merging
from ledger.entry.ids import ID
from ledger.kernel.event import UnitRef
from ledger.projections.register import CaseRow
from ledger.rules.answers import ACKNOWLEDGING, DISMISSING
from ledger.rules.keys import Key
from ledger.rules.packs.sections import accounts, sessions
from ledger.rules.periods import containing
from ledger.rules.persons import IMPORTER
from ledger.rules.quantities import quantity
from ledger.rules.units import asks_chain, chain, unit_at, verify_unit
from ledger.rules.words import Word
from ledger.service.acts.facts import facts_of
from ledger.service.directory import posts_held, streams_of, units, units_by_code
from ledger.service.forms import deciding, disclosing, ordering
from ledger.service.forms.fields import Field
from ledger.service.forms.holding import keys_of
from ledger.service.forms.setting import LANGS, Choice, Setting, Source, coded, listed
from ledger.service.ledger import newest
from ledger.service.reading.caselist import Wanted, every
from ledger.service.reading.numbers import numbers_of_streams

PERIODS_BACK: Final = 6
CASES_LISTED: Final = 200


def choices(setting: Setting, field: Field) -> tuple[Choice, ...] | None:
    """Return what may be chosen for a field, None where anything may be typed."""
    aggregate = setting.aggregate.name
    for name in (f"{setting.command}.{field.name}", f"{aggregate}.{field.name}"):
        if (found := _OF.get(name)) is not None:
            return tuple(found(setting))
    if field.kind == UnitRef:
        return tuple(_units(setting))
    if get_origin(field.base) is Literal:
        return tuple(_literal(setting, field.name, str(each)) for each in get_args(field.base))
    return None


_LITERALS: Final[Mapping[str, tuple[str, str]]] = {
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


def _literal(setting: Setting, table: str, value: str) -> Choice:
    """Return one of the values a field allows: as its aggregate, this module or a pack calls it."""
    codes = setting.aggregate.naming.codes.get(table)
    if isinstance(codes, Mapping) and (name := codes.get(value)) is not None:
        return Choice(value=value, zh=name.zh, en=name.en)
    if value not in _LITERALS:
        return next(coded(setting, table, (value,)))
    zh, en = _LITERALS[value]
    return Choice(value=value, zh=zh, en=en)


def _word(word: Word) -> Choice:
    return Choice(value=word.id, zh=word.zh, en=word.en)


def _successors(setting: Setting) -> Iterator[Choice]:
    """Yield what may replace a key: its holder's others in force."""
    replaced: Key = setting.state
    for key in keys_of(setting.ledger, replaced.holder):
        if key.kid != replaced.kid:
            kept = _literal(setting, "custody", key.custody or "founder")
            yield Choice(value=key.kid, zh=f"{key.kid}（{kept.zh}）", en=f"{key.kid} ({kept.en})")


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


def _departments(setting: Setting) -> Iterator[Choice]:
    """Yield every unit there is today: whoever is called need not be below whoever calls."""
    known = dict(units(setting.ledger))
    for name in units_by_code(setting.ledger, known):
        if (placed := unit_at(known[name], setting.day)) is not None:
            yield Choice(value=name, zh=placed.name, en=placed.name)


def _handlers(setting: Setting) -> Iterator[Choice]:
    apart = {*setting.state.verifiers, *setting.state.callers}
    return _able(setting, "resolved", apart)


def _mediators(setting: Setting) -> Iterator[Choice]:
    """Yield who may mediate and is not named yet."""
    return _able(setting, "mediation_held", set(_named(setting)))


def _able(setting: Setting, act: str, apart: set[str]) -> Iterator[Choice]:
    """Yield who holds a post today in which a case of this kind has ``act`` done."""
    if setting.kind is None or setting.unit is None:
        return
    roles = [role for role in setting.kind.roles(act) if role != IMPORTER]
    for person in streams_of(setting.ledger, "person"):
        if person not in apart and setting.holds(person, roles, setting.unit):
            yield _person(setting, person)


def _named(setting: Setting) -> tuple[str, ...]:
    """Return the mediators of a case."""
    found = setting.state.mediation
    return () if found is None else tuple(found.mediators)


def _alike(setting: Setting) -> Iterator[Choice]:
    """Yield the newest of the other open cases alike; any other is typed (``case_named``)."""
    rows = list(islice(_open_alike(setting), CASES_LISTED))
    numbers = numbers_of_streams(setting.ledger, [row.case for row in rows])
    for row in rows:
        yield _case(setting, row, numbers.get(row.case) or f"…{row.case[-6:]}")


def _open_alike(setting: Setting) -> Iterator[CaseRow]:
    """Yield the other open cases of this kind and unit, as far as the register has come."""
    register = setting.ledger.views["register"]
    where = {"open": True, "unit": setting.state.unit, "kind": setting.state.kind}
    point = newest(setting.ledger, "register")
    rows = every(register, point, Wanted(where=where), "newest", CASES_LISTED + 1)
    return (row for row in rows if row.case != setting.stream)


def typed_beside(setting: Setting, field: Field, listed: Sequence[Choice]) -> bool:
    """Tell whether more may be chosen than is listed, so that it may be typed as well."""
    named = f"{setting.command}.{field.name}"
    return _OF.get(named) is _alike and len(listed) >= CASES_LISTED


def case_named(setting: Setting, typed: str) -> str | None:
    """Return the case that an official number or a reference typed names, None if none does.

    Numbers are those of open cases alike; of a reference the rules judge.
    """
    reference = typed.strip().upper().removeprefix("CASE/")
    if re.fullmatch(ID, reference):
        return f"case/{reference}"
    streams = [row.case for row in _open_alike(setting)]
    numbers = numbers_of_streams(setting.ledger, streams)
    wanted = _compared(typed)
    return next((name for name, number in numbers.items() if _compared(number) == wanted), None)


def _compared(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).split())


def _case(setting: Setting, row: CaseRow, number: str) -> Choice:
    received = date.fromisoformat(row.received_on)
    found = setting.kind and setting.kind.state(row.state)
    zh, en = (found.zh, found.en) if found else (row.state, row.state)
    return Choice(
        value=row.case,
        zh=f"{number}　{_day(received, 'zh')}登记，{zh}",
        en=f"{number}　received {_day(received, 'en')}, {en}",
    )


def _merging(setting: Setting) -> Iterator[Choice]:
    """Yield the case this one is about to go on in."""
    rows = setting.ledger.recorder.select_events(setting.stream or "", desc=True, limit=1)
    for row in rows:
        event = setting.ledger.known.streams.mapper.to_domain_event(row).event
        if isinstance(event, Merging):
            number = numbers_of_streams(setting.ledger, [event.into]).get(event.into)
            said = number or f"…{event.into[-6:]}"
            yield Choice(value=event.into, zh=said, en=said)


def _day(day: date, lang: str) -> str:
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {day:%b} {day.year}"


def _person(setting: Setting, person: str) -> Choice:
    held = posts_held(setting.ledger, person)
    said = {
        lang: "、".join(_post(setting, post.role, post.unit, lang) for post in held)
        for lang in LANGS
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


def _flows(setting: Setting) -> Iterable[str]:
    return setting.account.flows if setting.account else ()


def _items(*standings: str) -> Source:
    def of(setting: Setting) -> Iterator[Choice]:
        if (kind := setting.account) is None:
            return
        for item in reversed(setting.state.items):
            if item.standing in standings:
                zh, en = (_item(setting, item, kind.measure, lang) for lang in LANGS)
                yield Choice(value=str(item.number), zh=zh, en=en)

    return of


def _item(setting: Setting, item: Any, measure: Any, lang: str) -> str:
    """Return what an item of an account is told by: number, day, purpose, amount."""
    purpose = setting.book.word("purpose", item.purpose, lang) if setting.book else item.purpose
    number = f"第 {item.number} 项" if lang == "zh" else f"No. {item.number}"
    said = (number, _day(item.day, lang), purpose, quantity(measure, item.amount, lang))
    return "　".join(said)


def _periods(setting: Setting) -> Iterator[Choice]:
    """Yield the period of today and those before it."""
    of = setting.item or setting.decision
    if of is None:
        return
    on = setting.day
    for _ in range(PERIODS_BACK):
        period = containing(of.period or "day", on)
        yield Choice(value=str(period), zh=str(period), en=str(period))
        on = period.first - timedelta(days=1)


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


def _in_office(setting: Setting) -> Iterator[Choice]:
    """Yield who holds a post at the unit itself and was given no grade yet."""
    for person in streams_of(setting.ledger, "person"):
        held = {post.unit for post in posts_held(setting.ledger, person)}
        if setting.unit in held and person not in setting.state.appraised:
            yield _person(setting, person)


def _receivers(setting: Setting) -> Iterator[Choice]:
    """Yield the units above the one that is copied, the nearest first."""
    facts = facts_of(setting.ledger, partial(asks_chain, setting.unit or ""))
    line = chain(facts, setting.unit or "", setting.day)
    for name in line[1:] or line:
        if (placed := unit_at(verify_unit(facts, name), setting.day)) is not None:
            yield Choice(value=name, zh=placed.name, en=placed.name)


def _handed(setting: Setting) -> Iterator[Choice]:
    """Yield the package that was handed over: who has another one does not sign."""
    if package := getattr(setting.state, "package", ""):
        yield Choice(value=package, zh=package, en=package)


_OF: Final[Mapping[str, Source]] = {
    "case.receive.kind": _kinds,
    "case.channel": listed("channel", lambda s: s.kind.channels if s.kind else ()),
    "case.category": listed("category", lambda s: s.kind.categories if s.kind else ()),
    "case.resolution": listed("resolution", lambda s: s.kind.resolutions if s.kind else ()),
    "case.authority": listed("authority", lambda s: s.kind.authorities if s.kind else ()),
    "case.remedies": listed("remedy", lambda s: s.kind.remedies if s.kind else ()),
    "case.reason": listed("reason", lambda s: s.way.reasons if s.way else ()),
    "case.outcome": listed("outcome", lambda s: s.kind.outcomes if s.kind else ()),
    "case.handler": _handlers,
    "case.departments": _departments,
    "case.mediators": _mediators,
    "case.mediator": lambda s: [_person(s, each) for each in _named(s)],
    "case.merge.into": _alike,
    "case.conclude_merge.into": _merging,
    "case.absorb.case": lambda _: (),  # signed along with the other's merging
    "case.clock": _clocks,
    "account.open.kind": _account_kinds,
    "account.purpose": listed("purpose", lambda s: s.account.purposes if s.account else ()),
    "account.reason": listed("reason", lambda s: s.account.reasons if s.account else ()),
    "account.flow": lambda s: [_literal(s, "flow", each) for each in _flows(s)],
    "account.confirm.item": _items("claimed"),
    "account.reject.item": _items("claimed"),
    "account.post.item": _items("claimed"),
    "account.reverse.item": _items("posted"),
    **deciding.CHOSEN_FROM,
    **ordering.CHOSEN_FROM,
    "decision.holder": _in_office,
    "decision.propose.period": _periods,
    "disclosure_item.period": _periods,
    **disclosing.CHOSEN_FROM,
    "key.approves": _proposals,
    "key.reason": lambda s: [
        _literal(s, "reason", each) for each in s.aggregate.naming.codes["reason"]
    ],
    "key.successor": _successors,
    "log.approves": _proposals,
    "pack.approves": _proposals,
    "post.approves": _proposals,
    "session.code": _session_kinds,
    "session.reason": listed("reason", lambda s: s.session.reasons if s.session else ()),
    "delivery.acknowledge.package": _handed,
    "delivery.hand_over.receiver": _receivers,
    "finding.acknowledge.reason": listed("reason", lambda _: ACKNOWLEDGING),
    "finding.dismiss.reason": listed("reason", lambda _: DISMISSING),
    "session.outcome": listed("outcome", lambda s: s.session.outcomes if s.session else ()),
}
"""What a field is chosen from, by command and field, or by aggregate and field."""
