"""What pages of acts say beyond codes: names of commands and fields, how a stream stands."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from api.acting.checking import Shown
from api.wording import times
from api.wording.messages import N_, translator
from api.wording.refusals import in_words
from ledger.aggregates.account.state import AccountState, Item
from ledger.aggregates.case.state import CaseState
from ledger.aggregates.decision.state import DecisionState
from ledger.aggregates.delivery import Delivery
from ledger.aggregates.disclosure_item.state import ItemState
from ledger.aggregates.session.state import SessionState
from ledger.errors import LedgerError
from ledger.kernel.event import PAPER
from ledger.rules import attachments
from ledger.rules.kinds.case import Field
from ledger.rules.kinds.decision import DecisionKind
from ledger.rules.money import capital_yuan
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import accounts, catalogues, decisions, disclosures, sessions
from ledger.rules.quantities import quantity
from ledger.service.forms.deciding import next_step

if TYPE_CHECKING:
    from api.wording.words import Words

T = TypeVar("T")

_FORM: Final = "form"
"""The sealed member that holds what a kind of case asks, by its fields."""
AMOUNTS: Final[Mapping[str, str]] = {
    "fen": N_("金额"), "minute": N_("时长"), "point": N_("积分"),
}  # fmt: skip
_Asked = dict[str, str | int | bool | None] | list[list[str]]
"""A form by its fields, or a table by its rows."""


class ActWords:
    """Made for one answer, upon the words of its moment."""

    def __init__(self, words: "Words", book: Callable[[str], Book | None]) -> None:
        self._words = words
        self._book = book
        self._say = translator(words.lang)

    def command(self, name: str) -> str:
        """Return what a command is called."""
        _, cls = self._words.registry.commands[name]
        return cls.zh if self._words.lang == "zh" else cls.en

    def heading(self, command: str) -> str:
        """Return the heading of a command's form: what is done, and to what if that is not said."""
        noun, said = self._words.aggregate(command.partition(".")[0]), self.command(command)
        return said if noun.lower() in said.lower() else f"{noun} · {said}"

    def custody(self, custody: str) -> str:
        """Return who keeps a key."""
        return self._words.value("key", "custody", custody, {})

    def disclosed(self, unit: str, code: str) -> str:
        """Return what a disclosure item of a code is called."""
        return self._of(self._book(unit), catalogues.section, code)

    def account(self, unit: str, kind: str) -> str:
        """Return what a kind of account is called."""
        return self._of(self._book(unit), accounts.section, kind)

    def field(self, command: str, name: str) -> str:
        """Return what a form asks for in a field of a command."""
        verb = command.partition(".")[2]
        return self._words.naming(command).prompt(verb, name).in_(self._words.lang)

    def asked(self, command: str, name: str, around: Mapping[str, Any]) -> str:
        """Return what a form of a command asks for in a field, also in one that the kind adds.

        ``around`` are the unit and kind of what it is about.
        """
        head, _, added = name.partition(".")
        return self._filled(around, added, "")[0] if head == _FORM else self.field(command, name)

    def sealed_field(self, command: str, group: str, name: str) -> str:
        """Return what a sealed value of an act is called."""
        if group == PAPER.name:
            return self._words.member(PAPER.name, name)
        if group == attachments.GROUP and (called := attachments.NAMES.get(name)):
            return called.in_(self._words.lang)
        if name == _FORM:
            return self._say(N_("所填各项"))
        return self.field(command, name)

    def sealed(self, name: str, value: object, around: Mapping[str, Any]) -> str:
        """Return a sealed value to read: a table row by row, a form field by field.

        ``around`` are the public members beside it: the unit and kind whose form it is.
        """
        if name in {"table", _FORM} and isinstance(value, str):
            try:
                found = msgspec.json.decode(value, type=_Asked)
            except (ValueError, RecursionError):
                return value  # no rule reads what is sealed: a client may seal anything
            if isinstance(found, dict):
                colon = "：" if self._words.lang == "zh" else ": "
                read = self._as_asked(around, found)
                return "\n".join(colon.join(self._filled(around, *each)) for each in read)
            return "\n".join("\u3000".join(row) for row in found)
        return str(value)

    def _as_asked(self, around: Mapping[str, Any], filled: Mapping[str, T]) -> list[tuple[str, T]]:
        """Return the fields of a kind's form in the order in which it asks for them."""
        place = {field.id: at for at, field in enumerate(self._fields(around))}
        return sorted(filled.items(), key=lambda each: place.get(each[0], len(place)))

    def _fields(self, around: Mapping[str, Any]) -> tuple[Field, ...]:
        """Return the fields that the kind of what ``around`` is of adds to its form."""
        book = self._book(str(around.get("unit") or ""))
        kind = str(around.get("kind") or "")
        kinds = (each for each in (book.kinds() if book else ()) if each.id == kind)
        return next((each.fields for each in kinds), ())

    def _filled(self, around: Mapping[str, Any], name: str, value: object) -> tuple[str, str]:
        """Return what a field of a kind's form is called, and its value in words."""
        field = next((each for each in self._fields(around) if each.id == name), None)
        if field is None:
            return name, str(value)
        lang = self._words.lang
        label, *words = (
            each.zh if lang == "zh" else each.en
            for each in (field, *(each for each in field.choice if each.id == value))
        )
        if field.type == "text" and value:
            return label, str(value)  # her own words, whatever they look like
        if field.type == "money" and type(value) is int:
            return label, self._yuan(value)
        return label, words[0] if words else self._words.value("", "", value, {})

    def _yuan(self, fen: int) -> str:
        """Return an amount that a kind's form asked for, in figures and as vouchers spell it."""
        comma = "，" if self._words.lang == "zh" else ", "
        return f"{quantity('fen', fen, self._words.lang)}{comma}{capital_yuan(fen)}"

    def title(self, stream: str, state: Any) -> str:  # noqa: PLR0911 - one line for each
        """Return what a stream is about."""
        noun = self._words.aggregate(stream.partition("/")[0])
        book = self._book(state.unit) if getattr(state, "unit", "") else None
        match state:
            case CaseState():
                return self._words.kind(state.unit, state.kind)
            case ItemState():
                named = self._of(book, catalogues.section, state.code)
                return f"{named} {times.period(state.period, self._words.lang)}"
            case AccountState():
                return self._of(book, accounts.section, state.kind)
            case SessionState():
                return self._of(book, sessions.section, state.code)
            case DecisionState():
                return self._of(book, decisions.section, state.code)
            case Delivery():
                return f"{noun} {times.period(state.period, self._words.lang)}"
            case _:
                return noun

    def handle(self, stream: str, state: Any) -> str:
        """Return what tells a stream from others of its title, "" where the title does.

        The official number; where there is none, the last characters of the reference.
        """
        match state:
            case ItemState():
                return ""
            case AccountState() if self._of_unit(state):
                return ""
            case _:
                return self._words.number(stream) or f"…{stream[-6:]}"

    def stands(self, state: Any, number: int | None = None) -> str:
        """Return in a word how a stream or an account's item stands, "" where there is none."""
        match state:
            case CaseState():
                return self._words.state(state.unit, state.kind, state.state)
            case ItemState():
                return self._words.code(state.unit, "item_standing", state.standing)
            case DecisionState():
                return self._decided(state)
            case Delivery():
                return self._say(N_("已签收") if state.received else N_("待签收"))
            case AccountState() if number is not None and (item := state.item(number)):
                return self._words.act(f"account.{item.standing}.v1", state.unit)
            case _:
                return ""

    def about(self, state: Any, number: int | None) -> str:
        """Return what an account's item is, its number and amount; "" of anything else."""
        item = state.item(number) if isinstance(state, AccountState) and number else None
        if item is None:
            return ""
        said = self._say(N_("第 %(n)s 项")) % {"n": item.number}
        return f"{said} {self._moved(state, item)}"

    def standing(self, _: str, state: Any) -> Iterator[tuple[str, str]]:
        """Yield how a stream stands: labels and texts."""
        match state:
            case CaseState():
                yield from self._case(state)
            case ItemState():
                yield from self._item(state)
            case AccountState():
                yield from self._account(state)
            case Delivery():
                yield from self._delivery(state)
            case DecisionState():
                yield from self._decision(state)
            case _:
                return

    def _case(self, state: CaseState) -> Iterator[tuple[str, str]]:
        words = self._words
        yield self._say(N_("状态")), words.state(state.unit, state.kind, state.state)
        if state.handler:
            yield self._say(N_("承办人")), words.actor(state.handler)
        for running in state.clocks:
            ends = times.day(running.due.day, words.lang)
            yield words.clock(state.unit, state.kind, running.clock), ends

    def _account(self, state: AccountState) -> Iterator[tuple[str, str]]:
        yield self._say(N_("余额")), self._counted(state, state.balance)
        for item in state.items:
            if item.standing == "claimed":
                number = self._say(N_("第 %(n)s 项，待确认")) % {"n": item.number}
                purpose = self._words.code(state.unit, "purpose", item.purpose)
                yield number, f"{self._day(item.day)} · {purpose} · {self._moved(state, item)}"

    def _delivery(self, state: Delivery) -> Iterator[tuple[str, str]]:
        words, noun = self._words, "delivery"
        yield words.member(noun, "period"), times.period(state.period, words.lang)
        yield words.member(noun, "size"), str(state.size)
        yield words.member(noun, "giver"), words.actor(state.giver)
        yield words.member(noun, "receiver"), words.unit(state.receiver)

    def _decided(self, state: DecisionState) -> str:
        """Return how a decision stands, and its next step while there is one."""
        said = self._words.code(state.unit, "decision_standing", state.standing)
        step = self._next_step(state)
        if step is None:
            return said
        return self._say(N_("%(said)s，下一步：%(step)s")) % {"said": said, "step": step}

    def _next_step(self, state: DecisionState) -> str | None:
        kind = self._decision_kind(state)
        if kind is None or state.standing not in {"open", "passed"}:
            return None
        step = next_step(kind, state)
        return None if step is None else self._named(step)

    def _decision(self, state: DecisionState) -> Iterator[tuple[str, str]]:
        words, noun = self._words, "decision"
        around = {"unit": state.unit, "code": state.code}
        yield self._say(N_("状态")), words.code(state.unit, "decision_standing", state.standing)
        yield words.member(noun, "period"), times.period(state.period, words.lang)
        if state.taken:
            yield words.member(noun, "taken"), words.value(noun, "taken", state.taken, around)
        if step := self._next_step(state):
            yield self._say(N_("下一步")), step
        for posted in state.up:
            label = words.value(noun, "step", posted.step, around)
            day = {"day": self._day(posted.until)}
            yield label, self._say(N_("公示中，至 %(day)s")) % day

    def of_item(self, state: AccountState, item: Item) -> Iterator[tuple[str, str]]:
        """Yield what an item of an account says in public: labels and texts."""
        words, noun = self._words, "account"
        measure = words.measure(noun, "amount", {"unit": state.unit, "kind": state.kind})
        yield self._amount(noun, measure), self._moved(state, item)
        yield words.member(noun, "purpose"), words.code(state.unit, "purpose", item.purpose)
        yield words.member(noun, "day"), self._day(item.day)
        yield words.member(noun, "claimant"), words.actor(item.claimant)

    def _day(self, day: date) -> str:
        return times.day(day, self._words.lang)

    def _of_unit(self, state: AccountState) -> bool:
        """Tell whether an account is a unit's own, of which it has one of a kind."""
        book = self._book(state.unit)
        kind = book.find(accounts.section, state.kind) if book else None
        return kind is not None and kind.holder == "unit"

    def _moved(self, state: AccountState, item: Item) -> str:
        """Return what an item put in or took out: of money the word, and no sign."""
        said = self._counted(state, abs(item.amount))
        if item.amount > 0 and not self._of_unit(state):
            return said
        flow = "out" if item.amount < 0 else "in"
        return f"{self._words.value('account', 'flow', flow, {})} {said}"

    def _counted(self, state: AccountState, count: int) -> str:
        """Return a number of what an account counts; bare where no pack says what that is."""
        book = self._book(state.unit)
        kind = book.find(accounts.section, state.kind) if book else None
        return quantity(kind.measure, count, self._words.lang) if kind else str(count)

    def _item(self, state: ItemState) -> Iterator[tuple[str, str]]:
        words = self._words
        book = self._book(state.unit)
        yield self._say(N_("状态")), words.code(state.unit, "item_standing", state.standing)
        row = book.find(catalogues.section, state.code) if book else None
        way = (
            book.find(disclosures.section, row.procedure)
            if book and row and row.procedure
            else None
        )
        if way:
            facts = {"n": len(state.reviewers), "m": way.reviews}
            said = self._say(N_("%(n)s 人已审核签署，须满 %(m)s 人")) % facts
            yield self._say(N_("监委会审核")), said
        for label, fen in words.stated(state.amounts, state.unit):
            yield label, quantity("fen", fen, words.lang)

    def refused(
        self, error: LedgerError, of: str, state: Any, given: Mapping[str, str], label: str = ""
    ) -> str:
        """Return a refusal of an act, ``of`` its command, what it names called by its name.

        ``given`` are the unit and kind of a stream to be begun, where ``state`` is of none;
        ``label`` is what the form calls the member that is wrong, where not as any form would.
        """
        held = {name: getattr(state, name, None) for name in ("unit", "kind", "code")}
        around = {**given, **{name: value for name, value in held.items() if value}}
        told = in_words(self._words, error, of, around)
        named = {"member": label} if label else {}
        return type(told)(**{**told.facts, **named}).text(self._words.lang)

    def label(self, entry: Shown, name: str) -> str:
        """Return what a public member of an entry to be signed is called."""
        if name != "amount":
            return self._words.member(entry.type, name)
        around = self._words.beside(entry.stream, entry.around)
        return self._amount(entry.type, self._words.measure(entry.type, name, around))

    def _amount(self, of: str, measure: str | None) -> str:
        return self._say(AMOUNTS[measure]) if measure else self._words.member(of, "amount")

    def filled_in(self, entry: Shown) -> dict[str, dict[str, str]]:
        """Return what a device says beside each field of a kind's form: its label, its value."""
        around = self._words.beside(entry.stream, entry.around)
        forms = (values[_FORM] for values in entry.sealed.values() if values.get(_FORM))
        filled = {key: v for form in forms for key, v in msgspec.json.decode(str(form)).items()}
        return {
            key: dict(zip(("label", "word"), self._filled(around, key, value), strict=True))
            for key, value in self._as_asked(around, filled)
        }

    def _decision_kind(self, state: DecisionState) -> DecisionKind | None:
        book = self._book(state.unit)
        return book.find(decisions.section, state.code) if book else None

    def _named(self, word: Any) -> str:
        return str(word.zh if self._words.lang == "zh" else word.en)

    def _of(self, book: Book | None, section: Any, code: str) -> str:
        found = book.find(section, code) if book else None
        if found is None:
            return code
        return self._named(found)
