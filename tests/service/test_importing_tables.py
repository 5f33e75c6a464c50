"""An office's tables: in once, out the same; what is wrong is named by row and column."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import StorageError
from ledger.rules.time import OccurredLater
from ledger.service.acts.commands import parse_command
from ledger.service.acts.submit import act
from ledger.service.directory import import_device
from ledger.service.imports import importing as importing_tables
from ledger.service.imports.importable import column_of, importable_named, importables
from ledger.service.imports.importing import export_rows
from ledger.service.imports.tables import csv_bytes, parse_table
from ledger.service.office import do
from ledger.service.reading.recorded import recorded
from tests.service.importing import (
    NAME,
    NUMBERS,
    UNIT,
    got,
    header,
    plain_csv,
    put,
    refusals,
    shared,
    staffed,
)
from tests.support.office import Office

__all__ = ["shared"]

# -- in and out ------------------------------------------------------------------------------

PROSE = st.text("会议记录=+-@'\n\t 1a", max_size=20).filter(lambda text: not text or text.strip())
DAY = st.dates().map(str)
MONTH = st.sampled_from(["2026-01", "2026-02"])


@st.composite
def unit_rows(draw: st.DrawFn) -> list[list[str]]:
    """Parents before children, codes of this example alone."""
    mark, rows = next(NUMBERS), []
    for number in range(draw(st.integers(1, 4))):
        parent = draw(st.sampled_from(["", *(row[0] for row in rows)]))
        regime = draw(st.sampled_from(["", "村民委员会组织法"]))
        rows.append([f"x{mark}.{number}", draw(NAME), "社区", parent, "2026-01-01", regime])
    return rows


@st.composite
def people_rows(draw: st.DrawFn) -> list[list[str]]:
    mark, rows = next(NUMBERS), []
    for number in range(draw(st.integers(1, 3))):
        posted = draw(st.booleans())
        term = ["登记员", "2026-01-01", draw(st.sampled_from(["", "2029-01-01"]))]
        rows.append([
            f"{draw(NAME)}{mark}.{number}", draw(st.sampled_from(["", "@1"])), draw(NAME), UNIT,
            *(term if posted else ["", "", ""]),
        ])  # fmt: skip
    return rows


@st.composite
def session_rows(draw: st.DrawFn) -> list[list[str]]:
    mark = next(NUMBERS)
    return [
        [
            UNIT, "会议", "2026-02-03", "2026-02", draw(st.sampled_from(["", "09:30"])), "", "12",
            draw(st.sampled_from(["", "40"])), draw(st.sampled_from(["", "形成决议"])),
            draw(st.sampled_from(["", "problems_solved=3"])), f"{draw(NAME)}{mark}.{number}",
            draw(NAME), draw(PROSE),
        ]
        for number in range(draw(st.integers(1, 3)))
    ]  # fmt: skip


@st.composite
def item_rows(draw: st.DrawFn) -> list[list[str]]:
    mark, rows = next(NUMBERS), []
    for number in range(draw(st.integers(1, 3))):
        fen = [draw(st.integers(0, 10**6)) for _ in range(3)]
        fen.append(fen[0] + fen[1] - fen[2])
        amounts = [str(each // 100) if each % 100 == 0 else f"{each / 100:.2f}" for each in fen]
        rows.append([
            UNIT, "居务：集体财务收支", draw(MONTH), f"{draw(NAME)}{mark}.{number}", *amounts, "",
            draw(PROSE), "",
        ])  # fmt: skip
    return rows


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("units", unit_rows()), ("people", people_rows()), ("sessions", session_rows()),
        ("disclosure-items", item_rows()),
    ],
)  # fmt: skip
def test_what_goes_in_comes_out_and_goes_in_no_more(
    shared: Office, name: str, rows: st.SearchStrategy[list[list[str]]]
) -> None:
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(rows)
    def goes(given_rows: list[list[str]]) -> None:
        before = len(got(shared, name))
        report = put(shared, name, [header(name), *given_rows])
        assert (refusals(report), report.added) == ([], len(given_rows))
        exported = got(shared, name)
        assert exported[0] == header(name)
        table = importable_named(name)
        again = parse_table(csv_bytes([header(name), *given_rows]), table.columns)
        out = [row.cells for row in parse_table(plain_csv(exported), table.columns)][before - 1 :]
        assert out == [row.cells for row in again]
        size = shared.size
        assert put(shared, name, [header(name), *given_rows]).known == len(given_rows)
        assert shared.size == size

    goes()


def test_what_was_corrected_comes_out_as_corrected_and_what_was_taken_back_does_not(
    office: Office,
) -> None:
    staff = staffed(office)
    of = [UNIT, "会议", "2026-02-03", "2026-02", "", "", "12", "", "", ""]
    put(staff, "sessions", [header("sessions"), [*of, "一", "", ""], [*of, "二", "", ""]])
    device = import_device(staff.ledger)
    first, second = (row.act.stream for row in recorded(staff.ledger, "session", "session.held.v1"))
    for name, stream, more in (
        ("session.correct", first, {"present": 13}), ("session.withdraw", second, {}),
    ):  # fmt: skip
        fields = {"stream": stream, "reason": "mistaken", **more}
        do(staff.ledger, device, parse_command(staff.ledger, name, fields))
    (left,) = got(staff, "sessions")[1:]
    assert (left[6], left[10]) == ("13", "一")


def test_what_the_ledger_was_told_twice_comes_out_twice_and_goes_in_no_more(office: Office) -> None:
    staff = staffed(office)
    device = import_device(staff.ledger)
    fields = {"unit": staff.unit, "code": "meeting", "present": 12, "title": "例会"}
    for _ in range(2):
        do(staff.ledger, device, parse_command(staff.ledger, "session.hold", fields))
    (head, *rows), size = got(staff, "sessions"), staff.size
    assert rows[0] == rows[1]
    report = put(staff, "sessions", [head, *rows])
    assert (report.known, refusals(report), staff.size) == (2, [], size)
    third = put(staff, "sessions", [head, *rows, rows[0]])
    assert [code for _, _, code in refusals(third)] == ["import.row_repeated"] * 3


# -- what is wrong ---------------------------------------------------------------------------

UNITS = ["单位代码", "单位名称", "层级", "上级单位代码", "生效日期"]


def test_a_repeated_code_leaves_both_rows_out(shared: Office) -> None:
    size = shared.size
    rows = [
        ["dup", "甲", "社区", "", ""],
        ["dup", "乙", "社区", "", ""],
        ["ok1", "丙", "社区", "", ""],
    ]
    report = put(shared, "units", [UNITS, *rows])
    assert refusals(report) == [(2, "", "import.row_repeated"), (3, "", "import.row_repeated")]
    assert (report.added, shared.size) == (1, size + 1)
    assert report.faults[0].why.facts["row"] == 3


def test_a_code_repeated_by_a_row_that_cannot_be_read_is_repeated_all_the_same(
    shared: Office,
) -> None:
    rows = [["rep", "甲", "社区", "", ""], ["rep", "乙", "星球", "", ""]]
    report = put(shared, "units", [UNITS, *rows])
    assert refusals(report) == [(2, "", "import.row_repeated"), (3, "level", "import.word_unknown")]


def test_a_unit_without_its_parent_is_left_out_with_all_below_it(shared: Office) -> None:
    rows = [["m1", "甲", "社区", "nowhere", ""], ["m2", "乙", "网格", "m1", ""]]
    for trial in (True, False):
        report = put(shared, "units", [UNITS, *rows], dry_run=trial)
        assert refusals(report) == [
            (2, "parent", "import.unit_missing"), (3, "parent", "import.unit_missing"),
        ]  # fmt: skip


def test_units_in_a_circle_are_told(shared: Office) -> None:
    rows = [
        ["c1", "甲", "社区", "c2", ""],
        ["c2", "乙", "社区", "c1", ""],
        ["c3", "丙", "网格", "c2", ""],
    ]
    report = put(shared, "units", [UNITS, *rows])
    assert refusals(report) == [
        (2, "parent", "import.units_in_circle"), (3, "parent", "import.units_in_circle"),
        (4, "parent", "import.unit_missing"),
    ]  # fmt: skip
    assert report.faults[0].why.facts["units"] == "c1 → c2 → c1"


def test_a_known_unit_of_another_name_is_never_overwritten(shared: Office) -> None:
    put(shared, "units", [UNITS, ["k1", "甲", "社区", "", "2026-01-01"]])
    size = shared.size
    report = put(shared, "units", [UNITS, ["k1", "乙", "网格", "", "2026-01-01"]])
    assert refusals(report) == [(2, "", "import.differs_from_ledger")]
    assert (report.faults[0].why.facts["columns"], shared.size) == ("单位名称、层级", size)


def test_a_level_nobody_knows_is_refused_with_those_there_are(shared: Office) -> None:
    report = put(shared, "units", [UNITS, ["w1", "甲", "星球", "", ""]])
    assert refusals(report) == [(2, "level", "import.word_unknown")]
    assert "社区" in str(report.faults[0].why.facts["known"])


def test_every_cell_that_cannot_be_read_is_told(shared: Office) -> None:
    report = put(shared, "units", [UNITS, ["e1", "", "社区", "", "不知道"]])
    assert refusals(report) == [
        (2, "name", "import.cell_missing"), (2, "since", "import.cell_unreadable"),
    ]  # fmt: skip


def test_a_namesake_without_a_number_is_not_guessed_at(shared: Office) -> None:
    rows = [
        header("people"),
        ["同名", "", "", UNIT, "", "", ""],
        ["同名", "2", "", UNIT, "", "", ""],
    ]
    assert refusals(put(shared, "people", rows)) == [(3, "", "import.person_ambiguous")]
    two = [
        header("people"),
        ["双名", "1", "", UNIT, "", "", ""],
        ["双名", "2", "", UNIT, "", "", ""],
    ]
    assert refusals(put(shared, "people", two)) == []


def test_a_person_in_two_posts_is_registered_once(shared: Office) -> None:
    rows = [
        header("people"),
        *(["两岗", "", "", UNIT, role, "2026-01-01", ""] for role in ("登记员", "importer")),
    ]
    rows[2][4] = "核查员"
    report = put(shared, "people", rows)
    assert (refusals(report), report.entries) == ([], 3)


def test_a_closing_balance_that_does_not_add_up_is_told_by_row(shared: Office) -> None:
    row = [UNIT, "居务：集体财务收支", "2026-01", "不平", "100", "50", "20", "131", "", "", ""]
    report = put(shared, "disclosure-items", [header("disclosure-items"), row])
    assert refusals(report) == [(2, "closing", "import.closing_differs")]
    assert str(report.faults[0].why.facts["due"]) == "130"


def test_who_may_not_record_a_table_records_none_of_it(shared: Office) -> None:
    size = shared.size
    clerk = shared.hands["intake_clerk"]
    report = put(shared, "units", [UNITS, ["n1", "甲", "社区", UNIT, ""]], by=clerk)
    assert refusals(report) == [(2, "", "authority.role_not_allowed")]
    assert shared.size == size


def test_every_table_can_be_written_before_anything_is_in_it(shared: Office) -> None:
    for name in importables():
        assert next(iter(export_rows(shared.ledger, importable_named(name)))) == header(name)


def test_a_run_that_broke_off_is_finished_by_the_next(office: Office, monkeypatch) -> None:
    rows = [UNITS, *([f"b{n}", f"单位{n}", "社区", "", "2026-01-01"] for n in range(4))]
    done = []

    def breaks(*args: object, **more: object) -> object:
        if len(done) == 2:
            raise StorageError(why="the disk is full")
        done.append(args)
        return act(*args, **more)

    monkeypatch.setattr(importing_tables, "act", breaks)
    with pytest.raises(StorageError):
        put(office, "units", rows)
    monkeypatch.undo()
    report = put(office, "units", rows)
    assert (report.known, report.added, refusals(report)) == (2, 2, [])


def test_a_row_dated_later_than_it_is_signed_is_pointed_out_at_its_day() -> None:
    assert column_of(importable_named("sessions"), OccurredLater()) == "day"
