"""Reviews that concern somebody: a moral review upheld on appeal, one not, and an appraisal.

In 望江 a resident appeals against what was posted of her household, for the facts were wrong: the
street overturns it, and it comes down the same day. In 青梧 an appeal is dismissed, and the result
comes down before its half year is over. In 月湾 three office-holders are appraised.
"""

from collections.abc import Iterator

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import Chapter, Step, step

NORTH, SOUTH, EAST = COMMUNITIES


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the reviews."""
    yield from _reviewed(SOUTH, ("2025-06-24", "2025-07-01", "2025-07-02"))
    yield _appealed(SOUTH, "2025-07-08", "评议未听取本人说明。")
    yield _ruled(SOUTH, "2025-07-15", "dismissed", "评议前已书面告知并听取说明，程序无误。")
    yield _down(SOUTH, "2025-12-30")
    yield from _reviewed(NORTH, ("2026-03-18", "2026-03-25", "2026-03-26"))
    yield _appealed(NORTH, "2026-03-31", "所列堆物已于评议前清理，照片可查。")
    yield _ruled(NORTH, "2026-04-08", "upheld", "情况属实，撤销该项结果，即日撤下。")
    yield _down(NORTH, "2026-04-08")
    yield from _appraised(EAST)


def _on(community: Community) -> str:
    return f"decision/{community.key}-moral-review"


def _reviewed(community: Community, days: tuple[str, str, str]) -> Iterator[Step]:
    clerk, on = community.who("clerk/decision_clerk"), _on(community)
    informed, reviewed, posted = days
    yield step(
        f"{informed} 09:10", clerk, "decision.propose", on, unit=community.code,
        code="moral_review", title="季度道德评议", text="网格员、联户长报送情况。", adult=True,
    )  # fmt: skip
    for at, name, values in (
        (f"{informed} 09:30", "collected", {"text": "汇总网格报送情况。"}),
        (f"{informed} 15:30", "informed", {"text": "逐户书面告知。"}),
        (f"{reviewed} 15:00", "reviewed", {"result": "passed", "text": "评议委员会评定。"}),
        (f"{posted} 09:00", "posted", {}),
    ):
        yield step(at, clerk, "decision.take_step", on, step=name, **values)


def _appealed(community: Community, day: str, text: str) -> Step:
    clerk = community.who("clerk/decision_clerk")
    return step(f"{day} 10:00", clerk, "decision.appeal", _on(community), text=text)


def _ruled(community: Community, day: str, verdict: str, text: str) -> Step:
    return step(
        f"{day} 11:00", "officer", "decision.decide_appeal", _on(community), number=1,
        verdict=verdict, text=text,
    )  # fmt: skip


def _down(community: Community, day: str) -> Step:
    clerk = community.who("clerk/decision_clerk")
    return step(f"{day} 16:40", clerk, "decision.take_down", _on(community), step="posted")


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
