"""Small powers and figures: lists adopted, facets posted, what exercised them, numbers stated.

望江 posts all it should of each power, 青梧 leaves out how they are used, 月湾 has adopted its list
and posted nothing: what is missing is a line. How many know the covenant is stated each quarter,
beside what the survey counted.
"""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.chapters.disclosure import Other
from ledger.cli.demonstration.chapters.gatherings import AWARE
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import Chapter, Step, at, step, working

NORTH, SOUTH, EAST = COMMUNITIES
POWERS = (
    "power.allowance",
    "power.assets",
    "power.funds",
    "power.hiring",
    "power.major",
    "power.membership",
    "power.purchase",
    "power.relief",
    "power.seal",
    "power.works",
    "service.certificate",
    "service.mediation",
)
POSTED = {
    NORTH: ("content", "procedure", "rules"),
    SOUTH: ("content", "rules"),
}
"""Facets each community posted; the last has posted none."""
DAY = date(2026, 4, 29)
EXERCISED = (
    (NORTH, "power.works", "decision/north-sheds", "2026-01-09"),
    (NORTH, "power.major", "decision/north-tolls", "2026-03-04"),
    (SOUTH, "power.assets", "decision/south-parking", "2026-02-27"),
)
STATED = {"2025Q3": "2025-10-09", "2025Q4": "2026-01-06", "2026Q1": "2026-04-08"}
"""The day on which 望江 stated how many of a quarter know the covenant."""


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the lists of powers, and the figures stated."""
    for community in COMMUNITIES:
        yield step(
            "2025-06-10 15:20",
            community.who("publisher"),
            "catalogue.publish",
            _list(community),
            unit=community.code,
            code="powers",
            text="居民代表会议通过的小微权力清单，共十二项。",
        )
        yield from _posted(community)
    for community, item, matter, day in EXERCISED:
        yield step(
            f"{day} 17:10",
            community.who("publisher"),
            "catalogue.record_exercise",
            _list(community),
            item=item,
            matter=matter,
        )
    yield step(
        "2025-12-22 15:40",
        EAST.who("publisher"),
        "catalogue.remove_item",
        _list(EAST),
        item="power.membership",
        rule="bijiang.five_publics",
        reason="arrangement_changed",
        text="党员发展另有规定，不再列入。",
    )
    yield from _stated()


def _list(community: Community) -> str:
    return f"catalogue/{community.key}-powers"


def _posted(community: Community) -> Iterator[Step]:
    facets = POSTED.get(community)
    if facets is None:
        return
    title, text = f"{community.name}小微权力五公开", "清单、制度和流程图见公开栏第三版。"
    item = Other(community, "powers.publics", DAY.isoformat(), title, text)
    yield from item.told(DAY)
    yield step(
        at(working(DAY, after=1), "16:50"),
        community.who("publisher"),
        "catalogue.disclose_facets",
        _list(community),
        items=POWERS,
        facets=facets,
        disclosure=item.on,
    )


def _stated() -> Iterator[Step]:
    who = NORTH.who("publisher")
    for (quarter, day), value in zip(STATED.items(), AWARE, strict=True):
        on = f"figure/aware-{quarter}"
        wrong = 84 if quarter == "2025Q4" else value
        yield step(
            f"{day} 15:10",
            who,
            "figure.state",
            on,
            unit=NORTH.code,
            value=wrong,
            code="covenant_awareness",
            source="survey",
            period=quarter,
            text="入户问卷统计。",
        )
        if wrong != value:
            yield step(
                "2026-01-09 10:10",
                who,
                "figure.correct",
                on,
                value=value,
                source="survey",
                reason="mistaken",
                text="漏计一个网格的问卷，更正。",
            )


chapter = Chapter(name="powers", zh="小微权力", steps=steps, units=UNITS, members=MEMBERS)
