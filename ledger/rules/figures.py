"""A figure as a pack defines it (``figures.toml``): what it counts, and how it is computed again.

A figure is a number somebody states: in a report, on a board, in an account of what was done. The
definition says what one is a count of and which measure computes it from what is recorded; where
nothing recorded bears on it, ``why`` says so. A pack may state the number itself, with its source.
Numbers are whole: a rate of 65.9 % is 659 of ``permille``. A rate that is computed is cut off and
never rounded up: 100 % is all of them, and 84.9 % is no 85 % (以上, Civil Code, Art. 1259).

What a measure reads is the service's business (``ledger.service.measures``); here stand their names
and of which section of packs they take codes, so that packs are checked below.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, NamedTuple, get_args

import msgspec
from msgspec import Meta

from ledger.kernel.event import Code
from ledger.rules.files.toml_file import PackInvalid, Problem
from ledger.rules.periods import BadPeriod, PeriodText, parse_period
from ledger.rules.roles import RESERVED_ROLES, Role, RoleNotForPacks
from ledger.rules.words import Label, Word

MeasureName = Literal[
    "sessions", "session_counts", "session_rate", "cases", "decisions", "disclosures", "services",
    "listed_rate", "members", "teams_rate", "unit_facts", "unit_rate", "rule",
]  # fmt: skip
COUNTED: Final = "counted"
"""The list of what is counted: the numbers that units state are codes of it."""


class Takes(NamedTuple):
    """What a measure is taken of.

    ``of`` is the section, or the list ``COUNTED``, that a figure's ``of`` names items of; None
    where it names none. The members in ``needs`` must be given, those in ``may`` can be, no others.
    A ``rate`` is so many of all.
    """

    of: str | None = None
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    rate: bool = False


TEAMS_RATE: MeasureName = "teams_rate"
"""The measure that tells which rules teams are held to."""
MEASURES: Mapping[MeasureName, Takes] = {
    "sessions": Takes(of="sessions"),
    "session_counts": Takes(of="sessions", needs=("count",)),
    "session_rate": Takes(of="sessions", needs=("count", "out_of"), rate=True),
    "cases": Takes(of="cases", may=("state",)),
    "decisions": Takes(of="decisions", may=("state",)),
    "disclosures": Takes(of="catalogues"),
    "services": Takes(of="accounts"),
    "listed_rate": Takes(of="catalogue_kinds", needs=("fact",), rate=True),
    "members": Takes(),
    TEAMS_RATE: Takes(of="law", rate=True),
    "unit_facts": Takes(of=COUNTED),
    "unit_rate": Takes(of=COUNTED, needs=("out_of",), rate=True),
    "rule": Takes(of="law"),
}
_NARROWED: Mapping[str, tuple[str, ...]] = {
    member: tuple(name for name, takes in MEASURES.items() if member in takes.needs + takes.may)
    for member in ("count", "out_of", "fact", "state")
}
"""Members that only some measures take."""
RATES: Mapping[str, int] = {"percent": 100, "permille": 1_000}
"""What rates are counted in, and what the whole is then."""

Sort = Literal["stated", "computed", "reading", "unknown"]
SORTS: frozenset[str] = frozenset(get_args(Sort))
"""What is known of a figure: only what was stated; computed; computed after a way of reading it
that is ours; nothing."""

Agreement = Literal["agrees", "differs", "withdrawn"]
AGREEMENTS: frozenset[str] = frozenset(get_args(Agreement))
"""Whether stated and computed say the same, or what was stated was taken back."""

Value = Annotated[int, Meta(ge=-(10**15), le=10**15)]


class MeasureUnclear(PackInvalid):
    """A measure lacks what it needs, or a member is given that it does not take."""

    code = "pack.measure_unclear"
    zh = "{file}:{line}：指标“{name}”的算法不成立：{why}。请修改。"
    en = '{file}:{line}: figure "{name}" cannot be computed so: {why}. Correct it.'


class Both(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence in both languages."""

    zh: Label
    en: Label


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a source says: the number, or at least so many; for a period, or for none."""

    value: Value
    source: Annotated[str, Meta(min_length=1, max_length=200)]
    at_least: bool = False
    period: PeriodText | None = None


class Figure(Word, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A figure: one is one of ``counted``; ``measure`` computes it of the items named in ``of``.

    ``count`` is what is counted at sessions, ``out_of`` what a rate divides by, ``fact`` what
    must hold of items listed, ``state`` the state cases or decisions are in; ``aim`` is the rule
    whose threshold the number should keep. ``reading`` says how the number was understood where
    its wording leaves that open, ``why`` why nothing computes it. ``keepers`` may state it of their
    units, citing one of ``sources``.
    """

    counted: Code
    keepers: Annotated[tuple[Role, ...], Meta(min_length=1)]
    reasons: Annotated[tuple[Code, ...], Meta(min_length=1)]
    sources: Annotated[tuple[Code, ...], Meta(min_length=1)]
    measure: MeasureName | None = None
    of: tuple[Code, ...] = ()
    count: Code | None = None
    out_of: Code | None = None
    fact: Code | None = None
    state: Code | None = None
    aim: Code | None = None
    stated: Statement | None = None
    reading: Both | None = None
    why: Both | None = None

    @property
    def takes(self) -> Takes:
        """What its measure is taken of; nothing where it has none."""
        return Takes() if self.measure is None else MEASURES[self.measure]

    @property
    def is_rate(self) -> bool:
        """Whether it is so many of all, not so many."""
        return self.takes.rate


def rate_of(figure: Figure, part: int, whole: int) -> int | None:
    """Return what ``part`` of ``whole`` is in what the figure is counted in; None of nothing."""
    return part * RATES[figure.counted] // whole if whole else None


def sort_of(figure: Figure, *, computed: bool, stated: bool, read: bool) -> Sort:
    """Return what is known of it; ``read`` tells that somebody said how she understands it."""
    if not computed:
        return "stated" if stated else "unknown"
    return "reading" if read or figure.reading is not None else "computed"


def problems(figure: Figure) -> Iterator[Problem]:
    """Yield what a figure shows to be wrong by itself."""
    for position, role in enumerate(figure.keepers):
        if role in RESERVED_ROLES:
            yield Problem(("keepers", position), RoleNotForPacks, {"name": role})
    for why in _unclear(figure):
        yield Problem(("id",), MeasureUnclear, {"name": figure.id, "why": why})


def _unclear(figure: Figure) -> Iterator[str]:
    if (figure.measure is None) == (figure.why is None):
        yield "give either measure or why"
    if figure.stated is not None and figure.stated.period is not None:
        try:
            parse_period(figure.stated.period)
        except BadPeriod:
            yield f"{figure.stated.period} is no period"
    if (figure.takes.of is None) == bool(figure.of):
        yield "of names what the measure is taken of, where it is of something"
    for member, measures in _NARROWED.items():
        given = getattr(figure, member) is not None
        if given and figure.measure not in measures:
            yield f"{member} goes with {' / '.join(measures)}"
        if not given and member in figure.takes.needs:
            yield f"{figure.measure} needs {member}"
    if figure.is_rate and figure.counted not in RATES:
        yield f"a rate is counted in {' / '.join(RATES)}"
