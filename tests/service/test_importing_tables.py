"""An office's tables: in once, out the same; what is wrong is named by row and column."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import StorageError
from ledger.rules.time import OccurredLater
from ledger.service import office as setting_up
from ledger.service.acts.commands import parse_command
from ledger.service.acts.submit import act
from ledger.service.directory import import_device
from ledger.service.imports import importing as importing_tables
from ledger.service.imports.importable import column_of, importable_named, importables
from ledger.service.imports.importing import Report, export_rows, import_table
from ledger.service.imports.tables import csv_bytes, parse_table
from ledger.service.office import Hand, do, hand
from ledger.service.reading.recorded import recorded
from tests.service.test_importing import install
from tests.support.office import Office, copied
from tests.support.soundness import require_sound
from tests.support.trust import a_key

NUMBERS = count(1)
UNIT = "520602001"


def staffed(office: Office) -> Office:
    """Give an office an import device, an accountant and a claims clerk."""
    install(office)
    hands = dict(office.hands)
    for role in ("accountant", "claims_clerk", "volunteer_clerk"):
        holder = setting_up.register(
            office.ledger, office.registrars[0], f"职员{role}", office.unit
        )
        key = a_key(role)
        setting_up.enrol(office.ledger, office.registrars[0], holder, key, "file")
        setting_up.appoint(office.ledger, office.registrars, holder, role, office.unit)
        hands[role] = hand(holder, role, key)
    return office._replace(hands=hands)


@pytest.fixture(scope="module")
def shared(founded: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all examples of this file; each uses names of its own."""
    made = staffed(copied(founded, tmp_path_factory.mktemp("tables") / "home"))
    yield made
    made.ledger.close()


def signer(office: Office, name: str) -> Hand:
    table = importable_named(name)
    if table.by_device:
        return import_device(office.ledger)
    if table.role == "registrar":
        return office.registrars[0]
    return office.hands["claims_clerk" if name == "account-lines" else "accountant"]


def put(office: Office, name: str, rows: Sequence[Sequence[object]], **more: bool) -> Report:
    """Import rows given with their header, as CSV."""
    table = importable_named(name)
    raw = parse_table(csv_bytes(rows), table.columns)
    by = more.pop("by", None) or signer(office, name)
    return import_table(office.ledger, table, raw, by, **more)


def got(office: Office, name: str) -> list[list[str]]:
    """Return what an export writes, read back as plain CSV."""
    data = csv_bytes(export_rows(office.ledger, importable_named(name)))
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def header(name: str) -> list[str]:
    return [column.zh for column in importable_named(name).columns]


def refusals(report: Report) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.why.code) for fault in report.faults]


# -- in and out ------------------------------------------------------------------------------

NAME = st.text("王李张示例甲乙丙=+-@' 1", min_size=1, max_size=8).map(str.strip).filter(bool)
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
        out = [row.cells for row in parse_table(_plain(exported), table.columns)][before - 1 :]
        assert out == [row.cells for row in again]
        size = shared.size
        assert put(shared, name, [header(name), *given_rows]).known == len(given_rows)
        assert shared.size == size

    goes()


def _plain(rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


FUND = [
    "单位代码",
    "账户类型",
    "户主姓名",
    "证件号码",
    "联系方式",
    "志愿者类别",
    "期初余额",
    "起始期间",
]
LINE = ["单位代码", "账户类型", "户主姓名", "证件号码", "日期", "凭证号", "用途", "收入", "支出",
        "开始时间", "收付款人", "摘要", "余额"]  # fmt: skip


def test_a_fund_and_its_vouchers_go_in_and_come_out(office: Office) -> None:
    staff = staffed(office)
    fund = [UNIT, "集体资金", "", "", "", "", "1000.50", "2026-01"]
    of = [UNIT, "集体资金", "", ""]
    lines = [
        [*of, "2026-01-05", "1", "资产租金", "200", "", "", "某公司", "一月租金", "1200.50"],
        [*of, "2026-01-06", "2", "办公支出", "", "0.50", "", "", "=纸", "1200"],
    ]
    assert refusals(put(staff, "accounts", [FUND, fund])) == []
    assert refusals(put(staff, "account-lines", [LINE, *lines])) == []
    assert got(staff, "accounts")[1:] == [fund]
    assert got(staff, "account-lines")[1:] == [lines[0], [*lines[1][:11], "'=纸", "1200"]]
    assert put(staff, "account-lines", [LINE, *lines]).known == 2
    staff.ledger.close()
    require_sound(staff.path, rules=True)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 600), st.booleans(), NAME), min_size=1, max_size=4), NAME)
def test_hours_of_a_volunteer_go_in_and_come_out(
    shared: Office, served: list[tuple[int, bool, str]], name: str
) -> None:
    whose, by = (
        [UNIT, "志愿服务时长", f"{name}{next(NUMBERS)}", ""],
        shared.hands["volunteer_clerk"],
    )
    account = [*whose, "13800000000", "居民", "", ""]
    assert refusals(put(shared, "accounts", [FUND, account], by=by)) == []
    lines, sum_ = [], 0
    for day, (minutes, numbered, said) in enumerate(served, start=1):
        sum_ += minutes
        voucher = f"@{day}" if numbered else ""
        lines.append([
            *whose, f"2026-01-{day:02}", voucher, "平安", str(minutes), "", "09:30", "", said,
            str(sum_),
        ])  # fmt: skip
    assert refusals(put(shared, "account-lines", [LINE, *lines], by=by)) == []
    for table, rows in (("accounts", [account]), ("account-lines", lines)):
        columns = importable_named(table).columns
        again = [row.cells for row in parse_table(csv_bytes([header(table), *rows]), columns)]
        out = [row.cells for row in parse_table(_plain(got(shared, table)), columns)]
        assert out[-len(rows) :] == again
    assert put(shared, "account-lines", [LINE, *lines], by=by).known == len(lines)


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


def test_nobody_is_guessed_of_two_whom_nothing_tells_apart(office: Office) -> None:
    staff = staffed(office)
    for _ in range(2):
        setting_up.register(staff.ledger, staff.registrars[0], "重名", staff.unit)
    post = ["重名", "", "", UNIT, "登记员", "2026-01-01", ""]
    assert refusals(put(staff, "people", [header("people"), post])) == [
        (2, "", "import.person_ambiguous")
    ]
    by = staff.hands["volunteer_clerk"]
    fields = {"unit": staff.unit, "kind": "volunteer_hours", "category": "resident"}
    for _ in range(2):
        opened = parse_command(staff.ledger, "account.open", fields | {"full_name": "重名"})
        do(staff.ledger, by, opened)
    line = [
        UNIT,
        "志愿服务时长",
        "重名",
        "",
        "2026-01-05",
        "",
        "平安",
        "5",
        "",
        "09:00",
        "",
        "",
        "",
    ]
    assert refusals(put(staff, "account-lines", [LINE, line], by=by)) == [
        (2, "", "import.account_shared")
    ]


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


def test_lines_that_do_not_add_up_leave_the_whole_account_out(office: Office) -> None:
    staff = staffed(office)
    put(staff, "accounts", [FUND, [UNIT, "集体资金", "", "", "", "", "100", "2026-01"]])
    size = staff.size

    def a_line(voucher: str, amount: str, balance: str) -> list[str]:
        return [
            UNIT,
            "集体资金",
            "",
            "",
            "2026-01-05",
            voucher,
            "资产租金",
            amount,
            "",
            "",
            "",
            "",
            balance,
        ]

    lines = [a_line("1", "10", "110"), a_line("2", "10", "121"), a_line("3", "10", "131")]
    report = put(staff, "account-lines", [LINE, *lines])
    assert refusals(report) == [
        (2, "", "import.left_out_with"), (3, "balance", "import.closing_differs"),
        (4, "", "import.left_out_with"),
    ]  # fmt: skip
    assert staff.size == size


def test_a_first_line_must_follow_from_what_the_ledger_holds_of_earlier_days(
    office: Office,
) -> None:
    staff = staffed(office)
    put(staff, "accounts", [FUND, [UNIT, "集体资金", "", "", "", "", "100", "2026-01"]])

    def a_line(day: str, voucher: str, balance: str) -> list[str]:
        amount = ["10", "", "", "", ""]
        return [UNIT, "集体资金", "", "", day, voucher, "资产租金", *amount, balance]

    january = [LINE, a_line("2026-01-05", "1", "110"), a_line("2026-01-09", "2", "120")]
    assert refusals(put(staff, "account-lines", january)) == []
    size = staff.size
    wrong = [LINE, a_line("2026-02-05", "3", "131"), a_line("2026-02-09", "4", "141")]
    report = put(staff, "account-lines", wrong)
    assert refusals(report) == [
        (2, "balance", "import.closing_differs"), (3, "", "import.left_out_with"),
    ]  # fmt: skip
    assert str(report.faults[0].why.facts["due"]) == "130"
    assert staff.size == size
    assert put(staff, "account-lines", january).known == 2, "what is known is passed over"
    late = [LINE, a_line("2026-01-05", "5", "777")]
    assert refusals(put(staff, "account-lines", late)) == [], "of one day nobody knows the order"
    february = [LINE, a_line("2026-02-05", "3", "140"), a_line("2026-02-09", "4", "150")]
    assert refusals(put(staff, "account-lines", february)) == []


def test_hours_that_overlap_are_refused_both(office: Office) -> None:
    staff = staffed(office)
    account = [UNIT, "志愿服务时长", "志愿者甲", "", "", "居民", "", ""]
    by = staff.hands["volunteer_clerk"]
    assert refusals(put(staff, "accounts", [FUND, account], by=by)) == []

    def served(start: str, minutes: str, day: str = "2026-01-05") -> list[str]:
        who = [UNIT, "志愿服务时长", "志愿者甲", ""]
        return [*who, day, "", "平安", minutes, "", start, "", "", ""]

    lines = [
        served("09:00", "60"),
        served("09:59", "10"),
        served("10:00", "30"),
        served("09:00", "60", "2026-01-06"),
    ]
    lines[2][9] = "10:30"
    report = put(staff, "account-lines", [LINE, *lines], by=by)
    assert refusals(report) == [
        (2, "start", "import.hours_overlap"),
        (3, "start", "import.hours_overlap"),
    ]
    assert report.added == 2
    again = put(staff, "account-lines", [LINE, served("10:40", "5")], by=by)
    assert refusals(again) == [(2, "", "account.hours_overlap")]


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
