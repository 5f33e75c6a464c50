"""Clocks start, stop, stretch and explain themselves; the public members alone tell it again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.calendars import HolidayYear
from ledger.rules.clocks import Extension, Running, Tick, Turn, explain, fold, run
from ledger.rules.kinds.case import FACTS
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped

LAW, BASE = load_pack(shipped("cn-law")), load_pack(shipped("cn-base"))
BOOK = open_book(BASE, [LAW])
PETITION = BOOK.kind("petition")


def day(text: str) -> date:
    return date.fromisoformat(text)


def go(*acts: tuple[str, str]) -> Tick:
    """Run acts of (fact, day) on an open case; return what the last did."""
    tick = Tick()
    for act, on in acts:
        tick = run("petition", BOOK, tick.running, act=act, on=day(on), is_open=True)
    return tick


def days(tick: Tick) -> dict[str, str]:
    return {one.clock: one.due.day for one in tick.running}


def test_a_petition_starts_the_clocks_of_its_articles():
    tick = go(("received", "2026-03-02"))
    assert days(tick) == {"acknowledge": "2026-03-17", "register": "2026-03-17"}
    assert [basis.rule for basis in tick.basis] == ["petition.acknowledge", "petition.register"]
    tick = go(("received", "2026-03-02"), ("accepted", "2026-03-10"))
    assert days(tick) == {"handle": "2026-05-09", "register": "2026-03-17"}
    assert (tick.stopped, [one.clock for one in tick.due]) == (("acknowledge",), ["handle"])


def test_an_act_that_moves_nothing_says_nothing():
    tick = go(("received", "2026-03-02"), ("answered", "2026-03-03"))
    assert (tick.due, tick.stopped, tick.basis) == ((), (), ())
    assert len(tick.running) == 2


def test_a_running_clock_is_not_started_again():
    once = go(("accepted", "2026-03-02"))
    twice = go(("accepted", "2026-03-02"), ("accepted", "2026-03-20"))
    assert twice.running == once.running
    assert twice.due == ()


def test_an_act_that_stops_and_starts_a_clock_begins_it_anew():
    tick = go(("assigned", "2026-03-02"), ("reassigned", "2026-03-04"))
    assert days(tick) == {"objection": "2026-03-11"}
    assert tick.stopped == ("objection",)
    assert [one.clock for one in tick.due] == ["objection"]
    same_day = go(("assigned", "2026-03-02"), ("reassigned", "2026-03-02"))
    assert same_day.stopped == ("objection",)
    assert [one.day for one in same_day.due] == ["2026-03-09"]


def test_a_right_that_lapses_is_marked():
    tick = go(("assigned", "2026-03-02"))
    assert [(one.clock, one.lapses) for one in tick.due] == [("objection", True)]
    assert not go(("accepted", "2026-03-02")).due[0].lapses


def test_a_closed_case_has_no_clocks():
    tick = go(("received", "2026-03-02"))
    closed = run(
        "petition", BOOK, tick.running, act="withdrawn", on=day("2026-03-03"), is_open=False
    )
    assert (closed.running, closed.stopped) == ((), ("acknowledge", "register"))


def test_the_rule_is_the_one_in_force_when_the_clock_started():
    assert go(("assigned", "2022-04-29")).running == ()
    assert days(go(("assigned", "2022-05-05"))) == {"objection": "2022-05-11"}
    assert days(go(("accepted", "2021-03-01"))) == {"handle": "2021-04-30"}


def test_an_extension_adds_to_the_term_and_cites_its_article():
    begun = go(("accepted", "2026-03-02")).running
    for each in (10, 20):
        tick = run(
            "petition", BOOK, begun, act="extended", on=day("2026-04-20"), is_open=True,
            turn=Turn(Extension("handle", each)),
        )  # fmt: skip
        begun = tick.running
    # 60 + 10 + 20 days from 2 March end on Sunday 31 May.
    assert days(tick) == {"handle": "2026-06-01"}
    assert begun[0].extended == 30
    assert [basis.rule for basis in tick.basis] == ["petition.handle", "petition.extension"]


def test_a_provisional_day_becomes_definite_at_the_next_act_under_a_later_table():
    first = go(("accepted", "2026-12-01"))
    assert [(one.day, one.provisional) for one in first.due] == [("2027-02-01", True)]
    rest = (day("2027-02-01"),)
    table = HolidayYear(year=2027, source="test", rest=rest)
    later = open_book(BASE, [_with_table(table)])
    tick = run("petition", later, first.running, act="triaged", on=day("2026-12-20"), is_open=True)
    assert [(one.clock, one.day, one.provisional) for one in tick.due] == [
        ("handle", "2027-02-02", False)
    ]


def _with_table(table: HolidayYear):
    files = dict(shipped("cn-law"))
    rest = ", ".join(each.isoformat() for each in table.rest)
    more = f'\n[[year]]\nyear = {table.year}\nsource = "{table.source}"\nrest = [{rest}]\n'
    return load_pack({**files, "holidays.toml": files["holidays.toml"] + more.encode()})


def test_a_clock_a_later_pack_no_longer_has_stops():
    running = (*go(("received", "2026-03-02")).running,)
    tick = run("message", BOOK, running, act="accepted", on=day("2026-03-03"), is_open=True)
    assert tick.stopped == ("acknowledge", "register")


def test_a_clock_explains_its_day():
    clock = next(clock for clock in PETITION.clocks if clock.id == "handle")
    due = explain(clock, day("2026-03-02"), BOOK, extended=30)
    assert [step.why for step in due.explain] == [
        "event", "first_day", "last_day", "extended", "rest_day", "due",
    ]  # fmt: skip
    objection = next(clock for clock in PETITION.clocks if clock.id == "objection")
    assert explain(objection, day("2020-01-01"), BOOK) is None


steps = st.lists(
    st.tuples(st.sampled_from(sorted(FACTS)), st.integers(0, 9), st.booleans(), st.booleans()),
    max_size=12,
)


@given(st.sampled_from(BOOK.kinds()), st.dates(date(2004, 1, 1), date(2027, 6, 1)), steps)
def test_the_public_members_tell_the_running_clocks_again(kind, on, acts):
    running: tuple[Running, ...] = ()
    told: tuple[Running, ...] = ()
    for act, later, is_open, extends in acts:
        on += timedelta(days=later)
        turn = Turn(Extension(kind.clocks[0].id, 3) if extends else None)
        tick = run(kind.id, BOOK, running, act=act, on=on, is_open=is_open, turn=turn)
        told = fold(told, tick.due, tick.stopped, on=on, turn=turn)
        running = tick.running
        assert told == running
