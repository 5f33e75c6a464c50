"""Members of states and of entries in words: codes by their lists, numbers by what they count.

What a member's codes are of and what its numbers count is declared where it is named
(``ledger.kernel.naming``); the lists are those of the packs of the day. A case is told by its
official number, another stream by its kind and the end of its reference; digests stay as they are
written.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from api.wording.messages import N_, translator
from api.wording.times import clock, period
from ledger.entry.ids import ID
from ledger.kernel.naming import Codes
from ledger.rules.kinds.account import Measure
from ledger.rules.packs.book import Book
from ledger.rules.packs.section import sections
from ledger.rules.packs.sections import accounts, decisions
from ledger.rules.quantities import OWN, quantity, time_of_day
from ledger.rules.words import Word
from ledger.service.finding import rules

if TYPE_CHECKING:
    from api.wording.words import Words

_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}.*)?")
_READ: Final = ("of", "total", "present", "ayes", "nays", "abstained")
"""How the counts of a vote are read, from who was to come to who abstained."""
_AMOUNTS: Final = ("opening", "income", "expense", "closing")
"""How the amounts of a balanced statement are read, and asked for."""
_PERIODS: Final = frozenset({"period", "since", "closed_through"})
"""What a month, a quarter or a year is told as people say it."""
NOTHING: Final[tuple[object, ...]] = (None, "", [], ())
"""What a member holds that says nothing; no and zero say something."""


class Values:
    """Made for one answer, upon the words of its moment."""

    def __init__(self, words: "Words", book: Callable[[str], Book | None]) -> None:
        self._words = words
        self._book = book
        self._say = translator(words.lang)
        self._and, self._with = ("、", "，") if words.lang == "zh" else (", ", "; ")

    def told(self, of: str, member: str, value: Any, around: object) -> str:
        """Return a member's value in words; ``around`` are the members beside it."""
        beside = around if isinstance(around, Mapping) else {}  # a pack's state is a list
        match value:
            case None | "" | [] | ():
                said = "—"
            case bool():
                said = self._say(N_("是") if value else N_("否"))
            case str():
                said = self._coded(of, member, value, beside)
            case int():
                said = self._counted(of, member, value, beside)
            case list() | tuple():
                read = sorted(value, key=_place_in_list)
                said = self._and.join(self.told(of, member, each, around) for each in read)
            case {"of": str(code), "fen": int(fen)}:
                yuan = quantity("fen", fen, self._words.lang)
                said = f"{self._coded(of, 'amount', code, beside)} {yuan}"
            case {"of": str(code), "number": int(number), **rest} if not rest:
                said = f"{self._coded(of, 'of', code, beside)} {number}"
            case {"clock": str(clock_), **rest}:
                ends = self._dated("day", _day_in(rest))
                said = f"{self._coded(of, 'clock', clock_, beside)} {ends}"
            case dict():
                said = self._with.join(self._members(of, value, around)) or "—"
            case _:
                said = str(value)
        return said

    def named(self, of: str, step: str | tuple[str, str | int], around: object) -> str:
        """Return what a step of the way to a member is called: a member, or an item of a list.

        ``around`` are the members of the state the way begins in: what a code is called may hang
        on its unit and kind.
        """
        if isinstance(step, str):
            return self._words.member(of, step)
        name, value = step
        if isinstance(value, int):
            return self._say(N_("第 %(n)s 项")) % {"n": value}
        return self.told(of, name, value, around)

    def _members(self, of: str, members: Mapping[str, Any], around: object) -> Iterable[str]:
        for name, value in sorted(members.items(), key=lambda each: _place(each[0])):
            if value not in NOTHING:
                told = self.told(of, name, value, around)
                called = self._words.member(of, name)
                yield told if told.startswith(f"{called} ") else f"{called} {told}"

    def _coded(self, of: str, member: str, value: str, around: Mapping[str, Any]) -> str:
        kind, _, rest = value.partition("/")
        if rest and kind == "unit":
            return self._words.unit(value)
        if kind in {"person", "device"} and (rest or member == "person"):
            return self._words.actor(value)
        if rest and kind == "case" and (number := self._words.number(value)):
            return number
        if kind in self._words.registry.aggregates and re.fullmatch(ID, rest):
            return f"{self._words.aggregate(kind)} …{rest[-6:]}"
        codes = self._words.naming(of).codes.get(member, member)
        unit = str(around.get("unit") or "") or self._words.unit_of(of)
        found = self._called(of, codes, value, {**around, "unit": unit})
        return self._dated(member, value) if found == value else found

    def _called(self, of: str, codes: Codes, code: str, around: Mapping[str, Any]) -> str:
        if isinstance(codes, Mapping):
            return codes[code].in_(self._words.lang) if code in codes else code
        for name in codes.split():
            if (found := self._listed(of, name, code, around)) != code:
                return found
        return code

    def _dated(self, member: str, text: str) -> str:
        """Return a day, a time or a period as people say it, any other text as it is."""
        if _TIME.fullmatch(text):
            return clock(text, self._words.lang)
        return period(text, self._words.lang) if member in _PERIODS else text

    def _listed(self, of: str, name: str, code: str, around: Mapping[str, Any]) -> str:
        """Return what a code of the list ``name`` is called, itself where nothing says so."""
        words, unit, kind = self._words, str(around["unit"]), str(around.get("kind") or "")
        match name:
            case "role":
                found = words.role(code, unit)
            case "state":
                found = words.state(unit, kind, code)
            case "clock":
                found = words.clock(unit, kind, code)
            case "acts":
                found = words.act(f"{re.split('[./]', of, maxsplit=1)[0]}.{code}.v1", unit)
            case "steps":
                found = self._step(unit, str(around.get("code") or ""), code)
            case "findings":
                found = self._in(rules()[code]) if code in rules() else code
            case "law":
                found = words.rule_name(unit, code, words.day)
            case _:
                found = self._in_packs(unit, name, code)
        return found

    def _in_packs(self, unit: str, name: str, code: str) -> str:
        """Return what packs call an item of the section ``name``, or a code of that list."""
        section = next((each for each in sections() if each.name == name), None)
        if section is None:
            return self._words.code(unit, name, code)
        book = self._book(unit) if unit else None
        found = book.find(section, code) if book else None
        return code if found is None else self._in(found)

    def _step(self, unit: str, decision: str, step: str) -> str:
        """Return what a step is called: of deciding on ``decision``, else of claiming."""
        book = self._book(unit) if unit else None
        if book is None:
            return step
        kind = book.find(decisions.section, decision)
        of_claims = (each for one in book.items(accounts.section) for each in one.steps)
        steps: Iterable[Word] = of_claims if kind is None else kind.steps
        return next((self._in(each) for each in steps if each.id == step), step)

    def _counted(self, of: str, member: str, number: int, around: object) -> str:
        match self.measure(of, member, around):
            case None:
                return str(number)
            case "time":
                return time_of_day(number)
            case measure:
                return quantity(cast(Measure, measure), number, self._words.lang)

    def measure(self, of: str, member: str, around: object) -> str | None:
        """Return what a member's number counts, or ``time``; None where it is a bare number."""
        measure = self._words.naming(of).counted.get(member)
        if measure != OWN or not isinstance(around, Mapping):
            return None if measure == OWN else measure
        book = self._book(str(around.get("unit") or ""))
        kind = book.find(accounts.section, str(around.get("kind") or "")) if book else None
        return kind.measure if kind else None

    def _in(self, word: Any) -> str:
        found: str = word.zh if self._words.lang == "zh" else word.en
        return found


def place_of_amount(of: str) -> int:
    """Return where an amount stands among those of a statement, as forms ask for them."""
    return _AMOUNTS.index(of) if of in _AMOUNTS else len(_AMOUNTS)


def _place_in_list(value: object) -> int:
    """Return where an amount stands in a list of such; anything else stays where it is."""
    match value:
        case {"of": str(of), "fen": int()}:
            return place_of_amount(of)
        case _:
            return 0


def _place(member: str) -> int:
    return _READ.index(member) if member in _READ else len(_READ)


def _day_in(term: Mapping[Any, Any]) -> str:
    """Return the day a term ends on, as an event or a state tells it."""
    due = term.get("due")
    day = due.get("day") if isinstance(due, Mapping) else term.get("day")
    return str(day or "")
