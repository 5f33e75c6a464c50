"""Codes in words, for pages: kinds, states, roles, acts, units, rules, as the packs of the day say.

Packs say what codes are called, aggregates what their acts and members are. Names of units are
data and stay as they are. Who a person is stays sealed: she is shown by the post she acts in and
the last characters of her reference.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Protocol, cast, runtime_checkable

from api.wording.act_words import ActWords
from api.wording.messages import N_, translator
from api.wording.numbers import grouped, share
from api.wording.sign_words import SignWords
from api.wording.values import Values, place_of_amount
from ledger.aggregates.case.published import ASIDE
from ledger.aggregates.disclosure_item.events import Amount
from ledger.errors import LedgerError
from ledger.kernel.act import Act, AsOf
from ledger.kernel.event import groups_of
from ledger.kernel.naming import Naming
from ledger.rules import authority, keys
from ledger.rules.figures import RATES
from ledger.rules.law import LawRule
from ledger.rules.packs.book import Book
from ledger.rules.packs.section import sections
from ledger.rules.packs.sections import cases, catalogues
from ledger.rules.persons import IMPORTER
from ledger.rules.posts import Appointment
from ledger.rules.sources import source_word
from ledger.rules.time import local_date, occ_date
from ledger.rules.units import Unit
from ledger.service.acts.facts import facts_of
from ledger.service.board import Column
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book
from ledger.service.reading.numbers import numbers_of_streams
from ledger.service.reading.waiting import Waiting, step_called

ROLES: Final[Mapping[str, str]] = {
    "registrar": N_("登记员"),
    "holder": N_("本人"),
    "importer": N_("导入设备"),
}


@runtime_checkable
class Called(Protocol):
    """Whatever a pack gives a name in both languages."""

    @property
    def zh(self) -> str:
        """The name in Chinese."""

    @property
    def en(self) -> str:
        """The name in English."""


class Words:
    """What codes are called as of a point, in one language; made for one answer."""

    def __init__(self, ledger: Ledger, lang: str, point: AsOf) -> None:
        self.lang = lang
        self._ledger = ledger
        self.registry = ledger.registry
        self._point = point
        self._say = translator(lang)
        self._books: dict[str, Book | None] = {}
        self._values = Values(self, self._book)
        self._first: str | None = None

    @property
    def day(self) -> date:
        """The local day of the moment."""
        return local_date(self._point.at // 1000)

    @property
    def begun(self) -> date:
        """The local day on which the log began."""
        (genesis,) = self._ledger.known.streams.acts(0, 1)
        return local_date((genesis.recorded_at or 0) // 1000)

    @property
    def genesis(self) -> str:
        """The digest of the genesis, which whoever verifies offline pins."""
        return self._ledger.known.streams.first_prev

    def unit(self, unit: str | None) -> str:
        """Return a unit's name on the day; the whole log for None."""
        if unit is None or unit == "log":
            return self._say(N_("全账本"))
        found = cast("Unit | None", self._ledger.known.stream(unit).state)
        return unit if found is None else found.placed(self.day).name

    def unit_code(self, unit: str) -> str:
        """Return a unit's code on the day."""
        found = cast("Unit | None", self._ledger.known.stream(unit).state)
        return unit if found is None else found.placed(self.day).code

    def kind(self, unit: str, kind: str) -> str:
        """Return what a kind of case is called."""
        book = self._book(unit)
        try:
            return kind if book is None else self._of(book.kind(kind))
        except LedgerError:
            return kind

    def state(self, unit: str, kind: str, state: str) -> str:
        """Return what a state of a kind of case is called."""
        book = self._book(unit)
        try:
            found = None if book is None else book.kind(kind).state(state)
        except LedgerError:
            found = None
        return state if found is None else self._of(found)

    def clock(self, unit: str, kind: str, clock: str) -> str:
        """Return what a term of a kind of case is called."""
        book = self._book(unit)
        try:
            clocks = () if book is None else book.kind(kind).clocks
        except LedgerError:
            clocks = ()
        return next((self._of(each) for each in clocks if each.id == clock), clock)

    def onward(self, unit: str, kind: str, state: str) -> Iterator[tuple[str, str]]:
        """Yield the acts that take a case on to another state, each with who may sign it."""
        book = self._book(unit)
        found = None if book is None else book.find(cases.section, kind)
        between = "、" if self.lang == "zh" else ", "
        for way in () if found is None else found.transitions:
            by = [self.role(role, unit) for role in way.roles if role != IMPORTER]
            if state in way.from_ and way.to not in {None, state} and way.act not in ASIDE and by:
                yield self.act(f"case.{way.act}.v1", unit), between.join(by)

    def code(self, unit: str | None, table: str, code: str) -> str:
        """Return what a code of one of the packs' lists is called."""
        book = self._book(unit) if unit else None
        return code if book is None else book.word(table, code, self.lang)

    def role(self, role: str, unit: str | None = None) -> str:
        """Return what a role is called."""
        if role in ROLES:
            return self._say(ROLES[role])
        return self.code(unit or self._any_unit(), "role", role)

    def act(self, type_: str, unit: str | None = None) -> str:
        """Return what an act is called, by its published type."""
        spec = self.registry.types.get(type_)
        if spec is not None and spec.called is not None:
            return spec.called.in_(self.lang)
        noun, _, fact = type_.rpartition(".v")[0].partition(".")
        found = self.code(unit or self._any_unit(), "act", fact)
        return f"{self.aggregate(noun)} · {fact}" if found == fact else found

    def aggregate(self, name: str) -> str:
        """Return what a kind of stream is called."""
        return self.naming(name).noun.in_(self.lang)

    def stream_title(self, stream: str) -> str:
        """Return what a stream is about, as it stands now: a kind of case, an item, a unit."""
        if stream.startswith("unit/"):
            return self.unit(stream)
        return self.acts.title(stream, self._ledger.known.stream(stream).state)

    def naming(self, of: str) -> Naming:
        """Return what an aggregate's things are called; ``of`` is its name, a type or a stream."""
        found = self.registry.aggregates.get(re.split("[./]", of, maxsplit=1)[0])
        return Naming(zh=of, en=of, about="") if found is None else found.naming

    def actor(self, actor: str) -> str:
        """Return a person or device as anybody may see it: four characters of its reference."""
        word = N_("设备") if actor.startswith("device/") else N_("人员")
        return f"{self._say(word)} …{actor[-4:]}"

    def member(self, of: str, name: str) -> str:
        """Return what a member of a state or of public members is called, in a type or a stream."""
        return self.naming(of).member(name).in_(self.lang)

    def group(self, type_: str, name: str) -> str:
        """Return what a group that a type seals is called."""
        spec = self.registry.types.get(type_)
        groups = () if spec is None else groups_of(spec, {name})
        found = next((each.called for each in groups if each.name == name), None)
        return name if found is None else found.in_(self.lang)

    def value(self, of: str, member: str, value: Any, around: object) -> str:
        """Return a member's value in words; ``around`` are the members beside it."""
        return self._values.told(of, member, value, around)

    def measure(self, of: str, member: str, around: object) -> str | None:
        """Return what a member's number counts, or ``time``; None where it is a bare number."""
        return self._values.measure(of, member, around)

    def path(self, of: str, path: Iterable[str | tuple[str, str | int]], around: object) -> str:
        """Return where in a state a member is: names of members, items by what tells them apart.

        ``around`` are the members of the state, as ``beside`` gives them.
        """
        return " · ".join(self._values.named(of, each, around) for each in path)

    def beside(self, stream: str, members: object) -> Mapping[str, Any]:
        """Return members of a state or an entry with its stream's unit and kind, if it has any.

        What a code is called and what a number counts may hang on them. A state that is no
        mapping, as a pack's, has no members.
        """
        held = members if isinstance(members, Mapping) else {}
        state: Any = self._ledger.known.stream(stream).state
        own = {name: getattr(state, name, None) for name in ("unit", "kind", "code")}
        return {**{name: value for name, value in own.items() if isinstance(value, str)}, **held}

    def amounts(self, text: str | None, unit: str) -> list[tuple[str, str]]:
        """Return amounts in yuan, as a board of disclosure holds them by code, each in words."""
        pairs = [each.partition("=") for each in (text or "").split()]
        pairs.sort(key=lambda pair: place_of_amount(pair[0]))
        return [(self.code(unit, "amount", of), f"{Decimal(yuan):,.2f}") for of, _, yuan in pairs]

    def stated(self, amounts: Iterable[Amount], unit: str) -> list[tuple[str, int]]:
        """Return what the amounts of a statement are called, with their fen, as they are read."""
        read = sorted(amounts, key=lambda each: place_of_amount(each.of))
        return [(self.code(unit, "amount", each.of), each.fen) for each in read]

    def listed(self, unit: str, section: str, code: str) -> str:
        """Return what a code of a section of the packs (cases, sessions, …) is called."""
        book = self._book(unit)
        found = None
        for each in sections() if book is not None else ():
            if book is not None and each.name == section:
                found = book.find(each, code)
        return code if found is None else self._of(found)

    def item(self, unit: str, code: str) -> str:
        """Return what an item of a disclosure catalogue is called."""
        book = self._book(unit)
        found = None if book is None else book.find(catalogues.section, code)
        return code if found is None else self._of(found)

    def step(self, waits: Waiting, id_: str) -> str:
        """Return what a step is called that may be taken next about something that waits."""
        return self._of(step_called(self.registry, self._book(waits.unit), waits, id_))

    def counted(self, column: Column, value: int | str, row: Mapping[str, Any]) -> str:
        """Return a number of a board's column with what it counts, where that is said.

        A rate is written in per cent, whatever the packs count it in.
        """
        match column.counts:
            case None:
                return grouped(value)
            case str(other):
                code = str(row[other])
                if code in RATES:
                    return share(value, RATES[code])
                return f"{grouped(value)} {self.code(row['unit'], other, code)}"
            case called:
                return f"{grouped(value)} {self._of(called)}"

    def number(self, stream: str) -> str:
        """Return the official number a stream bears, "" where it has none."""
        return numbers_of_streams(self._ledger, [stream]).get(stream, "")

    def source(self, tag: str) -> str:
        """Return what the tag of a rule's source means."""
        return source_word(tag, self.lang)

    def rule(self, unit: str, id_: str, on: date) -> LawRule | None:
        """Return the text of a rule that held on a day, None where the packs have none."""
        book = self._book(unit)
        try:
            return None if book is None else book.find_rule(id_, on)
        except LedgerError:
            return None

    def rule_name(self, unit: str, rule: str, on: date) -> str:
        """Return what a rule an act rests on is called; ``case.<kind>`` is the kind's own order."""
        if (found := self.rule(unit, rule, on)) is not None:
            return self._of(found)
        if rule.startswith("case."):
            return self.kind(unit, rule.removeprefix("case."))
        if (book := self._book(unit)) is None:
            return rule
        for section in sections():
            id_ = rule.removeprefix(section.cites)
            item = book.find(section, id_) if section.cites and id_ != rule else None
            if isinstance(item, Called):
                return self._of(item)
        return rule

    def pack(self, unit: str, ref: str) -> str:
        """Return what a pack is called whose ``ref`` is ``id@version``, with its version."""
        id_, _, version = ref.partition("@")
        book = self._book(unit or self._any_unit() or "")
        heads = [layer.head for layer in book.layers] if book else []
        name = next((self._of(head) for head in heads if head.id == id_), id_)
        return self._say(N_("%(pack)s %(version)s 版")) % {"pack": name, "version": version}

    def post_then(self, act: Act) -> Appointment | None:
        """Return the post somebody acted in, on the day she signed, as recorded before the act."""
        tags = authority.asks_roles(act.actor)
        # The genesis alone makes the posts it is done in.
        before = max(act.index or 0, 1)
        known = facts_of(self._ledger, lambda _: tags, size=before)
        held = authority.roles_held(known, act.actor, local_date(act.iat))
        return next((post for post in held if post.role == act.role), None)

    def signed_by_hand(self, kid: str) -> str:
        """Return in whose hand the key that signed lay, as its enrolment says; "" for none."""
        found = self._key(kid)
        return "" if found is None else keys.HANDS[found.hand].in_(self.lang)

    def enrolled_at(self, kid: str) -> str:
        """Return the page of where a key was enrolled: its own stream, a founder's the genesis."""
        found = self._key(kid)
        founding = found is not None and found.hand == "founder"
        return "/entries/0" if founding else f"/replay/key/{kid}"

    def _key(self, kid: str) -> keys.Key | None:
        tag = keys.key_tag(kid)
        return keys.key_of(facts_of(self._ledger, lambda _: (tag,)), kid)

    def occurred_on(self, act: Act) -> date:
        """Return the local day an act occurred."""
        return occ_date(act.occ)

    @property
    def acts(self) -> ActWords:
        """What pages of acts say besides."""
        return ActWords(self, self._book)

    @property
    def signing(self) -> SignWords:
        """In which order an entry to be signed is read."""
        return SignWords(self)

    def _of(self, word: Called) -> str:
        return word.zh if self.lang == "zh" else word.en

    def _book(self, unit: str) -> Book | None:
        if unit not in self._books:
            seconds, size = self._point.at // 1000, self._point.size
            self._books[unit] = find_book(self._ledger, unit, seconds, size=size)
        return self._books[unit]

    def unit_of(self, stream: str) -> str:
        """Return a unit whose packs say what the codes of a stream are called that names none."""
        return stream if stream.startswith("unit/") else self._any_unit() or ""

    def _any_unit(self) -> str | None:
        """Return a unit whose packs may know a word that stands alone: the first one founded."""
        if self._first is None:
            recorder = self._ledger.known.recorder
            rows = recorder.select_notifications(1, 1, topics=["unit.established.v1"])
            self._first = str(rows[0].originator_id) if rows else None
        return self._first
