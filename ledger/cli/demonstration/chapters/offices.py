"""Offices: a committee member leaves and hands over, another is elected; two do not keep apart.

望江 does it by the rules: a resignation, a list signed by three, a by-election with its ballots. In
青梧 the claims clerk is a near relative of one of the supervision committee. In 月湾 a member left
and nobody drew up what was to be handed over. A mediator withdraws from a dispute of her cousin's.
"""

from collections.abc import Iterator

from ledger.cli.demonstration.cast import Member
from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, TERM_ENDS, UNITS
from ledger.cli.demonstration.script import Chapter, Step, step

NORTH, SOUTH, EAST = COMMUNITIES
REGISTRARS = ("founder-1", "founder-2")
LEFT, CAME = "north-member", "north-candidate"
GONE = "east-member"
PEOPLE = (
    Member(LEFT, "石清溪", "committee_member", NORTH.code, until=TERM_ENDS),
    Member(CAME, "蓝岚", "deliberator", NORTH.code),
    Member(GONE, "苗长河", "committee_member", EAST.code, until=TERM_ENDS),
)
NUMBERS = {"residents": 27, "households": 10}
"""What is stated of each community, in tenths of its households."""
PER_REVIEWER = 100
"""Residents one moral reviewer stands for (S1-19)."""


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield what became of these posts, and the numbers of the communities."""
    yield from _numbers()
    yield from _handed_over()
    yield from _elected()
    yield from _not_apart()
    yield step(
        "2026-03-16 09:30",
        REGISTRARS[0],
        "post.end",
        f"post/{GONE}/committee_member",
        effective_from="2026-03-31",
    )


def _numbers() -> Iterator[Step]:
    for community in COMMUNITIES:
        stated = {name: community.households * tenths // 10 for name, tenths in NUMBERS.items()}
        stated["moral_reviewers"] = -(-stated["residents"] // PER_REVIEWER)
        for number, value in stated.items():
            yield step(
                "2025-05-09 15:30",
                REGISTRARS[0],
                "unit.state_number",
                f"unit/{community.code}",
                number=number,
                day="2025-04-30",
                value=value,
            )


def _handed_over() -> Iterator[Step]:
    on = f"post/{LEFT}/committee_member"
    yield step("2025-09-08 09:20", f"{LEFT}/holder", "post.end", on, effective_from="2025-09-15")
    yield step(
        "2025-09-15 10:00",
        f"{LEFT}/holder",
        "post.draw_up_handover",
        on,
        to=CAME,
        items=("seals", "accounts", "assets", "archives", "debts"),
        text="活动室印章一枚、账目两册、器材 31 件、档案 14 册，无债权债务。",
    )
    yield step("2025-09-15 10:40", f"{LEFT}/holder", "post.sign_handover", on, part="old")
    yield step("2025-09-16 09:30", f"{CAME}/holder", "post.sign_handover", on, part="new")
    yield step("2025-09-18 15:10", NORTH.who("sup-2"), "post.sign_handover", on, part="supervisor")


def _elected() -> Iterator[Step]:
    on = f"post/{CAME}/committee_member"
    yield step(
        "2025-10-27 10:00",
        REGISTRARS[0],
        "post.elect",
        on,
        holder=CAME,
        former=LEFT,
        post_role="committee_member",
        unit=NORTH.code,
        from_date="2025-10-27",
        until=TERM_ENDS,
        voters=3264,
        cast=2188,
        ayes=1976,
    )
    yield step("2025-10-27 11:00", REGISTRARS[1], "post.approve", on, approves=on)


def _not_apart() -> Iterator[Step]:
    yield step(
        "2025-05-20 09:45",
        f"{SOUTH.who('sup-3')}/holder",
        "post.declare_relation",
        f"post/{SOUTH.who('sup-3')}/supervisor",
        body="bookkeeping",
        related=True,
        relative=f"{SOUTH.name}报账员（示例）",
        relation="姐妹",
    )
    yield step(
        "2025-05-20 10:30",
        f"{NORTH.who('sup-1')}/holder",
        "post.declare_relation",
        f"post/{NORTH.who('sup-1')}/supervisor",
        body="committee",
        related=False,
    )
    yield step(
        "2026-05-07 11:20",
        "mediator-2/holder",
        "post.recuse",
        "post/mediator-2/mediator",
        matter="case/dispute-10002",
        text="当事人一方是我的表亲，申请回避。",
    )


chapter = Chapter(
    name="offices", zh="班子换届", steps=steps, units=UNITS, members=(*MEMBERS, *PEOPLE)
)
