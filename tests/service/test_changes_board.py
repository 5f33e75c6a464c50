"""Changes: what came after a size, by stream, for a unit; a stretch too long is refused."""

from datetime import timedelta

import pytest

from ledger.aggregates.case.commands import Accept, Refuse
from ledger.kernel.act import AsOf
from ledger.rules.time import day_ends, local_date
from ledger.service.boards import changes
from ledger.service.boards.changes import StretchTooLong
from ledger.service.office import do, establish
from ledger.service.sheet import make_sheet
from tests.service.communities import DAY, board
from tests.support.office import Office


def test_each_stream_that_changed_is_a_line_with_what_came_to_it(office: Office):
    old = office.a_case()
    since = office.size
    clerk = office.hands["intake_clerk"]
    do(office.ledger, clerk, Accept(stream=old))
    new = office.a_case()
    do(office.ledger, clerk, Refuse(stream=new, reason="not_ours", text="不属本街道"))
    first, second = board(office, "changes", after=since).rows
    assert (first["record"], first["begun"], first["entries"]) == (new, True, 2)
    assert first["acts"] == "case.received.v1 case.refused.v1"
    assert (second["record"], second["begun"], second["acts"]) == (old, False, "case.accepted.v1")
    assert (first["first"], first["last"]) == (since + 1, since + 2)
    then = board(office, "changes", after=since, size=since + 1).rows
    assert [row["record"] for row in then] == [old]
    assert board(office, "changes", after=office.size).rows == ()


def test_a_unit_shows_its_own_and_the_log_s_acts_show_where_none_is_asked(office: Office):
    since = office.size
    other = establish(office.ledger, office.registrars[0], "9", name="别处", level="street")
    office.a_case()
    mine = board(office, "changes", after=since).rows
    assert [row["unit"] for row in mine] == [office.unit]
    assert [row["unit"] for row in board(office, "changes", other, after=since).rows] == [other]


def test_without_a_size_it_is_the_last_thirty_days(office: Office):
    old = office.a_case()
    office.clock.wait(31 * DAY)
    new = office.a_case()
    found = [row["record"] for row in board(office, "changes").rows]
    assert new in found
    assert old not in found


def test_the_last_thirty_days_are_whole_ones(office: Office):
    """Within a day nothing changes without an entry: the page's entity tag names the day alone."""
    case = office.a_case()
    index, at = office.size - 1, office.ledger.recorder.recorded_at(office.size - 1)
    last = day_ends(local_date(at // 1000) + 29 * timedelta(days=1)) - 1

    def listed(by: int) -> bool:
        rows = make_sheet(office.ledger, "changes", AsOf(size=index + 1, at=by)).rows
        return case in {row["record"] for row in rows}

    assert [listed(last), listed(last + 1)] == [True, False]


def test_a_stretch_too_long_says_from_where_to_ask(office: Office, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 3)
    for _ in range(4):
        office.a_case()
    assert len(board(office, "changes").rows) <= 3
    with pytest.raises(StretchTooLong) as refused:
        board(office, "changes", after=0)
    assert refused.value.facts["least"] == office.size - 3
