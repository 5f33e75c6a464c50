"""The report of an audit: faults, findings, what they rest on, the exit status.

Faults say the records are not what was signed and sequenced; findings say an entry was signed
truly but no rule allowed it. They are never mixed. Counts are always complete; of the lists only
the first ``KEPT`` are kept, so that a ruined log of millions does not fill the memory.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from ledger.errors import LedgerError

KEPT = 10_000


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One fault or finding in words, at a log index where there is one.

    ``rule`` and ``article`` name the rule of a finding where its refusal names one.
    """

    index: int | None
    code: str
    zh: str
    en: str
    rule: str | None = None
    article: str | None = None


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Everything found of one sort: ``items`` in the order found, at most ``KEPT`` of them.

    ``counts`` are complete, by code; ``first`` is the smallest log index named, if any was.
    """

    items: tuple[Found, ...] = ()
    counts: dict[str, int] = {}
    first: int | None = None

    @property
    def total(self) -> int:
        """How many were found."""
        return sum(self.counts.values())


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries were audited and judged, and how long it took (seconds).

    ``seconds`` are of the processor, of all processes together: ``integrity`` and, where done,
    ``rules`` and one part for each check. ``elapsed`` is what a clock on the wall showed.
    """

    entries: int = 0
    judged: int = 0
    seconds: dict[str, float] = {}
    elapsed: float = 0.0


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """Something from outside the audited source that its history was found to hold to."""

    name: str
    size: int


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One thing what was audited shows or fails to show, in words."""

    name: str
    holds: bool
    zh: str
    en: str


UNPINNED = Statement(
    name="pinned",
    holds=False,
    zh="创世摘要未固定：这可能是整个凭空伪造的账本。请从别处取得创世摘要，用 --genesis 核验。",
    en=(
        "Genesis not pinned: this could be a log made up whole. Ask for its hash elsewhere, and "
        "verify with --genesis."
    ),
)
"""Said of whatever a stranger handed over, when there is nothing to hold its genesis to."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was audited and what came of it.

    ``root`` has 32 bytes, None when entries are missing; ``genesis`` is the base64url digest of
    the genesis, the thing to pin. No ``anchors``: the log agrees with itself, nothing more.
    """

    origin: str
    size: int
    root: bytes | None
    genesis: str | None
    faults: Tally
    findings: Tally
    anchors: tuple[Anchor, ...] = ()
    rates: Rates = Rates()
    statements: tuple[Statement, ...] = ()
    resumed: int = 0
    """How many of the entries an interrupted run had gone through before this one went on."""

    @property
    def clean(self) -> bool:
        """Whether there is neither fault nor finding."""
        return not self.faults.counts and not self.findings.counts

    @property
    def exit_status(self) -> int:
        """0 when clean, 1 otherwise."""
        return 0 if self.clean else 1

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values; the root in hex."""
        plain: dict[str, Any] = msgspec.to_builtins(self, builtin_types=(bytes,))
        plain["root"] = None if self.root is None else self.root.hex()
        return plain | {"clean": self.clean, "exit_status": self.exit_status}


class Collector:
    """Gathers faults or findings while an audit runs."""

    __slots__ = ("_counts", "_first", "_items")

    def __init__(self, before: Tally | None = None) -> None:
        before = before or Tally()
        self._items: list[Found] = list(before.items)
        self._counts: Counter[str] = Counter(before.counts)
        self._first: int | None = before.first

    def add(self, index: int | None, error: LedgerError) -> None:
        """Take one in."""
        self._counts[error.code] += 1
        if index is not None and (self._first is None or index < self._first):
            self._first = index
        if len(self._items) < KEPT:
            self._items.append(_found(index, error))

    def tally(self) -> Tally:
        """Return what was gathered."""
        return Tally(items=tuple(self._items), counts=dict(self._counts), first=self._first)


def _found(index: int | None, error: LedgerError) -> Found:
    return Found(
        index=index,
        code=error.code,
        zh=error.text("zh"),
        en=error.text("en"),
        rule=_fact(error.facts, "rule"),
        article=_fact(error.facts, "article"),
    )


def _fact(facts: Mapping[str, object], name: str) -> str | None:
    value = facts.get(name)
    return None if value is None else str(value)
