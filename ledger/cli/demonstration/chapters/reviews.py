"""Reviews that concern somebody: the moral reviews of each quarter, and an appraisal.

Each moral review meets what its community owed for the quarter on the day it was decided. In 望江
a resident appeals against what was posted of her household in the last one, for the facts were
wrong: the street overturns it, it comes down the same day, and meets nothing any more. In 青梧 an
appeal is dismissed, and the result comes down before its half year is over. 月湾 decides one after
its quarter was over, and tells nobody before another: that one meets nothing either. There, too,
three office-holders are appraised.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import DAY, Chapter, Step, step, working

NORTH, SOUTH, EAST = COMMUNITIES
QUARTERS = {
    "2025Q2": date(2025, 6, 2), "2025Q3": date(2025, 9, 1), "2025Q4": date(2025, 12, 2),
    "2026Q1": date(2026, 3, 4),
}  # fmt: skip
"""When each quarter's review is decided, where nothing comes between."""
APPEALED = {(SOUTH, "2025Q2"): date(2025, 6, 30), (NORTH, "2026Q1"): date(2026, 3, 25)}
LATE = {(EAST, "2025Q3"): date(2025, 10, 14)}
UNTOLD = {(EAST, "2025Q4")}
POSTED_DAYS = 16


class Review(NamedTuple):
    """A community's moral review of a quarter, and the day it is decided."""

    community: Community
    quarter: str
    day: date

    @property
    def on(self) -> str:
        """How steps refer to it."""
        return f"decision/{self.community.key}-moral-{self.quarter}"

    @property
    def clerk(self) -> str:
        """Who records it."""
        return self.community.who("clerk/decision_clerk")

    @property
    def posted(self) -> date:
        """The day its result is posted."""
        return working(self.day, after=1)


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the reviews."""
    for community in COMMUNITIES:
        for quarter, usual in QUARTERS.items():
            at = community, quarter
            one = Review(*at, working(APPEALED.get(at) or LATE.get(at) or usual))
            yield from _reviewed(one)
            if at not in APPEALED:
                yield from _ended(one)
    south, north = (Review(*at, day) for at, day in APPEALED.items())
    yield _appealed(south, "2025-07-08", "评议未听取本人说明。")
    yield _ruled(south, "2025-07-15", "dismissed", "评议前已书面告知并听取说明，程序无误。")
    yield _down(south, "2025-12-30")
    yield _appealed(north, "2026-03-31", "所列堆物已于评议前清理，照片可查。")
    yield _ruled(north, "2026-04-08", "upheld", "情况属实，撤销该项结果，即日撤下。")
    yield _down(north, "2026-04-08")
    yield from _appraised(EAST)


def _reviewed(one: Review) -> Iterator[Step]:
    told = working(one.day - 7 * DAY)
    yield step(
        f"{told} 09:10", one.clerk, "decision.propose", one.on, unit=one.community.code,
        code="moral_review", period=one.quarter, title="季度道德评议",
        text="网格员、联户长报送情况。", adult=True,
    )  # fmt: skip
    for at, name, values in (
        (f"{told} 09:30", "collected", {"text": "汇总网格报送情况。"}),
        (f"{told} 15:30", "informed", {"text": "逐户书面告知。"}),
        (f"{one.day} 15:00", "reviewed", {"result": "passed", "text": "评议委员会评定。"}),
        (f"{one.posted} 09:00", "posted", {}),
    ):
        if name != "informed" or (one.community, one.quarter) not in UNTOLD:
            yield step(at, one.clerk, "decision.take_step", one.on, step=name, **values)


def _ended(one: Review) -> Iterator[Step]:
    down = working(one.posted + POSTED_DAYS * DAY)
    yield _down(one, down.isoformat())
    yield step(f"{down} 16:50", one.clerk, "decision.close", one.on)


def _appealed(one: Review, day: str, text: str) -> Step:
    return step(f"{day} 10:00", one.clerk, "decision.appeal", one.on, text=text)


def _ruled(one: Review, day: str, verdict: str, text: str) -> Step:
    return step(
        f"{day} 11:00", "officer", "decision.decide_appeal", one.on, number=1,
        verdict=verdict, text=text,
    )  # fmt: skip


def _down(one: Review, day: str) -> Step:
    return step(f"{day} 16:40", one.clerk, "decision.take_down", one.on, step="posted")


def _appraised(community: Community) -> Iterator[Step]:
    clerk, on = community.who("clerk/decision_clerk"), f"decision/{community.key}-appraisal"
    yield step(
        "2026-01-21 09:20", clerk, "decision.propose", on, unit=community.code, code="appraisal",
        title="2025 年度民主评议", text="居委会成员向代表会议述职。",
    )  # fmt: skip
    yield step("2026-01-21 14:30", clerk, "decision.take_step", on, step="reported")
    yield step(
        "2026-01-21 16:00", clerk, "decision.take_step", on, step="appraised",
        of="representatives", total=36, present=31, ayes=31, nays=0, abstained=0, result="passed",
        place="社区议事厅",
    )  # fmt: skip
    for post, grade in (("director", "excellent"), ("publisher", "competent"),
                        ("claims", "incompetent")):  # fmt: skip
        yield step(
            "2026-01-21 16:30", clerk, "decision.appraise", on, holder=community.who(post),
            grade=grade,
        )  # fmt: skip
    yield step("2026-01-22 09:00", clerk, "decision.take_step", on, step="posted")
    yield step("2026-02-09 09:00", clerk, "decision.take_down", on, step="posted")
    yield step("2026-02-09 09:10", clerk, "decision.close", on)


chapter = Chapter(
    name="reviews", zh="道德评议与民主评议", steps=steps, units=UNITS, members=MEMBERS
)
