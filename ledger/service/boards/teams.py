"""Volunteer teams: how many members each has. Whether that is enough, local rules say."""

from collections.abc import Iterator

from ledger.service.board import Board, Called, Column, Desk, Line

VIEW = "teams"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each team that has members, by its code."""
    counted = desk.store(VIEW).count(desk.point, by=("unit",))
    found = {str(unit): members for (unit,), members in counted.items()}
    for unit in sorted(found, key=desk.order):
        if desk.covers(unit):
            yield {"unit": unit, "members": found[unit]}


board = Board(
    name="teams",
    zh="志愿服务队伍",
    en="Volunteer teams",
    columns=(
        Column(id="unit", zh="队伍", en="Team", form="unit"),
        Column(id="members", zh="队员", en="Members", form="count"),
    ),
    names=("unit",),
    rows=rows,
    about=Called(
        zh="有哪些志愿队伍，各有多少人。",
        en="Which volunteer teams there are, and how many serve in each.",
    ),
    empty=Called(
        zh="还没有志愿队伍。队伍登记、有人加入后列在这里。",
        en="There is no team yet. Teams appear once they are established and joined.",
    ),
)
