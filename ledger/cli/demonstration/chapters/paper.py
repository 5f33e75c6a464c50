"""Minutes on paper: written and signed by hand at a meeting, typed by the clerk the next day.

The entry is marked as typed. One of those who signed the paper confirms it with her own key,
another says that it is not what she signed: the entry stays, with her word beside it.
"""

from collections.abc import Iterator

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS
from ledger.cli.demonstration.script import Chapter, Paper, Step, step

NORTH = COMMUNITIES[0]
MINUTES = Paper("2026-03 盒", "会议记录第 7 号", (NORTH.who("sup-1"), NORTH.who("sup-2")))


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the typing, a confirmation and a dispute."""
    on = "session/minutes-on-paper"
    typed = step(
        "2026-04-21 10:20",
        NORTH.who("clerk"),
        "session.hold",
        on,
        unit=NORTH.code,
        code="meeting",
        occ="2026-04-20",
        present=14,
        expected=16,
        outcome="resolved",
        title="居务监督委员会例会",
        text="听取第一季度财务情况，议定四项整改。",
        place="社区议事厅",
    )
    yield typed._replace(paper=MINUTES)
    for post, moment, act, values in (
        ("sup-1", "2026-04-24 09:35", "paper.confirm", {}),
        ("sup-2", "2026-04-24 10:35", "paper.dispute", {"text": "我签的记录上是三项整改。"}),
    ):
        answer = f"paper/{NORTH.who(post)}"
        yield step(
            moment, f"{NORTH.who(post)}/holder", act, answer, of=on, entry=MINUTES.name, **values
        )


chapter = Chapter(name="paper", zh="纸质记录", steps=steps, units=UNITS, members=MEMBERS)
