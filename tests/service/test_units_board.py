"""Units over a real ledger: boards follow a unit through rename and merger, as of any point."""

from datetime import timedelta

import pytest

from ledger.aggregates.unit import (
    ChangeUnit,
    DissolveUnit,
    MergeUnit,
    SetRegime,
    SplitUnit,
    StateNumber,
)
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.time import local_date, parse_date
from ledger.service.acts.together import together
from ledger.service.directory import UnitCodeUnknown, unit_as_of
from ledger.service.ledger import as_of, today
from ledger.service.office import adopt_pack, do, establish
from ledger.service.packs.choices import words_of
from tests.service.test_boards import sheet
from tests.support.office import Office

DAY = 86_400_000


def other(office: Office, code: str = "520602002", **more: str) -> str:
    told = {"name": "江畔社区", "level": "community"} | more
    return establish(office.ledger, office.registrars[0], code, **told)


def registrar(office: Office, *commands) -> None:
    for command in commands:
        do(office.ledger, office.registrars[0], *together(office.ledger, command))


def in_days(office: Office, days: int) -> str:
    return (today(office.ledger) + timedelta(days=days)).isoformat()


def cases(office: Office, unit: str, **asked) -> int:
    return sum(row["received"] for row in sheet(office, "cases", unit=unit, **asked).rows)


def line(office: Office, unit: str, **asked):
    (row,) = [row for row in sheet(office, "units", **asked).rows if row["unit"] == unit]
    return row


def test_a_merged_unit_is_read_at_the_one_that_took_over_from_that_day_on(office):
    into = other(office)
    office.a_case()
    assert cases(office, into) == 0
    registrar(office, MergeUnit(stream=office.unit, into=into, effective_from=in_days(office, 2)))
    size = office.size
    before = {"size": size, "at": office.clock.now_ms() + DAY}
    after = {"size": size, "at": office.clock.now_ms() + 2 * DAY}
    assert (cases(office, into, **before), cases(office, into, **after)) == (0, 1)
    assert cases(office, office.unit, **after) == 1
    # As of a size before the merger was recorded, nothing of it is known, whatever the day.
    assert cases(office, into, size=size - 1, at=after["at"]) == 0
    assert line(office, office.unit, **after)["into"] == "520602002 江畔社区"
    assert line(office, into, **after)["from"].startswith("520602001")
    assert line(office, into, **before)["from"] is None


def test_a_merger_takes_those_under_it_along_in_one_submission(office):
    into = other(office)
    grid = other(office, "g1", name="网格", level="grid", parent=office.unit)
    before = office.size
    registrar(
        office,
        MergeUnit(stream=office.unit, into=into, effective_from=in_days(office, 0)),
    )
    assert office.size == before + 2
    assert line(office, grid)["parent"] == into


def test_what_takes_over_from_the_unit_above_it_comes_to_its_place(office):
    street = other(office, "s", name="街道", level="street")
    top = other(office, "t", name="社区", level="community", parent=street)
    below = other(office, "b", name="网格", level="grid", parent=top)
    registrar(office, MergeUnit(stream=top, into=below, effective_from=in_days(office, 0)))
    assert line(office, below)["parent"] == street


def test_a_unit_is_found_by_the_code_it_bore_then(office):
    size = office.size
    registrar(
        office,
        ChangeUnit(
            stream=office.unit, code="520602999", unit_name="滨江社区",
            effective_from=in_days(office, 3),
        ),
    )  # fmt: skip
    now = as_of(office.ledger, size=office.size, at=office.clock.now_ms())
    later = as_of(office.ledger, size=office.size, at=office.clock.now_ms() + 3 * DAY)
    for point in (now, later):
        assert unit_as_of(office.ledger, "520602001", point) == office.unit
    assert unit_as_of(office.ledger, "520602999", later) == office.unit
    with pytest.raises(UnitCodeUnknown):
        unit_as_of(office.ledger, "520602999", now)
    with pytest.raises(UnitCodeUnknown):
        unit_as_of(office.ledger, "520602999", as_of(office.ledger, size=size, at=later.at))
    labels = [
        sheet(office, "units", size=point.size, at=point.at).words["unit"][office.unit].zh
        for point in (now, later)
    ]
    assert labels[0].startswith("520602001")
    assert labels[1] == "520602999 滨江社区"


def test_a_reference_is_held_to_the_units_of_its_point(office):
    before = as_of(office.ledger, size=office.size, at=office.clock.now_ms())
    newer = other(office)
    now = as_of(office.ledger, size=office.size, at=office.clock.now_ms())
    assert unit_as_of(office.ledger, newer, now) == newer
    for unit, point in ((newer, before), ("unit/nobody", now)):
        with pytest.raises(UnitCodeUnknown):
            unit_as_of(office.ledger, unit, point)


def test_a_code_given_on_to_another_unit_means_the_newer(office):
    registrar(office, DissolveUnit(stream=office.unit, effective_from=in_days(office, 0)))
    newer = other(office, "520602001")
    now = as_of(office.ledger, size=office.size, at=office.clock.now_ms())
    assert unit_as_of(office.ledger, "520602001", now) == newer


def test_a_split_is_told_at_both_ends_and_its_records_stay(office):
    part = other(office)
    office.a_case()
    split = SplitUnit(stream=office.unit, into=(part,), effective_from=in_days(office, 0))
    registrar(office, split)
    assert line(office, part)["from"].startswith("520602001")
    assert line(office, office.unit)["into"] == "520602002 江畔社区"
    assert (cases(office, part), cases(office, office.unit)) == (0, 1)


def test_a_village_becomes_a_community_under_the_other_law(office):
    village = other(office, "v", name="江畔村", level="village")
    registrar(
        office,
        SetRegime(stream=village, regime="village", effective_from=in_days(office, 0)),
        SetRegime(
            stream=village, regime="urban", level="community", effective_from=in_days(office, 9)
        ),
    )
    now = line(office, village)
    later = line(office, village, size=office.size, at=office.clock.now_ms() + 9 * DAY)
    assert (now["level"], now["regime"]) == ("village", "village")
    assert (later["level"], later["regime"]) == ("community", "urban")
    words = sheet(office, "units").words
    assert words["level"]["village"].zh == "村"
    assert words["regime"]["village"].zh == "村民委员会组织法"


def test_numbers_of_a_unit_are_shown_with_their_day_the_newest_counted(office):
    for value, day in ((210, "2026-02-01"), (198, "2026-01-01")):
        state = StateNumber(stream=office.unit, number="households", value=value, day=day)
        registrar(office, state)
    assert line(office, office.unit)["numbers"] == "户 210 (2026-02-01)"
    assert local_date(office.clock.now_ms() // 1000) > parse_date("2026-02-01")


def test_a_level_is_called_what_the_district_calls_it_from_the_day_it_says_so(office):
    head = 'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    words = (
        '[[level]]\nid = "grid"\nzh = "红色网格"\nen = "Red grid"\n'
        '[[level]]\nid = "zone"\nzh = "片区"\nen = "Zone"\n'
    )
    own = load_pack({"pack.toml": head.encode(), "codes.toml": words.encode()})
    other(office, "g1", name="第一网格", level="grid", parent=office.unit)
    size = office.size
    below = [load_pack(shipped(name)) for name in own.head.extends]
    adopt_pack(office.ledger, office.registrars, own, below)
    other(office, "z1", name="江北", level="zone", parent=office.unit)
    now, before = (sheet(office, "units", **asked).words["level"] for asked in ({}, {"size": size}))
    assert (before["grid"].zh, now["grid"].zh) == ("网格", "红色网格")
    assert (now["zone"].zh, now["street"].zh) == ("片区", "街道")
    assert {"zone", "grid"} <= {word.id for word in words_of(office.ledger, "level")}
