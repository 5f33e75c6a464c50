"""The compliance matrix of a real ledger: a pack adopted, sessions held, time passing."""

from collections import Counter

import pytest

from ledger.aggregates.decision.commands import Propose
from ledger.aggregates.pack import AdoptPack, ApprovePack
from ledger.aggregates.session.commands import Hold, Withdraw
from ledger.aggregates.unit import SwitchMode
from ledger.kernel.act import AsOf
from ledger.rules.packs.pack import digest_of
from ledger.service import compliance
from ledger.service import office as setting_up
from ledger.service.ledger import as_of
from ledger.service.office import do
from ledger.service.sheet import make_sheet
from tests.service.test_boards import staffed
from tests.support.office import Office

DAY = 86_400_000
EMPTY_WEEK = ("2026-W10", "missing", "2026-03-08")


@pytest.fixture
def district(office: Office) -> Office:
    """The office on Monday 2 March 2026, as a community of the district, its clerk in post."""
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    unit = setting_up.establish(
        office.ledger, office.registrars[0], "520602001001", name="社区", level="community"
    )
    office = office._replace(unit=unit)
    office.hands["session_clerk"] = staffed(office, "session_clerk")
    return office


def lines(office: Office, obligation: str, point: AsOf | None = None, **asked):
    office.ledger.follower.catch_up()
    point = point or as_of(office.ledger, **asked)
    sheet = make_sheet(office.ledger, "compliance", point, office.unit)
    assert {row["unit"] for row in sheet.rows} <= {office.unit}
    found = [row for row in sheet.rows if row["obligation"] == obligation]
    return [(row["period"], row["verdict"], row["due"]) for row in found]


def sheet_of(office: Office):
    office.ledger.follower.catch_up()
    return make_sheet(office.ledger, "compliance", as_of(office.ledger), office.unit)


def hold(office: Office, code: str, **members):
    command = Hold(unit=office.unit, code=code, present=12, **members)
    return do(office.ledger, office.hands["session_clerk"], command).entries[0].stream


def test_nothing_is_owed_for_what_had_begun_before_the_office_did(district):
    # The office begins on a Monday: its week is the first period that is wholly its own.
    assert lines(district, "law_class") == [("2026-W10", "not_yet_due", "2026-03-08")]
    assert lines(district, "finance") == []


def test_a_class_of_every_week_is_on_time_and_the_week_without_one_is_missing(district):
    district.clock.wait(8 * DAY)  # Tuesday of week 11
    hold(district, "law_class")
    assert lines(district, "law_class") == [EMPTY_WEEK, ("2026-W11", "on_time", "2026-03-15")]
    district.clock.wait(14 * DAY)  # Tuesday of week 13
    assert lines(district, "law_class") == [
        EMPTY_WEEK,
        ("2026-W11", "on_time", "2026-03-15"),
        ("2026-W12", "missing", "2026-03-22"),
        ("2026-W13", "not_yet_due", "2026-03-29"),
    ]


def test_finance_nobody_published_is_missing_from_the_day_after_it_was_due(district):
    district.clock.wait(70 * DAY)  # 11 May; 10 May was a Sunday
    assert lines(district, "finance")[0] == ("2026-04", "not_yet_due", "2026-05-11")
    district.clock.wait(DAY)
    assert lines(district, "finance")[0] == ("2026-04", "missing", "2026-05-11")


def test_what_was_taken_back_is_told_and_as_of_then_it_still_stood(district):
    district.clock.wait(8 * DAY)
    stream = hold(district, "law_class")
    before = as_of(district.ledger)
    district.clock.wait(DAY)
    taken = Withdraw(stream=stream, reason="mistaken")
    do(district.ledger, district.hands["session_clerk"], taken)
    assert lines(district, "law_class")[1:] == [("2026-W11", "withdrawn", "2026-03-15")]
    assert lines(district, "law_class", before)[1:] == [("2026-W11", "on_time", "2026-03-15")]
    earlier = AsOf(size=before.size - 1, at=before.at)
    assert lines(district, "law_class", earlier)[1:] == [("2026-W11", "not_yet_due", "2026-03-15")]


def test_a_decision_put_up_and_not_taken_is_named_beside_the_duty_it_does_not_meet(district):
    clerk = staffed(district, "decision_clerk")
    proposed = Propose(
        unit=district.unit, code="moral_review", period="2026Q2", title="评议", adult=True
    )
    stream = do(district.ledger, clerk, proposed).entries[0].stream
    district.clock.wait(130 * DAY)
    (row,) = (
        row
        for row in sheet_of(district).rows
        if (row["obligation"], row["period"]) == ("moral_review", "2026Q2")
    )
    assert (row["verdict"], row["record"], row["begun"]) == ("missing", None, stream)


def test_many_units_are_read_otherwise_than_few_and_say_the_same(district, monkeypatch):
    hold(district, "law_class")
    district.clock.wait(200 * DAY)
    few = sheet_of(district)
    monkeypatch.setattr(compliance, "MANY", 0)
    assert sheet_of(district).rows == few.rows
    assert Counter(row["verdict"] for row in few.rows)["on_time"] == 1


PATROLS = """[[obligation]]
id = "patrol"
zh = "应急巡查"
en = "Emergency patrol"
rule = "urban.disclosure"
levels = ["community"]
every = "day"
times = 2
mode = "emergency"
satisfied_by = { session = "patrol" }
from = 2026-01-01
"""


def test_patrols_are_owed_while_the_street_is_in_an_emergency(office):
    ledger = office.ledger
    street, registrars = office.unit, office.registrars
    below = [setting_up.keep_shipped(ledger, name) for name in ("cn-law", "cn-base")]
    head = 'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    files = {"pack.toml": head.encode(), "obligations.toml": PATROLS.encode()}
    digest = digest_of(files)
    ledger.home.keep_pack(digest, files)
    command = AdoptPack(
        pack="local@1", digest=digest, extends=tuple(below), effective_from="2026-03-02"
    )
    proposal = do(ledger, registrars[0], command).entries[0]
    approval = ApprovePack(stream=proposal.stream, approves=proposal.digest)
    do(ledger, registrars[1], approval)
    unit = setting_up.establish(
        ledger, registrars[0], "c", name="社区", level="community", parent=street
    )
    for mode, day in (("emergency", "2026-03-04"), ("ordinary", "2026-03-06")):
        switch = SwitchMode(stream=street, mode=mode, effective_from=day)
        do(ledger, registrars[0], switch)
    office.clock.wait(10 * DAY)
    found = lines(office._replace(unit=unit), "patrol")
    assert [(period, verdict) for period, verdict, _ in found] == [
        ("2026-03-04", "missing"),
        ("2026-03-05", "missing"),
    ]


def test_what_was_recorded_after_the_deadline_is_told_beside_the_day_it_is_said_to_be_done(
    district,
):
    def told():
        district.ledger.follower.catch_up()
        sheet = make_sheet(district.ledger, "compliance", as_of(district.ledger), district.unit)
        found = [row for row in sheet.rows if row["period"] == "2026-W11"]
        (row,) = [row for row in found if row["obligation"] == "law_class"]
        return row["verdict"], row["done_on"], row["afterwards"]

    district.clock.wait(13 * DAY)  # Sunday of week 11
    assert told() == ("not_yet_due", None, None)
    district.clock.wait(27 * DAY)
    assert told() == ("missing", None, None)
    hold(district, "law_class", occ="2026-03-12")
    assert told() == ("on_time", "2026-03-12", "2026-04-11")


def test_before_the_pack_was_adopted_nothing_was_owed(district):
    district.clock.wait(30 * DAY)
    adopted_later = lines(district, "law_class")
    assert adopted_later
    assert lines(district, "law_class", AsOf(size=3, at=district.clock.now_ms())) == []


def test_the_words_of_a_line_come_from_the_pack(district):
    district.clock.wait(8 * DAY)
    sheet = sheet_of(district)
    assert sheet.words["obligation"]["law_class"].zh == "法治课堂"
    assert sheet.words["verdict"]["not_yet_due"].zh == "未到期"
    assert {row["rule"] for row in sheet.rows} >= {"bijiang.law_class"}


def test_a_year_has_a_line_for_every_duty_whether_or_not_anybody_acted(district):
    district.clock.wait(304 * DAY)  # 31 December 2026
    sheet = sheet_of(district)
    found = Counter(row["obligation"] for row in sheet.rows)
    assert found == {
        "law_class": 44,  # weeks 10 to 53
        "finance": 9,
        "family_education": 9,
        "joint_meeting": 3,
        "leader_visit": 3,
        "deliberation": 3,
        "general": 3,
        "inspection_report": 3,
        "moral_review": 3,
        "dispute_sweep": 1,
        "model_selection": 1,
        "residents_representatives": 1,
    }
    assert {row["verdict"] for row in sheet.rows} == {"missing", "not_yet_due"}
