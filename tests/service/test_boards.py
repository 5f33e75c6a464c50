"""Boards are found, not listed; each fills its columns, for a unit and those under it."""

import pytest

from ledger.aggregates.case.commands import Accept, Withdraw
from ledger.aggregates.session.commands import Hold, Plan, RaiseProblem
from ledger.service.ledger import as_of
from ledger.service.office import Hand, appoint, do, enrol, establish, hand, register
from ledger.service.sheet import BoardUnknown, boards_declared, make_sheet
from tests.support.office import Office
from tests.support.trust import a_key


def sheet(office: Office, name: str, **asked):
    office.ledger.follower.catch_up()
    unit = asked.pop("unit", None)
    return make_sheet(office.ledger, name, as_of(office.ledger, **asked), unit)


def staffed(office: Office, role: str, label: str = "") -> Hand:
    """Return a new office-holder of the office's unit in a role, with a key of her own."""
    holder = register(office.ledger, office.registrars[0], f"{role} {label}", office.unit)
    key = a_key(f"board {role} {label}")
    enrol(office.ledger, office.registrars[0], holder, key, "file")
    appoint(office.ledger, office.registrars, holder, role, office.unit)
    return hand(holder, role, key)


@pytest.mark.parametrize("name", list(boards_declared()))
def test_every_board_is_called_in_two_languages_and_fills_its_columns(office, name):
    office.a_case()
    board = boards_declared()[name]
    assert board.name == name
    for said in (board, *board.columns, *board.notes):
        assert said.zh
        assert said.en
    ids = [column.id for column in board.columns]
    assert len(set(ids)) == len(ids)
    assert {*board.headed, *board.listed, *([board.by] if board.by else [])} <= set(ids)
    for row in sheet(office, name).rows:
        assert set(ids) <= set(row)


def test_what_boards_tell_as_news_are_acts_of_theirs_and_members_of_a_view(office):
    types = {name.rpartition(".v")[0] for name in office.ledger.registry.types}
    telling = [board for board in boards_declared().values() if board.news is not None]
    assert {board.of for board in telling} == {"case", "decision", "disclosure_item", "session"}
    for board in telling:
        assert {f"{board.of}.{fact}" for fact in board.news.facts} <= types
        view = office.ledger.views[board.news.view].view
        assert board.of in view.reads
        assert {"unit", board.news.code} <= set(view.row.__struct_fields__)


def test_an_unknown_board_is_refused_with_those_there_are(office):
    with pytest.raises(BoardUnknown) as refused:
        sheet(office, "rumours")
    assert "cases" in refused.value.text("zh")


def test_cases_add_up_and_name_their_kinds_from_the_packs(office):
    for _ in range(3):
        office.a_case()
    stream = office.a_case()
    clerk = office.hands["intake_clerk"]
    do(office.ledger, clerk, Withdraw(stream=stream, reason="by_reporter"))
    (row,) = sheet(office, "cases").rows
    assert (row["received"], row["open"], row["closed"], row["overdue"]) == (4, 3, 1, 0)
    named = sheet(office, "cases").words
    assert named["kind"]["request"].zh == "诉求"
    assert named["unit"][office.unit].zh.startswith("520602001")


def test_what_a_meeting_resolved_is_followed_to_the_end_of_its_case(office):
    clerk = staffed(office, "session_clerk")
    meeting = Hold(unit=office.unit, code="meeting", present=6, title="联席会议")
    stream = do(office.ledger, clerk, meeting).entries[0].stream
    first, second = office.a_case(), office.a_case()
    for case in (first, second, first, None):
        do(office.ledger, clerk, RaiseProblem(stream=stream, text="路灯不亮", case=case))
    before = office.size
    intake = office.hands["intake_clerk"]
    do(office.ledger, intake, Withdraw(stream=first, reason="by_reporter"))
    told = [
        [
            (row["problems"], row["arisen"], row["ended"])
            for row in sheet(office, "calendar", size=n).rows
        ]
        for n in (before, office.size)
    ]
    assert told == [[(4, 2, 0)], [(4, 2, 1)]]


def test_a_case_is_overdue_on_the_day_after_its_term_and_not_before(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    size = office.size
    day = 86_400_000
    late = [
        sheet(office, "cases", size=size, at=office.clock.now_ms() + days * day).rows[0]["overdue"]
        for days in range(40)
    ]
    assert late[0] == 0
    assert late[-1] == 1
    assert sorted(late) == late


def test_a_unit_shows_those_under_it_and_no_others(office):
    below = establish(
        office.ledger, office.registrars[0], "520602001001", name="网格", level="grid",
        parent=office.unit,
    )  # fmt: skip
    other = establish(office.ledger, office.registrars[0], "9", name="别处", level="street")
    do(office.ledger, office.hands["intake_clerk"], office.receive(unit=below))
    assert [row["unit"] for row in sheet(office, "cases", unit=office.unit).rows] == [below]
    assert sheet(office, "cases", unit=other).rows == ()


def test_yesterday_s_board_does_not_change(office):
    office.a_case()
    before = sheet(office, "cases", size=office.size)
    office.a_case()
    assert sheet(office, "cases", size=before.as_of.size, at=before.as_of.at) == before


def test_the_calendar_shows_what_is_planned_and_what_was_held(office):
    clerk = staffed(office, "session_clerk")
    planned = Plan(unit=office.unit, code="meeting", day="2026-03-20", title="不公开的议题")
    do(office.ledger, clerk, planned)
    held = Hold(unit=office.unit, code="sweep", present=6, text="不公开的记录")
    do(office.ledger, clerk, held)
    found = sheet(office, "calendar")
    assert [(row["day"], row["code"], row["standing"]) for row in found.rows] == [
        ("2026-03-20", "meeting", "planned"),
        ("2026-03-02", "sweep", "held"),
    ]
    assert found.words["code"]["sweep"].zh == "矛盾纠纷排查"
    assert found.words["standing"]["held"].zh == "已举行"
    assert "不公开" not in str(found)
