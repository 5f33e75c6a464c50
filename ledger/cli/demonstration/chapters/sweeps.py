"""Sweeps for disputes: the district's 451, by the grid workers, in three rounds."""

from collections.abc import Iterator
from datetime import date

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS
from ledger.cli.demonstration.script import Chapter, Step, at, between, pick, spread, step

COUNT = 451
ROUNDS = (
    (120, date(2025, 5, 12), date(2025, 6, 27)),
    (190, date(2025, 9, 1), date(2025, 12, 19)),
    (141, date(2026, 3, 2), date(2026, 5, 7)),
)
"""How many, and between which days; together ``COUNT``."""
STREETS = (
    "滨江路",
    "梧桐巷",
    "老粮站",
    "锦江苑",
    "和平里",
    "育才路",
    "桥头片区",
    "安置小区",
    "新华巷",
)
ABOUT = ("邻里", "物业", "婚姻家庭", "劳资", "土地", "租赁")


def steps(share: int = 1) -> Iterator[Step]:
    """Yield every sweep, recorded in the afternoon of its day."""
    for turn, (count, first, last) in enumerate(ROUNDS):
        for number, day in spread(max(3, count // share), first, last):
            yield _sweep(f"{turn}-{number}", number + turn, day)


def _sweep(name: str, number: int, day: date) -> Step:
    community = COMMUNITIES[number % 3]
    found = max(0, between(-2, 4, "found", name))
    street, about = STREETS[number * 4 % len(STREETS)], pick(ABOUT, "about", name)
    title = f"{street}{between(1, 18, 'block', name)}栋{about}矛盾排查"
    return step(
        at(day, f"16:{number % 20:02}"),
        community.grid_workers[number // 3 % 2],
        "session.hold",
        f"session/sweep-{name}",
        unit=community.code,
        code="dispute_sweep",
        present=2,
        outcome="problems_found" if found else "nothing_found",
        title=title,
        counts=(f"disputes_found={found}", f"households={between(12, 60, 'doors', name)}"),
    )


chapter = Chapter(name="sweeps", zh="矛盾排查", steps=steps, units=UNITS, members=MEMBERS)
