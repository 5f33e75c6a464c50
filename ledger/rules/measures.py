"""What a rule of law measures besides a term: shares, quorums, cadences, postings, bounds, ratios.

Chinese law says what includes the number itself (Civil Code, Art. 1259): 以上, 以下 and 以内
do, 超过 and 不满 do not, and 过半数 is more than a half. A measure therefore says ``at_least`` or
``more_than``, ``at_most`` or ``less_than``, and counts are compared as integers: a share of exactly
two thirds is one, whatever a float would say.

Not handled: who counts as a member of which body on the day; the caller brings the counts.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.files.toml_file import PackInvalid, Problem
from ledger.rules.files.toml_lines import Path
from ledger.rules.periods import Kind

Part = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,3}/[1-9][0-9]{0,3}$")]
"""A fraction as the law writes it, such as ``2/3``."""
Days = Annotated[int, Meta(ge=1, le=3_650)]
Number = Annotated[int, Meta(ge=0, lt=2**53)]
Count = Annotated[int, Meta(ge=1, le=1_000)]
SIGNS: Mapping[str, str] = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<"}
"""How a bound binds, by its member."""


class BoundMissing(PackInvalid):
    """A measure must say exactly one way in which its number binds."""

    code = "pack.bound_missing"
    zh = "{file}:{line}：{names} 中必须写明且只写明一个。请补充或删去。"
    en = "{file}:{line}: give exactly one of {names}."


class _Measure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the tables below."""


class Share(_Measure, frozen=True, kw_only=True):
    """A part of a body: 三分之二以上 ``at_least = "2/3"``, 过半数 ``more_than = "1/2"``.

    ``of`` names whose part: ``adult_villagers``, ``households``, ``members``, ``present``.
    """

    of: Code
    at_least: Part | None = None
    more_than: Part | None = None

    def met(self, count: int, total: int) -> bool:
        """Tell whether ``count`` of ``total`` are enough (0 <= count <= total); of none, never."""
        if total <= 0:
            return False
        if self.at_least is not None:
            return Fraction(count, total) >= Fraction(self.at_least)
        return Fraction(count, total) > Fraction(self.more_than or "1/1")


class Quorum(_Measure, frozen=True, kw_only=True):
    """Who must be there and how many must agree; any one of several shares is enough."""

    present: tuple[Share, ...] = ()
    agree: tuple[Share, ...] = ()

    def is_held(self, present: Mapping[str, tuple[int, int]]) -> bool:
        """Tell whether enough came: for each body counted, how many came of how many."""
        return not self.present or any(
            share.met(*present[share.of]) for share in self.present if share.of in present
        )

    def is_carried(self, ayes: Mapping[str, tuple[int, int]]) -> bool:
        """Tell whether enough agreed: for each body counted, how many agreed of how many."""
        return not self.agree or any(
            share.met(*ayes[share.of]) for share in self.agree if share.of in ayes
        )


class Cadence(_Measure, frozen=True, kw_only=True):
    """At least ``count`` times in every period of a kind."""

    every: Kind
    count: Count = 1


class Posting(_Measure, frozen=True, kw_only=True):
    """Posted for not less than so many days; the day it is put up is not counted."""

    days: Days

    def until(self, posted: date) -> date:
        """Return the first day at whose end it may be taken down; rest days move nothing."""
        return posted + timedelta(days=self.days)


class Bound(_Measure, frozen=True, kw_only=True):
    """A number of some unit that binds from one side: a threshold or a cap."""

    unit: Code
    at_least: Number | None = None
    more_than: Number | None = None
    at_most: Number | None = None
    less_than: Number | None = None

    def met(self, value: int) -> bool:
        """Tell whether ``value`` keeps within the bound."""
        if self.at_least is not None:
            return value >= self.at_least
        if self.more_than is not None:
            return value > self.more_than
        if self.at_most is not None:
            return value <= self.at_most
        return value < (self.less_than or 0)

    @property
    def said(self) -> str:
        """The number with the sign of how it binds, such as ``≥ 30``."""
        bounds = ((sign, getattr(self, member)) for member, sign in SIGNS.items())
        return next(f"{sign} {number}" for sign, number in bounds if number is not None)


class Ratio(_Measure, frozen=True, kw_only=True):
    """One for each ``least`` to ``most`` of ``of``: 每五户至十五户推选一人."""

    of: Code
    least: Count
    most: Count

    def met(self, count: int, total: int) -> bool:
        """Tell whether ``count`` for ``total`` is one for each ``least`` to ``most``."""
        return count * self.least <= total <= count * self.most


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Base of a rule: what it measures besides a term; most rules have one of these."""

    quorum: Quorum | None = None
    share: Share | None = None
    cadence: Cadence | None = None
    posting: Posting | None = None
    threshold: Bound | None = None
    cap: Bound | None = None
    ratio: Ratio | None = None


def problems(rule: Measures) -> Iterator[Problem]:
    """Yield the measures of a rule that do not bind in exactly one way."""
    shares: list[tuple[Path, Share]] = [(("share",), rule.share)] if rule.share else []
    for member in ("present", "agree"):
        found: tuple[Share, ...] = getattr(rule.quorum, member, ())
        shares.extend((("quorum", member, position), each) for position, each in enumerate(found))
    for at, share in shares:
        yield from _one(share, ("at_least", "more_than"), at)
    if rule.threshold is not None:
        yield from _one(rule.threshold, ("at_least", "more_than"), ("threshold",))
    if rule.cap is not None:
        yield from _one(rule.cap, ("at_most", "less_than"), ("cap",))


def counted(rule: Measures) -> Iterator[tuple[Path, str]]:
    """Yield the code of everything a rule counts, with where it is written."""
    for name in ("present", "agree"):
        shares: tuple[Share, ...] = getattr(rule.quorum, name, ())
        for position, share in enumerate(shares):
            yield ("quorum", name, position, "of"), share.of
    for name in ("share", "ratio"):
        if (part := getattr(rule, name)) is not None:
            yield (name, "of"), part.of
    for name in ("threshold", "cap"):
        if (bound := getattr(rule, name)) is not None:
            yield (name, "unit"), bound.unit


def _one(measure: _Measure, names: tuple[str, ...], at: Path) -> Iterator[Problem]:
    bounds = ("at_least", "more_than", "at_most", "less_than")
    given = [name for name in bounds if getattr(measure, name, None) is not None]
    if len(given) != 1 or given[0] not in names:
        yield Problem(at, BoundMissing, {"names": ", ".join(names)})
