"""What was owed, and what became of it: absence is a line, at any day one asks about."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.compliance import Evidence, Line, matrix, tally
from ledger.rules.duties import Begun, Place
from ledger.rules.packs.book import Book, lay
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.reigns import Reign
from ledger.rules.units import Unit, Version

LAW = load_pack(shipped("cn-law"))
OFFICE = date(2026, 1, 1)
RULES = """
[[rule]]
id = "local"
zh = "x"
en = "x"
article = "本地"
source = "LOCAL"
from = 2020-01-01
threshold = { at_least = 200, unit = "household" }
"""


def day(text: str) -> date:
    return date.fromisoformat(text)


def book(*obligations: str) -> Book:
    head = 'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law"]\n'
    files = {"pack.toml": head, "law.toml": RULES, "obligations.toml": "\n".join(obligations)}
    pack = load_pack({path: text.encode() for path, text in files.items()})
    return lay(pack, [LAW])


def owes(id_: str = "duty", **members: str) -> str:
    told = {
        "rule": '"local"',
        "levels": '["community"]',
        "satisfied_by": '{ session = "meeting" }',
        "from": "2020-01-01",
    } | members
    lines = [f'id = "{id_}"\nzh = "x"\nen = "x"', *(f"{k} = {v}" for k, v in told.items())]
    return "[[obligation]]\n" + "\n".join(lines) + "\n"


def unit(level: str = "community", since: date = OFFICE, dissolved: date | None = None) -> Unit:
    first = Version(since=since, code="c", name="x", level=level, parent=None)
    return Unit(versions=(first,), dissolved=dissolved)


def place(found: Book, **members) -> Place:
    told = {"unit": "unit/a", "standing": unit(), "reigns": (Reign(OFFICE, None, found),)}
    return Place(**told | members)


def met(period: str, done: str, withdrawn: str | None = None, code: str = "meeting") -> Evidence:
    return Evidence(
        of="session",
        code=code,
        period=period,
        done_on=day(done),
        withdrawn_on=day(withdrawn) if withdrawn else None,
        stream=f"session/{period}/{done}",
    )


def lines(where: Place, *evidence: Evidence, on: str, since: str = "2020-01-01") -> list[Line]:
    return list(matrix([where], lambda _: evidence, since=day(since), day=day(on)))


def told(found: list[Line]) -> list[tuple[str, str]]:
    return [(str(line.duty.period), line.verdict) for line in found]


MONTHLY = owes(every='"month"', due="{ value = 10 }", grace="2")


def test_on_time_late_missing_withdrawn_and_not_yet_due_are_told_apart():
    shown = (
        met("2026-01", "2026-02-10"),
        met("2026-02", "2026-03-13"),
        met("2026-04", "2026-05-06", "2026-05-20"),
    )
    found = lines(place(book(MONTHLY)), *shown, on="2026-06-11")
    assert told(found) == [
        ("2026-01", "on_time"),
        ("2026-02", "late"),
        ("2026-03", "missing"),
        ("2026-04", "withdrawn"),
        ("2026-05", "not_yet_due"),
        ("2026-06", "not_yet_due"),
    ]
    assert tally(found) == {
        "on_time": 1, "late": 1, "missing": 1, "withdrawn": 1, "not_yet_due": 2,
    }  # fmt: skip


def test_due_is_counted_as_the_civil_code_does_and_grace_is_added():
    (april,) = [
        line
        for line in lines(place(book(MONTHLY)), on="2026-06-30")
        if str(line.duty.period) == "2026-04"
    ]
    # Ten days from 30 April end on Sunday 10 May, which moves to Monday.
    assert (april.duty.due, april.duty.deadline) == (day("2026-05-11"), day("2026-05-13"))
    assert [basis.rule for basis in april.duty.basis] == ["obligation.duty", "local"]


@pytest.mark.parametrize(
    ("on", "verdict"), [("2026-02-12", "not_yet_due"), ("2026-02-13", "missing")]
)
def test_what_is_missing_is_judged_on_the_day_asked_about(on, verdict):
    shown = met("2026-01", "2026-02-20")
    assert told(lines(place(book(MONTHLY)), shown, on=on))[0] == ("2026-01", verdict)


def test_what_was_withdrawn_later_still_stood_before():
    shown = met("2026-01", "2026-02-03", "2026-03-09")
    where = place(book(MONTHLY))
    assert told(lines(where, shown, on="2026-03-08"))[0] == ("2026-01", "on_time")
    assert told(lines(where, shown, on="2026-03-09"))[0] == ("2026-01", "withdrawn")


def test_nothing_before_the_office_began_is_owed():
    found = book(owes(every='"quarter"'))
    began = Reign(day("2026-02-01"), None, found)
    where = place(found, reigns=(began,))
    assert told(lines(where, on="2026-07-01")) == [
        ("2026Q2", "missing"),
        ("2026Q3", "not_yet_due"),
    ]
    young = place(found, standing=unit(since=day("2026-04-02")))
    assert told(lines(young, on="2026-07-01")) == [("2026Q3", "not_yet_due")]
    late_rule = book(owes(every='"quarter"', **{"from": "2026-07-01"}))
    assert told(lines(place(late_rule), on="2026-07-01")) == [("2026Q3", "not_yet_due")]


def test_other_levels_and_dissolved_units_owe_nothing():
    found = book(owes(every='"month"'))
    assert lines(place(found, standing=unit("street")), on="2026-06-01") == []
    gone = place(found, standing=unit(dissolved=day("2026-02-10")))
    assert told(lines(gone, on="2026-06-01")) == [("2026-01", "missing")]


def test_a_period_belongs_to_the_pack_in_force_on_its_last_day():
    monthly, quarterly = book(owes(every='"month"')), book(owes(every='"quarter"'))
    change = day("2026-04-15")
    where = place(monthly, reigns=(Reign(OFFICE, change, monthly), Reign(change, None, quarterly)))
    assert told(lines(where, on="2026-07-01")) == [
        ("2026-01", "missing"),
        ("2026-02", "missing"),
        ("2026-03", "missing"),
        ("2026Q2", "missing"),
        ("2026Q3", "not_yet_due"),
    ]


def test_a_duty_of_every_saturday_is_met_on_saturday():
    found = place(book(owes(every='"week"', on='"saturday"')))
    shown = (
        met("2026-W02", "2026-01-10"),  # Saturday
        met("2026-W03", "2026-01-16"),  # Friday
        met("2026-01-24", "2026-01-24"),  # the Saturday itself, in week 4
    )
    assert told(lines(found, *shown, on="2026-01-26"))[:4] == [
        ("2026-W02", "on_time"),
        ("2026-W03", "missing"),
        ("2026-W04", "on_time"),
        ("2026-W05", "not_yet_due"),
    ]


def test_twice_a_day_is_met_by_two():
    found = place(book(owes(every='"day"', times="2")))
    twice = [met("2026-01-02", "2026-01-02")._replace(stream=f"session/{n}") for n in "ab"]
    got = lines(found, *twice, met("2026-01-03", "2026-01-03"), on="2026-01-04")
    assert [(line.verdict, line.done) for line in got] == [
        ("missing", 0),
        ("on_time", 2),
        ("missing", 1),
        ("not_yet_due", 0),
    ]


def test_evidence_of_a_month_does_not_cover_its_quarter():
    found = place(book(owes(every='"quarter"')))
    shown = met("2026-02", "2026-03-01")
    assert told(lines(found, shown, on="2026-04-01"))[0] == ("2026Q1", "missing")


def test_what_was_done_before_a_period_began_does_not_cover_it():
    found = place(book(owes(every='"quarter"')))
    early, first_day = met("2026Q3", "2026-06-30"), met("2026Q3", "2026-07-01")
    assert told(lines(found, early, on="2026-10-01"))[2] == ("2026Q3", "missing")
    assert told(lines(found, early, first_day, on="2026-10-01"))[2] == ("2026Q3", "on_time")


def test_evidence_of_no_period_covers_nothing_and_stops_nobody():
    found = place(book(owes(every='"month"')))
    shown = [met("2026-13", "2026-02-01"), met("2026-01", "2026-01-20")]
    assert told(lines(found, *shown, on="2026-02-01"))[0] == ("2026-01", "on_time")


def test_an_adoption_dated_back_to_the_beginning_of_time_is_no_trouble():
    found = book(owes(every='"year"'))
    where = place(found, reigns=(Reign(date(1, 1, 1), None, found),))
    assert told(lines(where, on="2026-06-01")) == [("2026", "not_yet_due")]


AFTER = owes(
    after='{ act = "case.received", code = "petition" }',
    due="{ value = 3 }",
    satisfied_by='{ session = "visit" }',
)


def begun(on: str, code: str = "petition") -> Begun:
    return Begun(act="case.received", code=code, day=day(on), stream=f"case/{on}")


def test_what_follows_an_event_is_met_once_each_the_older_first():
    where = place(
        book(AFTER),
        begun=(begun("2026-03-09"), begun("2026-03-02"), begun("2026-03-03", "dispute")),
    )
    visit = met("2026-03-10", "2026-03-10", code="visit")
    before = met("2026-03-01", "2026-03-01", code="visit")
    found = lines(where, visit, before, on="2026-03-11")
    assert told(found) == [("2026-03-02", "late"), ("2026-03-09", "not_yet_due")]
    assert found[0].by == (visit.stream,)
    both = lines(where, visit, met("2026-03-12", "2026-03-12", code="visit"), on="2026-03-20")
    assert told(both) == [("2026-03-02", "late"), ("2026-03-09", "on_time")]
    assert told(lines(where, on="2026-03-20")) == [
        ("2026-03-02", "missing"),
        ("2026-03-09", "missing"),
    ]


def test_what_follows_an_event_is_met_by_what_stands_not_by_what_was_taken_back_before():
    where = place(book(AFTER), begun=(begun("2026-03-02"),))
    mistaken = met("2026-03-03", "2026-03-03", withdrawn="2026-03-04", code="visit")
    visit = met("2026-03-05", "2026-03-05", code="visit")
    (found,) = lines(where, mistaken, visit, on="2026-03-20")
    assert (found.verdict, found.by) == ("on_time", (visit.stream,))
    (then,) = lines(where, mistaken, visit, on="2026-03-03")
    assert (then.verdict, then.by) == ("on_time", (mistaken.stream,))
    (alone,) = lines(where, mistaken, on="2026-03-20")
    assert alone.verdict == "withdrawn"


def test_a_condition_binds_from_its_number_on_and_an_unstated_one_is_unknown():
    found = book(owes(**{"while": '{ fact = "households", rule = "local" }'}))

    def verdicts(*stated, evidence=(), on="2026-06-01"):
        where = place(found, stated=tuple(("households", day(d), n) for d, n in stated))
        return [line.verdict for line in lines(where, *evidence, on=on)]

    assert verdicts() == ["unknown"]
    assert verdicts(("2026-01-01", 199)) == []
    assert verdicts(("2026-01-01", 200)) == ["missing"]
    assert verdicts(("2026-01-01", 200), evidence=[met("2026", "2026-05-01")]) == ["on_time"]
    assert verdicts(("2026-01-01", 200), ("2026-05-01", 150)) == []
    assert verdicts(("2026-07-01", 200)) == ["unknown"]


def test_a_condition_may_narrow_a_periodic_duty():
    found = book(owes(every='"month"', **{"while": '{ fact = "households", rule = "local" }'}))
    stated = (("households", day("2026-02-15"), 300),)
    assert told(lines(place(found, stated=stated), on="2026-03-15")) == [
        ("2026-01", "unknown"),
        ("2026-02", "missing"),
        ("2026-03", "not_yet_due"),
    ]


def test_an_emergency_changes_what_is_owed():
    found = book(
        owes("meeting", every='"month"', mode='"ordinary"'),
        owes("patrol", every='"week"', mode='"emergency"'),
    )
    modes = ((day("2026-02-02"), "emergency"), (day("2026-02-16"), "ordinary"))
    got = lines(place(found, modes=modes), on="2026-02-28")
    assert told(got) == [
        ("2026-01", "missing"),
        ("2026-02", "not_yet_due"),
        ("2026-W06", "missing"),
        ("2026-W07", "missing"),
    ]


# -- a second implementation -----------------------------------------------------------------

EVERY = ["day", "week", "month", "quarter", "half", "year"]
days = st.dates(date(2025, 12, 20), date(2026, 12, 31))
records = st.tuples(days, days, st.none() | days)


@given(
    every=st.sampled_from(EVERY),
    times=st.integers(1, 3),
    grace=st.integers(0, 5),
    done=st.lists(records, max_size=12),
    on=days,
    since=days,
)
def test_the_matrix_is_what_counting_day_by_day_finds(*, every, times, grace, done, on, since):
    where = place(book(owes(every=f'"{every}"', times=str(times), grace=str(grace))))
    evidence = [
        Evidence("session", "meeting", of.isoformat(), at, back, f"s/{n}")
        for n, (of, at, back) in enumerate(done)
    ]
    found = list(matrix([where], lambda _: evidence, since=since, day=on))
    assert [(line.duty.period.first, line.verdict) for line in found] == list(
        counted(every, times, grace, done=done, on=on, since=since)
    )


def counted(every, times, grace, *, done, on, since):
    first = OFFICE
    while first <= on:
        last = first
        while label(every, last + timedelta(1)) == label(every, first):
            last += timedelta(1)
        whole = label(every, first - timedelta(1)) != label(every, first)
        deadline = last + timedelta(grace)
        if whole and deadline >= since:
            mine = [(at, back) for of, at, back in done if first <= of <= last and of <= at <= on]
            stand = sorted(at for at, back in mine if back is None or back > on)
            yield first, verdict_of(stand, mine, times, deadline, on)
        first = last + timedelta(1)


def verdict_of(stand, mine, times, deadline, on):
    if len(stand) >= times:
        return "on_time" if stand[times - 1] <= deadline else "late"
    if len(mine) >= times:
        return "withdrawn"
    return "missing" if on > deadline else "not_yet_due"


def label(every, on):
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}
    if every == "day":
        return on
    if every == "week":
        return on.isocalendar()[:2]
    return on.year, (on.month - 1) // months[every]


def test_every_period_of_a_year_has_its_line():
    found = lines(place(book(owes(every='"day"'))), on="2026-12-31")
    assert Counter(line.verdict for line in found) == {"missing": 364, "not_yet_due": 1}
