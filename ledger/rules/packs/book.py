"""The book: the packs in force, laid over each other, as every rule reads them.

An adopted pack lies over those it extends, the last it names being the strongest of them. Items of
every section (``section``) merge by id; a rule's id takes all its generations with it, so a
district that restates a rule restates its history. What only the whole can tell is checked here:
every rule, role and code an item names is declared somewhere, with file and line when not.

Which adoption is in force: ``adoptions``. A book is the same for the same digests, hence cached.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol, TypeVar

from ledger.errors import RuleViolation
from ledger.kernel.act import Tag
from ledger.kernel.event import Basis
from ledger.kernel.facts import Facts, Shelf
from ledger.rules import law as law_rules
from ledger.rules.calendars import Holidays
from ledger.rules.files.faults import fault, line_at
from ledger.rules.files.toml_file import PackInvalid, Problem
from ledger.rules.kinds.case import CaseKind
from ledger.rules.law import LawRule
from ledger.rules.packs.adoptions import PackDigest, adoption_in_force, asks_adoption
from ledger.rules.packs.pack import HEAD, Pack, digest_of, load_pack
from ledger.rules.packs.section import Item, Section, below, sections
from ledger.rules.packs.sections import cases, codes, holidays, law
from ledger.rules.roles import RESERVED
from ledger.rules.time import local_date
from ledger.rules.words import Word

T = TypeVar("T")

_BOOKS_KEPT = 64
_PACKS_KEPT = 64


class NoPackAdopted(RuleViolation):
    """Nothing says how this unit works on that day."""

    code = "book.no_pack_adopted"
    zh = "{unit} 当日没有采用任何规则包。请由两名登记员先采用规则包。"
    en = "No pack is in force for {unit} on that day. Let two registrars adopt one first."


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


class PackCycle(PackInvalid):
    """Packs that extend each other stand on nothing."""

    code = "pack.cycle"
    zh = "{file}:{line}：规则包互相依赖：{cycle}。请去掉其中一个 extends。"
    en = "{file}:{line}: packs extend each other: {cycle}. Remove one of these extends."


class Held(NamedTuple):
    """An item in force, and the pack it is from."""

    item: Item[Any]
    pack: Pack


class Book:
    """What the packs in force say; the strongest first in ``layers``."""

    __slots__ = ("_held", "holidays", "layers")

    def __init__(self, layers: tuple[Pack, ...]) -> None:
        self.layers = layers
        self._held: dict[str, dict[str, Held]] = {
            section.name: {
                item.id: Held(item, pack)
                for pack in reversed(layers)
                for item in pack.items(section)
            }
            for section in sections()
        }
        self.holidays = Holidays(self.items(holidays.section))

    @property
    def ref(self) -> str:
        """``id@version`` of the adopted pack."""
        return self.layers[0].ref

    def items(self, section: Section[T]) -> tuple[T, ...]:
        """Return all items of a section, as written, those of the weakest pack first."""
        return tuple(held.item.value for held in self.held(section))

    def held(self, section: Section[Any]) -> tuple[Held, ...]:
        """Return all items of a section, each with the pack it is from."""
        return tuple(self._held[section.name].values())

    def find(self, section: Section[T], id_: str) -> T | None:
        """Return an item in force, None when no pack has it."""
        held = self._held[section.name].get(id_)
        return None if held is None else held.item.value

    def item(self, section: Section[T], id_: str) -> T:
        """Return an item in force. Raises: UnknownItem, or what the section says instead."""
        found: T = self._get(section, id_).item.value
        return found

    def place(self, section: Section[Any], id_: str) -> tuple[str, int]:
        """Return the file and line an item in force is written at. Raises: as ``item``."""
        item, pack = self._get(section, id_)
        return f"{pack.head.id}/{item.file}", line_at(item.file, pack.files[item.file], item.at)

    def basis(self, section: Section[Any], id_: str) -> Basis:
        """Return the citation of an item: the pack that holds it. Raises: as ``item``."""
        return Basis(pack=self._get(section, id_).pack.ref, rule=f"{section.cites}{id_}")

    def kinds(self) -> tuple[CaseKind, ...]:
        """Return all kinds of case, by id."""
        return tuple(sorted(self.items(cases.section), key=lambda kind: kind.id))

    def kind(self, id_: str) -> CaseKind:
        """Return a kind of case. Raises: UnknownKind."""
        return self.item(cases.section, id_)

    def kind_basis(self, kind: str) -> Basis:
        """Return the citation of a kind's arrangement, ``case.<kind>``. Raises: UnknownKind."""
        return self.basis(cases.section, kind)

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
        generations = self.item(law.section, id_)
        return law_rules.in_force(generations, on)

    def rule_basis(self, rule: str) -> Basis:
        """Return the citation of a rule. Raises: UnknownRule."""
        return self.basis(law.section, rule)

    def word(self, table: str, code: str, lang: str = "zh") -> str:
        """Return what a code of a list is called; a code no pack names is shown as is."""
        found = self.find(codes.section, codes.key(table, code))
        if found is None and table == "role" and code in RESERVED:
            return RESERVED[code].in_(lang)
        if found is None:
            return code
        return found.zh if lang == "zh" else found.en

    def words(self, table: str) -> tuple[Word, ...]:
        """Return all codes of a list with their words."""
        mine = codes.key(table, "")
        held = self.held(codes.section)
        return tuple(each.item.value for each in held if each.item.id.startswith(mine))

    def has_word(self, table: str, code: str) -> bool:
        """Tell whether a pack says what a code of a list is called."""
        return codes.key(table, code) in self._held[codes.section.name]

    def faults(self) -> Iterator[PackInvalid]:
        """Yield what only the packs together show to be wrong, with pack, file and line."""
        for section in sections():
            for item, pack in self.held(section):
                for problem in below(item.at, section.whole(item.value, self)):
                    yield _fault(pack, item.file, problem)

    def _get(self, section: Section[Any], id_: str) -> Held:
        try:
            return self._held[section.name][id_]
        except KeyError:
            raise section.unknown(pack=self.ref, section=section.name, name=id_) from None


def _fault(pack: Pack, path: str, problem: Problem) -> PackInvalid:
    return fault(path, pack.files[path], problem, pack=pack.head.id)


def open_book(own: Pack, extends: Iterable[Pack]) -> Book:
    """Return the book of a pack over exactly the packs it extends, in any order.

    Raises:
        PackCycle: packs extend each other.
        ExtendsDiffer: packs are missing or too many, or one of them extends another not named.
        PackInvalid: an item names a rule, role or code that none of them declares.
    """
    book = lay(own, extends)
    for error in book.faults():
        raise error
    return book


def lay(own: Pack, extends: Iterable[Pack]) -> Book:
    """Return the book as ``open_book``, without a look at what only the whole can tell.

    Raises:
        PackCycle, ExtendsDiffer: as ``open_book``.
    """
    under = {pack.head.id: pack for pack in extends}
    _require_no_cycle({pack.head.id: pack for pack in (own, *under.values())})
    for pack in (own, *under.values()):
        named = set(pack.head.extends)
        if not named <= under.keys() or (pack is own and named != under.keys()):
            needs = ", ".join(pack.head.extends) or "-"
            facts: dict[str, object] = {"pack": pack.ref, "needs": needs}
            raise _fault(pack, HEAD, Problem(("extends",), ExtendsDiffer, facts))
    return Book((own, *(under[name] for name in reversed(own.head.extends))))


def _require_no_cycle(packs: Mapping[str, Pack]) -> None:
    """Raises: PackCycle, at the pack whose ``extends`` closes the circle."""
    done: set[str] = set()

    def walk(path: tuple[str, ...]) -> None:
        pack = packs[path[-1]]
        for position, name in enumerate(pack.head.extends):
            if name in path:
                cycle = " > ".join((*path[path.index(name) :], name))
                problem = Problem(("extends", position), PackCycle, {"cycle": cycle})
                raise _fault(pack, HEAD, problem)
            if name in packs and name not in done:
                walk((*path, name))
        done.add(path[-1])

    for name in packs:
        if name not in done:
            walk((name,))


class _Kept:
    """Where adopted bytes are kept: two packs with one digest are one, wherever they are."""

    __slots__ = ("shelf",)

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=_PACKS_KEPT)
def _pack(ref: str, digest: str, kept: _Kept) -> Pack:
    files = kept.shelf(digest)
    if digest_of(files) != digest:
        raise PackDiffers(file=HEAD, line=1, pack=ref)
    pack = load_pack(files)
    if pack.ref != ref:
        raise _fault(pack, HEAD, Problem(("id",), PackDiffers, {"pack": ref}))
    return pack


@lru_cache(maxsize=_BOOKS_KEPT)
def _book(ref: str, digest: str, extends: tuple[PackDigest, ...], kept: _Kept) -> Book:
    own = _pack(ref, digest, kept)
    return open_book(own, [_pack(one.pack, one.digest, kept) for one in extends])


def pack_kept(ref: str, digest: str, shelf: Shelf) -> Pack:
    """Return an adopted pack, its bytes taken from ``shelf``. Raises: as ``book_of``."""
    return _pack(ref, digest, _Kept(shelf))


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
    return _book(adopted.pack, adopted.digest, adopted.extends, _Kept(shelf))


def asks_book(unit: str, facts: Facts) -> tuple[Tag, ...]:
    """Return the tags ``book_in_force`` reads; ask again until nothing is new."""
    return asks_adoption(unit, facts)


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
