"""A copy handed over is the whole one: the home makes it again before it is sequenced."""

from datetime import date
from hashlib import sha256

import pytest

from ledger.aggregates.delivery import Acknowledge, HandOver
from ledger.aggregates.session.commands import Hold
from ledger.aggregates.unit.commands import ChangeUnit
from ledger.audit.evidence import verify_evidence
from ledger.entry import base64url
from ledger.rules.periods import parse_period
from ledger.rules.time import local_date
from ledger.service import office as setting_up
from ledger.service.exports import copies
from ledger.service.exports.copies import (
    CopyBusy,
    DatedBefore,
    NothingOfPeriod,
    OtherCopy,
    TooManyEntries,
    TooMuch,
    make_copy,
    require_copy,
)
from ledger.service.exports.evidence import evidence_files, zip_of
from ledger.service.forms.possible import possible_act
from ledger.service.office import do, hand
from tests.service.communities import DAY, acted, also, board, community
from tests.service.test_boards import staffed
from tests.support.trust import a_key

__all__ = ["community"]

MARCH = parse_period("2026-03")


@pytest.fixture
def april(community):
    """The community in April 2026, with a session of March and one of April."""
    clerk = also(community, "session_clerk")
    for wait in (30 * DAY, 3 * DAY):
        acted(community, Hold(unit=community.unit, code="law_class", present=9), clerk)
        community.clock.wait(wait)
    return community


def first_of(office, stream):
    """Return the log index of a stream's first entry: how long the log was before it."""
    acts = office.ledger.known.streams.acts(0, office.size)
    return next(act.index for act in acts if act.stream == stream)


def hand_over(office, made, **changed):
    street = office.ledger.known.stream(office.unit).state.versions[0].parent
    told = {
        "unit": office.unit, "period": "2026-03", "size": made.manifest.size,
        "root": made.manifest.root, "package": made.digest, "receiver": street,
    }  # fmt: skip
    return acted(office, HandOver(**told | changed), office.hands["supervisor"])


def test_the_copy_of_a_period_is_handed_over_received_and_listed(april, tmp_path):
    april.hands["supervisor"] = also(april, "supervisor")
    made = make_copy(april.ledger, april.unit, MARCH)
    assert base64url.encode(sha256(made.data).digest()) == made.digest
    stream = hand_over(april, made)
    (line,) = board(april, "deliveries").rows
    assert (line["record"], line["received"], line["period"]) == (stream, False, "2026-03")
    street = str(line["receiver"])
    inspector = staffed(april._replace(unit=street), "inspector")
    do(april.ledger, inspector, Acknowledge(stream=stream, package=made.digest))
    (line,) = board(april, "deliveries").rows
    assert (line["received"], line["received_on"] is None) == (True, False)
    path = tmp_path / "copy.zip"
    path.write_bytes(made.data)
    report = verify_evidence(path, genesis=made.manifest.genesis)
    assert not report.faults.items


def test_it_shows_the_streams_of_the_period_and_no_others(april):
    shown = make_copy(april.ledger, april.unit, MARCH).manifest.streams
    whole = make_copy(april.ledger, april.unit, parse_period("2026")).manifest.streams
    sessions = {name for name in whole if name.startswith("session/")}
    assert len(sessions) == 2
    assert len(sessions & shown.keys()) == 1
    with pytest.raises(NothingOfPeriod):
        make_copy(april.ledger, april.unit, parse_period("2025"))


@pytest.mark.parametrize("period", ["1900", "2026-05", "2999", "3000-01", "9998"])
def test_a_period_no_entry_is_of_is_refused_as_one_however_far_away(april, period):
    far = parse_period(period)
    with pytest.raises(NothingOfPeriod) as refused:
        make_copy(april.ledger, april.unit, far)
    assert refused.value.facts["period"] == period
    made = {"root": "A" * 43, "package": "A" * 43, "day": date(2026, 4, 20)}
    with pytest.raises(NothingOfPeriod):
        require_copy(april.ledger, april.unit, far, size=april.size, **made)


def test_what_is_narrower_or_made_up_is_never_handed_over(april):
    april.hands["supervisor"] = also(april, "supervisor")
    made = make_copy(april.ledger, april.unit, MARCH)
    (one,) = (name for name in made.manifest.streams if name.startswith("session/"))
    _, files = evidence_files(april.ledger, streams=[one], size=made.manifest.size)
    narrower = base64url.encode(sha256(zip_of(files)).digest())
    before = april.size
    for changed in (
        {"package": narrower},
        {"root": made.digest},
        {"size": made.manifest.size + 10_000},
        {"size": made.manifest.size - 1},
        {"period": "2026-02"},
    ):
        with pytest.raises((OtherCopy, NothingOfPeriod)):
            hand_over(april, made, **changed)
    assert april.size == before


def test_a_copy_made_while_the_period_ran_is_not_the_whole_one(april):
    april.hands["supervisor"] = also(april, "supervisor")
    whole = make_copy(april.ledger, april.unit, MARCH).manifest.streams
    (one,) = (name for name in whole if name.startswith("session/"))
    early = make_copy(april.ledger, april.unit, MARCH, size=first_of(april, one))
    assert one not in early.manifest.streams
    before = april.size
    with pytest.raises(OtherCopy):
        hand_over(april, early)
    assert april.size == before


def test_a_hand_over_is_not_dated_before_the_log_was_as_long_as_its_copy(april):
    april.hands["supervisor"] = also(april, "supervisor")
    april.clock.wait(40 * DAY)
    acted(april, Hold(unit=april.unit, code="law_class", present=9), also(april, "session_clerk"))
    made = make_copy(april.ledger, april.unit, MARCH)
    with pytest.raises(DatedBefore):
        hand_over(april, made, occ="2026-04-02")
    hand_over(april, made)


def test_a_unit_moved_elsewhere_after_the_period_is_in_its_copy_all_the_same(april):
    street = april.ledger.known.stream(april.unit).state.versions[0].parent
    whole = make_copy(april.ledger, april.unit, MARCH).manifest.streams
    again = make_copy(april.ledger, str(street), MARCH).manifest.streams
    away = setting_up.establish(
        april.ledger, april.registrars[0], "520602002", name="另一街道", level="street"
    )
    moved = ChangeUnit(stream=april.unit, parent=away, effective_from="2026-04-10")
    do(april.ledger, april.registrars[0], moved)
    april.clock.wait(30 * DAY)
    acted(april, Hold(unit=april.unit, code="law_class", present=9), also(april, "session_clerk"))
    narrower = make_copy(april.ledger, str(street), MARCH).manifest.streams
    assert whole.keys() <= again.keys() <= narrower.keys()


def under(office, unit, parent, day):
    moved = ChangeUnit(stream=unit, parent=parent, effective_from=day)
    do(office.ledger, office.registrars[0], moved)


def sessions_of(office, unit):
    shown = make_copy(office.ledger, str(unit), MARCH).manifest.streams
    return {name for name in shown if name.startswith("session/")}


@pytest.mark.parametrize(
    ("into", "out"),
    [
        pytest.param(("03-04", "03-04"), ("03-24", "03-24"), id="as it happened"),
        pytest.param(("03-02", "03-04"), ("03-02", "03-24"), id="announced ahead"),
        pytest.param(("04-05", "03-04"), ("04-05", "03-24"), id="recorded later"),
        pytest.param(("03-04", "03-04"), ("03-24", "03-04"), id="taken back from the beginning"),
    ],
)
def test_a_unit_moved_in_and_out_again_within_the_period_is_in_the_copy(community, into, out):
    """Each move by the day it was recorded on and the day it holds from, of 2026."""
    street = community.ledger.known.stream(community.unit).state.versions[0].parent
    clerk = also(community, "session_clerk")
    elsewhere = setting_up.establish(
        community.ledger, community.registrars[0], "520602002", name="另一街道", level="street"
    )
    todo = sorted([
        (into[0], 0, lambda: under(community, community.unit, elsewhere, f"2026-{into[1]}")),
        (out[0], 1, lambda: under(community, community.unit, str(street), f"2026-{out[1]}")),
        ("03-14", 2, lambda: acted(
            community, Hold(unit=community.unit, code="law_class", present=9), clerk)),
        ("04-10", 3, lambda: None),
    ])  # fmt: skip
    for day, _, run in todo:
        wait_until(community, date.fromisoformat(f"2026-{day}"))
        run()
    assert len(sessions_of(community, elsewhere)) == 1
    assert sessions_of(community, elsewhere) == sessions_of(community, street)


def wait_until(office, day):
    today = local_date(office.clock.now_ms() // 1000)
    office.clock.wait(max((day - today).days, 0) * DAY)


def test_more_than_a_package_holds_is_refused_with_what_to_do(april, monkeypatch):
    monkeypatch.setattr(copies, "MOST", 0)
    with pytest.raises(TooMuch) as refused:
        make_copy(april.ledger, april.unit, MARCH)
    assert refused.value.facts["most"] == 0


@pytest.mark.parametrize("custodies", [("file", "custodial"), ("custodial", "file")])
def test_who_has_a_key_of_her_own_is_offered_to_acknowledge_whichever_came_first(april, custodies):
    april.hands["supervisor"] = also(april, "supervisor")
    stream = hand_over(april, make_copy(april.ledger, april.unit, MARCH))
    street = str(april.ledger.known.stream(stream).state.receiver)
    first, registrars = april.registrars[0], april.registrars
    actor = setting_up.register(april.ledger, first, "联络员", street)
    keys = [a_key(f"inspector {number}") for number in range(2)]
    setting_up.enrol(april.ledger, first, actor, keys[0], custodies[0])
    setting_up.appoint(april.ledger, registrars, actor, "inspector", street)
    herself = hand(actor, "holder", keys[0])
    setting_up.enrol(april.ledger, herself, actor, keys[1], custodies[1])
    found = possible_act(april.ledger, actor, stream, "delivery.acknowledge")
    assert found is not None
    assert (found.role, found.refusal) == ("inspector", None)


def test_streams_are_looked_for_a_few_entries_at_a_time_and_no_further_than_the_bound(
    april, monkeypatch
):
    whole = make_copy(april.ledger, april.unit, MARCH)
    reading, asked = april.ledger.known.streams.acts, []

    def acts(start, limit):
        asked.append(limit)
        return reading(start, limit)

    monkeypatch.setattr(april.ledger.known.streams, "acts", acts)
    monkeypatch.setattr(copies, "AT_ONCE", 2)
    again = make_copy(april.ledger, april.unit, MARCH, size=whole.manifest.size)
    assert again.digest == whole.digest
    assert max(asked) == 2
    times = len(asked)
    monkeypatch.setattr(copies, "MOST", 0)
    asked.clear()
    with pytest.raises(TooMuch):
        make_copy(april.ledger, april.unit, MARCH)
    assert len(asked) < times


def test_more_entries_than_a_package_holds_are_refused_before_any_is_read(april, monkeypatch):
    shown = sum(make_copy(april.ledger, april.unit, MARCH).manifest.streams.values())
    monkeypatch.setattr(copies, "MOST_ENTRIES", shown - 1)
    monkeypatch.delattr(copies, "evidence_files")
    with pytest.raises(TooManyEntries) as refused:
        make_copy(april.ledger, april.unit, MARCH)
    assert refused.value.facts["entries"] == shown


def test_one_copy_is_made_at_a_time_whether_it_is_shown_or_handed_over(april, monkeypatch):
    april.hands["supervisor"] = also(april, "supervisor")
    made = make_copy(april.ledger, april.unit, MARCH)
    before, refused = april.size, []

    def meanwhile(*args, **kwargs):
        for another in (
            lambda: hand_over(april, made),
            lambda: make_copy(april.ledger, april.unit, MARCH),
        ):
            with pytest.raises(CopyBusy) as raised:
                another()
            refused.append(raised.value.code)
        return evidence_files(*args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(copies, "evidence_files", meanwhile)
        make_copy(april.ledger, april.unit, MARCH)
    assert refused == ["copy.busy"] * 2
    assert april.size == before
    hand_over(april, made)
