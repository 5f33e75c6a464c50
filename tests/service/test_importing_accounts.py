"""Accounts and their lines as tables: what does not follow, or overlaps, is left out and told."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.service import office as setting_up
from ledger.service.acts.commands import parse_command
from ledger.service.imports.importable import importable_named
from ledger.service.imports.tables import csv_bytes, parse_table
from ledger.service.office import do
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
from tests.support.soundness import require_sound

__all__ = ["shared"]

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
        out = [row.cells for row in parse_table(plain_csv(got(shared, table)), columns)]
        assert out[-len(rows) :] == again
    assert put(shared, "account-lines", [LINE, *lines], by=by).known == len(lines)


def a_line(day: str, voucher: str, balance: str) -> list[str]:
    """Return a line of ten yuan of rent, and the balance it says there is after it."""
    amount = ["10", "", "", "", ""]
    return [UNIT, "集体资金", "", "", day, voucher, "资产租金", *amount, balance]


def test_lines_that_do_not_add_up_leave_the_whole_account_out(office: Office) -> None:
    staff = staffed(office)
    put(staff, "accounts", [FUND, [UNIT, "集体资金", "", "", "", "", "100", "2026-01"]])
    size = staff.size
    lines = [
        a_line("2026-01-05", number, balance)
        for number, balance in (("1", "110"), ("2", "121"), ("3", "131"))
    ]
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
