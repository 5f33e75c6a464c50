"""Volunteers: hours, stars, vests; a masked name only where she consented, else none."""

from collections.abc import Iterator
from typing import cast

from ledger.projections.volunteers import VolunteerRow
from ledger.service.board import Board, Called, Column, Desk, Line
from ledger.service.reading.naming import names

VIEW = "volunteers"


def rows(desk: Desk) -> Iterator[Line]:
    """Yield one line for each account with minutes, open or closed, most hours first."""
    found = cast("list[VolunteerRow]", list(desk.rows(VIEW, "account", **MINUTES)))
    named = names(desk.ledger, found)
    for row in sorted(found, key=lambda row: (desk.order(row.unit), -row.balance, row.account)):
        yield {
            "unit": row.unit,
            "name": named.get(row.account),
            "minutes": row.balance,
            "services": row.services,
            "stars": row.stars,
            "vest": row.vest,
            "teams": row.teams,
            "flagged": row.flagged,
            "account": row.account,
        }


MINUTES = {"kind": "volunteer_hours"}

board = Board(
    name="volunteers",
    zh="志愿服务",
    en="Volunteers",
    columns=(
        Column(id="unit", zh="单位", en="Unit", form="unit"),
        Column(id="name", zh="姓名", en="Name"),
        Column(id="minutes", zh="时长（小时）", en="Hours", form="minutes"),
        Column(id="services", zh="服务次数", en="Services", form="count"),
        Column(id="stars", zh="星级", en="Stars", form="count"),
        Column(id="vest", zh="马甲", en="Vest", form="code", words="vest"),
        Column(id="teams", zh="所在队伍", en="Teams", form="count"),
        Column(id="flagged", zh="待核提示", en="Marked", form="count"),
        Column(id="account", zh="账户", en="Account", form="stream"),
    ),
    names=("account",),
    headed=("name",),
    rows=rows,
    views={VIEW: ()},
    notes=(
        Called(
            zh="姓名须经本人同意才显示，并隐去名字，其余不列姓名；撤回同意后，任何时点都不再显示。",
            en="Names are shown by consent alone and masked; others have none. Once consent is "
            "withdrawn, the name is shown at no time at all.",
        ),
    ),
    about=Called(
        zh="志愿服务了多少小时，得了什么马甲和证书。",
        en="Hours served, vests and certificates earned.",
    ),
    empty=Called(
        zh="还没有志愿者账户。志愿者开户、服务时长经两人确认后，列在这里；不同意公开姓名的只列编号。",
        en="There is no volunteer account yet. Hours appear once confirmed by two "
        "people; names only by consent.",
    ),
)
