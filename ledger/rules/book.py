"""The book: the packs in force, laid over each other, as every rule reads them.

An adopted pack lies over those it extends, the last it names being the strongest of them. Kinds,
codes, years and rules merge by id; a rule's id takes all its generations with it, so a district
that restates a rule restates its history. What only the whole can tell is checked here: every rule,
role and code a kind names is declared somewhere, with file and line when not.

Which adoption is in force: ``adoptions``. A book is the same for the same digests, hence cached.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol

from ledger.errors import NotFound, RuleViolation
from ledger.kernel.act import Tag
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts, Shelf
from ledger.rules import law
from ledger.rules.adoptions import PackDigest, adoption_in_force, asks_adoption
from ledger.rules.calendars import Holidays, HolidayYear
from ledger.rules.kinds import CaseKind, Clock, Transition, Word
from ledger.rules.law import LawRule
from ledger.rules.pack_toml import PackInvalid, Problem, UnknownName, refuse_first
from ledger.rules.packs import CODE_LISTS, Pack, digest_of, load_pack
from ledger.rules.time import local_date

_BOOKS_KEPT = 64
_PACKS_KEPT = 64


class NoPackAdopted(RuleViolation):
    """Nothing says how this unit works on that day."""

    code = "book.no_pack_adopted"
    zh = "{unit} 当日没有采用任何规则包。请由两名登记员先采用规则包。"
    en = "No pack is in force for {unit} on that day. Let two registrars adopt one first."


class UnknownKind(NotFound):
    """The packs in force arrange no such kind of case."""

    code = "book.unknown_kind"
    zh = "现行规则包 {pack} 中没有事项类型“{kind}”。请核对类型。"
    en = 'The pack in force, {pack}, has no kind of case "{kind}". Check the kind.'


class UnknownRule(NotFound):
    """The packs in force hold no rule of this id."""

    code = "book.unknown_rule"
    zh = "现行规则包 {pack} 中没有规则“{rule}”。请核对规则编号。"
    en = 'The pack in force, {pack}, has no rule "{rule}". Check its id.'


class NoRuleInForce(RuleViolation):
    """The rule exists, but no generation of it held on that day."""

    code = "book.no_rule_in_force"
    zh = "规则“{rule}”在 {day} 没有有效条文。请核对发生日期。"
    en = 'Rule "{rule}" has no text in force on {day}. Check the date it happened.'


class PackDiffers(PackInvalid):
    """The bytes on the shelf are not those adopted, or name themselves otherwise."""

    code = "pack.differs"
    zh = "{file}:{line}：规则包内容与采用时的名称或摘要（{pack}）不符。请取回被采用的原件。"
    en = "{file}:{line}: the pack is not the one adopted as {pack}. Fetch the one adopted."


class ExtendsDiffer(PackInvalid):
    """A pack does not stand on exactly the packs it says it extends."""

    code = "pack.extends_differ"
    zh = "{file}:{line}：{pack} 应当建立在 {needs} 之上，与所采用的不一致。请重新采用。"
    en = "{file}:{line}: {pack} stands on {needs}, which is not what was adopted. Adopt it anew."


class RuleHasNoTerm(PackInvalid):
    """A clock runs by a rule that gives no length, or an extension that is not in days."""

    code = "pack.rule_has_no_term"
    zh = "{file}:{line}：规则“{name}”没有可用的期限（延长期限须以日计）。请修改。"
    en = '{file}:{line}: rule "{name}" gives no usable term (extensions are in days). Correct it.'


class Book:
    """What the packs in force say; the strongest first in ``layers``."""

    __slots__ = ("_kinds", "_rules", "_words", "holidays", "layers")

    def __init__(self, layers: tuple[Pack, ...]) -> None:
        self.layers = layers
        self._kinds: dict[str, tuple[CaseKind, Pack]] = {}
        self._rules: dict[str, tuple[tuple[LawRule, ...], Pack]] = {}
        self._words: dict[tuple[str, str], Word] = {}
        years: dict[int, HolidayYear] = {}
        for pack in reversed(layers):
            self._kinds.update({kind.id: (kind, pack) for kind in pack.kinds})
            self._rules.update({id_: (rules, pack) for id_, rules in _generations(pack).items()})
            self._words.update(_words(pack))
            years.update({table.year: table for table in pack.holidays})
        self.holidays = Holidays(tuple(years.values()))
        for kind, pack in self._kinds.values():
            _refuse(pack, f"cases/{kind.id}.toml", *self._problems(kind))

    @property
    def ref(self) -> str:
        """``id@version`` of the adopted pack."""
        return self.layers[0].ref

    def kinds(self) -> tuple[CaseKind, ...]:
        """Return all kinds of case, by id."""
        return tuple(kind for _, (kind, _) in sorted(self._kinds.items()))

    def kind(self, id_: str) -> CaseKind:
        """Return a kind of case. Raises: UnknownKind."""
        return self._kind(id_)[0]

    def rule(self, id_: str, on: date) -> LawRule:
        """Return the generation of a rule in force on the matter's own day.

        Raises:
            UnknownRule: no pack holds it.
            NoRuleInForce: none of its generations held on that day.
        """
        found = self.find_rule(id_, on)
        if found is None:
            raise NoRuleInForce(rule=id_, day=on.isoformat())
        return found

    def find_rule(self, id_: str, on: date) -> LawRule | None:
        """Return the generation of a rule in force on ``on``, or None. Raises: UnknownRule."""
        return law.in_force(self._rule(id_)[0], on)

    def basis(self, rule: str) -> Basis:
        """Return the citation of a rule: the pack that holds it. Raises: UnknownRule."""
        return Basis(pack=self._rule(rule)[1].ref, rule=rule)

    def kind_basis(self, kind: str) -> Basis:
        """Return the citation of a kind's arrangement, ``case.<kind>``. Raises: UnknownKind."""
        return Basis(pack=self._kind(kind)[1].ref, rule=f"case.{kind}")

    def word(self, table: str, code: str, lang: str = "zh") -> str:
        """Return what a code of ``CODE_LISTS`` is called; a code no pack names is shown as is."""
        found = self._words.get((table, code))
        if found is None:
            return code
        return found.zh if lang == "zh" else found.en

    def words(self, table: str) -> tuple[Word, ...]:
        """Return all codes of one of ``CODE_LISTS`` with their words."""
        return tuple(word for (list_, _), word in self._words.items() if list_ == table)

    def _kind(self, id_: str) -> tuple[CaseKind, Pack]:
        try:
            return self._kinds[id_]
        except KeyError:
            raise UnknownKind(pack=self.ref, kind=id_) from None

    def _rule(self, id_: str) -> tuple[tuple[LawRule, ...], Pack]:
        try:
            return self._rules[id_]
        except KeyError:
            raise UnknownRule(pack=self.ref, rule=id_) from None

    def _problems(self, kind: CaseKind) -> Iterator[Problem]:
        yield from self._unnamed("channel", kind.channels, ("channels",))
        yield from self._unnamed("category", kind.categories, ("categories",))
        yield from self._unnamed("outcome", kind.outcomes, ("outcomes",))
        for position, way in enumerate(kind.transitions):
            yield from self._way_problems(way, position)
        for position, clock in enumerate(kind.clocks):
            yield from self._clock_problems(clock, position)

    def _way_problems(self, way: Transition, position: int) -> Iterator[Problem]:
        yield from self._unnamed("role", way.roles, ("transition", position, "roles"))
        yield from self._unnamed("reason", way.reasons, ("transition", position, "reasons"))

    def _unnamed(
        self, table: str, codes: Iterable[str], at: tuple[str | int, ...]
    ) -> Iterator[Problem]:
        for position, code in enumerate(codes):
            if (table, code) not in self._words:
                yield Problem((*at, position), UnknownName, {"what": table, "name": code})

    def _clock_problems(self, clock: Clock, position: int) -> Iterator[Problem]:
        units = ("day", "working_day", "month")
        for member, id_, allowed in (
            ("rule", clock.rule, units),
            ("extension", clock.extension, ("day",)),
        ):
            at = ("clock", position, member)
            if id_ is None:
                continue
            if id_ not in self._rules:
                yield Problem(at, UnknownName, {"what": "rule", "name": id_})
            elif any(
                rule.term is None or rule.term.unit not in allowed for rule in self._rules[id_][0]
            ):
                yield Problem(at, RuleHasNoTerm, {"name": id_})


def _generations(pack: Pack) -> Mapping[str, tuple[LawRule, ...]]:
    found: dict[str, tuple[LawRule, ...]] = {}
    for rule in pack.law:
        found[rule.id] = (*found.get(rule.id, ()), rule)
    return found


def _words(pack: Pack) -> Mapping[tuple[str, str], Word]:
    return {(table, word.id): word for table in CODE_LISTS for word in getattr(pack.codes, table)}


def _refuse(pack: Pack, path: str, *problems: Problem) -> None:
    """Among several packs a file is named with its pack: ``cn-base/cases/hazard.toml``."""
    refuse_first(f"{pack.head.id}/{path}", pack.files[path], problems)


def open_book(own: Pack, extends: Iterable[Pack]) -> Book:
    """Return the book of a pack over exactly the packs it extends, in any order.

    Raises:
        ExtendsDiffer: packs are missing or too many, or one of them extends another not named.
        PackInvalid: a kind names a rule, role or code that none of them declares.
    """
    below = {pack.head.id: pack for pack in extends}
    for pack in (own, *below.values()):
        named = set(pack.head.extends)
        if not named <= below.keys() or (pack is own and named != below.keys()):
            needs = ", ".join(pack.head.extends) or "-"
            facts: dict[str, object] = {"pack": pack.ref, "needs": needs}
            _refuse(pack, "pack.toml", Problem(("extends",), ExtendsDiffer, facts))
    return Book((own, *(below[name] for name in reversed(own.head.extends))))


@dataclass(frozen=True, kw_only=True)
class _Shelved:
    """Adopted bytes by name and digest; two with one digest are one, wherever they are kept."""

    pack: str
    digest: str
    shelf: Shelf = field(compare=False, repr=False)


@lru_cache(maxsize=_PACKS_KEPT)
def _pack(shelved: _Shelved) -> Pack:
    files = shelved.shelf(shelved.digest)
    if digest_of(files) != shelved.digest:
        raise PackDiffers(file="pack.toml", line=1, pack=shelved.pack)
    pack = load_pack(files)
    if pack.ref != shelved.pack:
        _refuse(pack, "pack.toml", Problem(("id",), PackDiffers, {"pack": shelved.pack}))
    return pack


@lru_cache(maxsize=_BOOKS_KEPT)
def _book(own: _Shelved, extends: tuple[_Shelved, ...]) -> Book:
    return open_book(_pack(own), [_pack(shelved) for shelved in extends])


class Adopted(Protocol):
    """What an adoption, proposed or in force, says of bytes: pack, digest, packs it extends."""

    @property
    def pack(self) -> str:
        """``id@version``."""

    @property
    def digest(self) -> str:
        """Digest of its bytes."""

    @property
    def extends(self) -> tuple[PackDigest, ...]:
        """The packs it stands on."""


def book_of(adopted: Adopted, shelf: Shelf) -> Book:
    """Return the book of adopted packs, their bytes taken from ``shelf``.

    Raises:
        NotFound: the shelf lacks a digest.
        PackInvalid: the bytes are not those adopted, or are no valid packs.
    """
    own = _Shelved(pack=adopted.pack, digest=adopted.digest, shelf=shelf)
    below = (_Shelved(pack=one.pack, digest=one.digest, shelf=shelf) for one in adopted.extends)
    return _book(own, tuple(below))


def asks_book(unit: str, facts: Facts) -> Iterator[Tag]:
    """Yield the tags ``book_in_force`` reads; ask again until nothing is new."""
    yield from asks_adoption(unit, facts)


def book_in_force(facts: Facts, unit: str, iat: int) -> Book:
    """Return the book in force for ``unit`` at ``iat`` (Unix seconds).

    Raises:
        NoPackAdopted: no adoption for the unit or one above it has begun.
        NotFound, PackInvalid: what was adopted is not on the shelf, or is no valid pack.
    """

    def find() -> Book:
        adoption = adoption_in_force(facts, unit, iat)
        if adoption is None:
            raise NoPackAdopted(unit=unit)
        return book_of(adoption, facts.shelf)

    return facts.once((book_in_force, unit, local_date(iat)), find)
