"""Volunteer teams: how many members each has, and whether those are as many as rules ask for."""

from collections.abc import Iterator

from ledger.service.board import AND, Board, Called, Column, Desk, Line
from ledger.service.teams import teams


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each team that has members, by its code."""
    for team in teams(desk):
        yield {
            "unit": team.unit,
            "members": team.members,
            "asked": AND.join(bound.said for bound in team.bounds) or None,
            "too_few": not team.enough,
        }


board = Board(
    name="teams",
    zh="志愿服务队伍",
    en="Volunteer teams",
    columns=(
        Column(id="unit", zh="队伍", en="Team", form="unit"),
        Column(id="members", zh="队员", en="Members", form="count"),
        Column(id="asked", zh="应有人数", en="Asked for", form="count"),
        Column(id="too_few", zh="人数不足", en="Too few", form="mark"),
    ),
    names=("unit",),
    rows=rows,
    views={"teams": ()},
    notes=(
        Called(
            zh="应有人数由规则包的规则写明；人数不足的照常服务，在此列明，并计入指标核对。",
            en="How many there should be a rule of the packs says; a team of fewer serves as "
            "before, is told here and counted among the figures.",
        ),
    ),
    about=Called(
        zh="有哪些志愿队伍，各有多少人，够不够规定的人数。",
        en="Which volunteer teams there are, how many serve in each, and whether those are enough.",
    ),
    empty=Called(
        zh="还没有志愿队伍。队伍登记、有人加入后列在这里。",
        en="There is no team yet. Teams appear once they are established and joined.",
    ),
)
