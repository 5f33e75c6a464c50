"""The supervision overview: what is missing, what waits, what changed, who may be in conflict.

For a supervision committee, and for anybody who wants to see what it sees: everything is made of
public members. The unit and the day are in the address; the lists it is made of are boards, whose
own pages filter and export them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby, islice
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.deps import LARGEST, AsOfText, Decimal, SurfaceDep, ViewerDep, begun_point
from api.pages.home import findings
from api.rights import AUDITOR, Viewer
from api.routes.boards import depends
from api.sight import Sight, page
from ledger.kernel.act import Act, AsOf
from ledger.service.board import Board, Desk, Glance
from ledger.service.boards.changes import MOST
from ledger.service.directory import posts_held, unit_as_of, units_by_code_at
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger
from ledger.service.reading.reviewed import reviewed, root_of
from ledger.service.reading.waiting import turn_of, waiting
from ledger.service.sheet import Sheet, boards_declared, lay_out

router = APIRouter()
MONTHS = 12
MOST_ENTRIES = 5_000
STREAMS_SHOWN = 12
GROUPS_SHOWN = 12
REVIEWS_SHOWN = 12
ROWS_SHOWN = 10
QUIET = (None, "", "agrees", False)
COMMITTEE = frozenset({"supervisor"})
CALM = frozenset({"on_time", "not_yet_due"})
WORST = ("missing", "late", "unknown", "withdrawn", "not_yet_due", "on_time")


@page(router, "/supervision", "supervision.html")
def supervision(
    surface: SurfaceDep,
    who: ViewerDep,
    unit: Annotated[str | None, Query(max_length=64)] = None,
    as_of: AsOfText = None,
    since: Annotated[int | None, Decimal, Query(ge=0, le=LARGEST)] = None,
) -> Sight:
    """What a supervision committee looks at, for a unit and those under it.

    Who sits in one, and names no unit, sees hers; an empty unit asks for all.
    """
    ledger = surface.ledger
    point = begun_point(ledger, as_of or None)
    own = own_unit(ledger, who) if unit is None else None
    place = unit_as_of(ledger, unit, point) if unit else own

    def data() -> dict[str, Any]:
        desk = Desk(ledger, point, place)
        hers = Setting(ledger, "account.confirm", who.actor) if who.actor and not as_of else None
        compliance = lay_out(desk, "compliance")
        signed = reviewed(ledger, place, point) if place else []
        last = max((each.size for each in signed), default=0)
        begin = last if since is None else since
        goes_on = place is not None and since is None
        changed = changes(ledger, desk, begin, point, oldest=goes_on)
        return {
            "point": point,
            "unit": place,
            "asked_unit": bool(unit),
            "own": place is not None and place == own,
            "as_of": as_of or "",
            "units": units_by_code_at(ledger, point),
            "matrix": matrix(compliance, desk.day),
            "words_of": compliance.words,
            "waiting": (queue := list(waiting(desk))),
            "turns": [turn_of(hers, each) for each in queue] if hers else [],
            "since": begin,
            "asked_since": since,
            "reviews": signed[::-1][:REVIEWS_SHOWN],
            "reviewed_to": last,
            "reviewable": reviewable(ledger, last, changed),
            "changes": changed,
            "findings": (found := findings(desk)),
            "answers": Counter(found["standings"]) if found else {},
            "glances": glances(desk),
            "may_copy": not who.roles.isdisjoint(AUDITOR.roles or ()),
        }

    parts = (*depends(ledger, "supervision", point, place), since, own)
    return Sight(depends=parts, point=point, data=data)


def own_unit(ledger: Ledger, who: Viewer) -> str | None:
    """Return the one unit in whose supervision committee somebody sits, None of several or none."""
    posts = posts_held(ledger, who.actor) if who.actor else ()
    units = {post.unit for post in posts if post.role in COMMITTEE}
    return units.pop() if len(units) == 1 else None


def glances(desk: Desk) -> list[dict[str, Any]]:
    """Return of each board that has a glance the rows that ask for a look, and why they do."""
    found = [(board, board.glance) for board in boards_declared().values() if board.glance]
    found.sort(key=lambda each: each[1].place)
    return [_few(lay_out(desk, board.name), board, at) for board, at in found]


def _few(sheet: Sheet, board: Board, glance: Glance) -> dict[str, Any]:
    rows = [row for row in sheet.rows if any(row.get(each) not in QUIET for each in glance.asks)]
    return {
        "glance": glance,
        "empty": board.empty,
        "sheet": sheet,
        "columns": [column for column in sheet.columns if column.id in glance.columns],
        "rows": rows[:ROWS_SHOWN],
        "count": len(rows),
    }


def matrix(sheet: Sheet, day: date) -> dict[str, Any]:
    """Return duties by unit and obligation, their outcomes by month of the last day, worst first.

    Months are those of the year before ``day`` and the one it is in. A line is ``calm`` of which
    all is in time; a phone folds those away.
    """
    months = _months(day)
    found: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = defaultdict(dict)
    for row in sheet.rows:
        month = str(row["due"])[:7]
        if month in months:
            cells = found[str(row["unit"]), str(row["obligation"])]
            cells.setdefault(month, []).append(row)
    lines = [
        {
            "unit": unit,
            "obligation": obligation,
            "cells": [_cell(cells.get(month, [])) for month in months],
            "tally": (tally := _tally(row for rows in cells.values() for row in rows)),
            "calm": tally.keys() <= CALM,
        }
        for (unit, obligation), cells in found.items()
    ]
    places = groupby(lines, key=lambda line: line["unit"])
    beyond = sum(str(row["due"])[:7] not in months for row in sheet.rows)
    return {
        "months": months,
        "places": [
            {"unit": unit, "lines": (held := list(each)), "calm": all(one["calm"] for one in held)}
            for unit, each in places
        ],
        "calm": sum(line["calm"] for line in lines),
        "tally": _tally(sheet.rows),
        "beyond": beyond,
    }


def _tally(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many rows there are of each outcome, the worst first."""
    found = Counter(str(row["verdict"]) for row in rows)
    return {verdict: found[verdict] for verdict in WORST if found[verdict]}


def _months(day: date) -> list[str]:
    last = day.year * 12 + day.month - 1
    return [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(last - MONTHS + 1, last + 1)]


def _cell(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not rows:
        return None
    worst = min((str(row["verdict"]) for row in rows), key=WORST.index)
    bad = sum(row["verdict"] == worst for row in rows)
    return {"verdict": worst, "count": bad, "of": len(rows)}


def reviewable(ledger: Ledger, last: int, changed: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the range that may be signed now: from the last one's end to where was looked.

    None if nothing is new, or what was looked at begins later: a review passes nothing over.
    """
    end = changed["until"]
    if not changed["looked"] <= last < end:
        return None
    return {"start": last, "size": end, "root": root_of(ledger, end)}


def changes(
    ledger: Ledger, desk: Desk, since: int, point: AsOf, *, oldest: bool = False
) -> dict[str, Any]:
    """Return what was recorded from ``since`` on: acts by type; streams, those alike together.

    At most ``MOST_ENTRIES`` are looked at, the newest or the ``oldest`` of them: those from
    ``looked`` (inclusive) to ``until`` (exclusive). The board of changes is led to from ``whole``
    on, or as much of it as that board reads.
    """
    since = min(since, point.size)
    begin = since if oldest else max(since, point.size - MOST_ENTRIES)
    end = min(begin + MOST_ENTRIES, point.size)
    acts = [
        act
        for act in ledger.known.streams.acts(begin, end - begin)
        if act.event.unit is None or desk.covers(act.event.unit)
    ]
    return {
        "looked": begin,
        "until": end,
        "whole": max(begin, point.size - MOST),
        "count": len(acts),
        "types": Counter(act.type for act in acts).most_common(),
        "groups": _groups(_streams(acts)),
    }


def _groups(streams: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return streams by what was done last in them and where, the newest first."""
    found: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for each in streams:
        found.setdefault((each["type"], each["unit"]), []).append(each)
    return [
        {"type": type_, "unit": unit, "count": len(held), "streams": held[:STREAMS_SHOWN]}
        for (type_, unit), held in islice(found.items(), GROUPS_SHOWN)
    ]


def _streams(acts: Iterable[Act]) -> list[dict[str, Any]]:
    """Return the streams acts came to, the newest change first, each with its last act."""
    newest: dict[str, dict[str, Any]] = {}
    for act in acts:
        told = newest.pop(act.stream, {"count": 0})
        newest[act.stream] = {
            "stream": act.stream,
            "unit": act.event.unit,
            "count": told["count"] + 1,
            "type": act.type,
            "index": act.index,
            "seq": act.seq,
            "recorded_at": act.recorded_at,
        }
    return list(newest.values())[::-1]
