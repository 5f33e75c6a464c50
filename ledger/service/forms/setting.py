"""Who is about to do which act, on what, and what she chose so far: what every field hangs on.

And what a field is chosen from: ``Source``, codes of a list with their words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import Any, Final

import msgspec

from ledger.aggregates.case.commands import Wish
from ledger.aggregates.case.published import FACT_OF
from ledger.errors import NotFound
from ledger.rules import authority
from ledger.rules.kinds.account import AccountKind
from ledger.rules.kinds.case import CaseKind, Transition
from ledger.rules.kinds.decision import DecisionKind
from ledger.rules.kinds.disclosure import Procedure
from ledger.rules.kinds.session import SessionKind
from ledger.rules.packs.book import Book
from ledger.rules.packs.sections import accounts, catalogues, decisions, disclosures, sessions
from ledger.rules.time import local_date
from ledger.rules.units import asks_chain
from ledger.service.acts.facts import facts_of
from ledger.service.directory import posts_held
from ledger.service.ledger import Ledger
from ledger.service.packs.books import find_book


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

    @cached_property
    def decision(self) -> DecisionKind | None:
        """The kind of decision."""
        code = getattr(self.state, "code", "") or self.given.get("code", "")
        return self.book.find(decisions.section, code) if self.book else None

    def holds(self, actor: str, roles: Iterable[str], unit: str) -> bool:
        """Tell whether ``actor`` holds one of ``roles`` over ``unit`` today."""
        tags = authority.asks_roles(actor)
        facts = facts_of(self.ledger, lambda found: (*tags, *asks_chain(unit, found)))
        return any(authority.holds(facts, actor, role, unit, self.day) for role in roles)


Source = Callable[[Setting], Iterable[Choice]]
"""What yields the choices of a field."""
LANGS: Final = ("zh", "en")


def coded(setting: Setting, table: str, codes: Iterable[str]) -> Iterator[Choice]:
    """Yield codes of a list with their words."""
    for code in codes:
        zh, en = (setting.book.word(table, code, lang) if setting.book else code for lang in LANGS)
        yield Choice(value=code, zh=zh, en=en)


def listed(table: str, codes: Callable[[Setting], Iterable[str]]) -> Source:
    """Return what yields some codes of a list with their words."""
    return lambda setting: coded(setting, table, codes(setting))
