"""A committee's review on the overview: up to where, signed by whom, and whether the log agrees."""

import re
from datetime import date
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.pages.supervision import matrix
from api.session import SESSION
from api.showing.sheets import narrowed
from ledger.aggregates.review import RangeOutOfPlace, SignReview
from ledger.kernel.act import AsOf
from ledger.service import office as setting_up
from ledger.service.acts.submit import submit
from ledger.service.board import Column
from ledger.service.office import Hand, do, hand
from ledger.service.reading.reviewed import reviewed, root_of
from ledger.service.sheet import Sheet
from tests.support.office import Office, append, drafted, presented
from tests.support.staff import session_of
from tests.support.trust import a_key


def supervisor(office: Office, label: str) -> Hand:
    """Give the office a member of the supervision committee."""
    ledger, first = office.ledger, office.registrars[0]
    holder = setting_up.register(ledger, first, label, office.unit)
    key = a_key(label)
    ledger.keystore.save_signing_key(key, holder=holder, custody="custodial")
    setting_up.enrol(ledger, first, holder, key, "custodial")
    setting_up.appoint(ledger, office.registrars, holder, "supervisor", office.unit)
    return hand(holder, "supervisor", key)


def sign(office: Office, by: Hand, start: int, size: int, *, root: str | None = None) -> None:
    shown = root or root_of(office.ledger, size)
    do(
        office.ledger,
        by,
        SignReview(
            unit=office.unit,
            start=start,
            size=size,
            root=shown,
            outcome="nothing_found",
            text="已看",
        ),
    )


def test_a_review_is_shown_with_its_range_and_that_the_log_agrees(
    client: TestClient, office: Office
) -> None:
    one, other = supervisor(office, "监甲"), supervisor(office, "监乙")
    size = office.size
    sign(office, one, 0, size)
    sign(office, other, 0, size)
    office.ledger.follower.catch_up()
    seen = client.get(f"/supervision.json?unit={office.unit}").json()
    assert [(r["start"], r["size"], r["agrees"]) for r in seen["reviews"]] == [(0, size, True)] * 2
    assert {r["person"] for r in seen["reviews"]} == {one.who.actor, other.who.actor}
    assert seen["since"] == seen["reviewed_to"] == size
    assert seen["changes"]["count"] == office.size - size
    page = client.get(f"/supervision?unit={office.unit}", headers={"Accept-Language": "zh"}).text
    assert f"command=review.sign&amp;unit={office.unit}&amp;start={size}" in page
    assert "树根与账本相符" in page
    assert "已看" not in page, "the remark is sealed"


def test_the_range_that_is_signed_is_the_range_that_was_looked_at(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = supervisor(office, "监甲")
    monkeypatch.setattr("api.pages.supervision.MOST_ENTRIES", 5)
    address = f"/supervision?unit={office.unit}"
    client.headers["Accept-Language"] = "zh"
    for start in (0, 5):
        office.ledger.follower.catch_up()
        seen = client.get(address.replace("?", ".json?")).json()
        offered = {"start": start, "size": start + 5, "root": root_of(office.ledger, start + 5)}
        assert seen["reviewable"] == offered
        assert (seen["changes"]["looked"], seen["changes"]["until"]) == (start, start + 5)
        page = client.get(address).text
        assert f"start={start}&amp;size={start + 5}&amp;root={offered['root']}" in page
        assert f"账本第 {start} 至 {start + 4} 条" in page
        sign(office, by, start, start + 5)
    office.ledger.follower.catch_up()
    passed_over = client.get(f"{address}&since={office.size - 1}").text
    assert "command=review.sign" not in passed_over, "it would sign what was not looked at"
    assert f'href="{address}"' in passed_over


def test_who_sits_in_a_committee_sees_her_unit_first_and_all_when_she_asks(
    client: TestClient, office: Office
) -> None:
    by = supervisor(office, "监甲")
    office.ledger.follower.catch_up()
    assert client.get("/supervision.json").json()["unit"] is None
    client.cookies.set(SESSION, session_of(office, by))
    seen = client.get("/supervision.json").json()
    assert (seen["unit"], seen["own"]) == (office.unit, True)
    assert client.get("/supervision.json?unit=").json()["unit"] is None


def test_every_number_of_the_matrix_is_of_lines_that_its_address_lists() -> None:
    day = date(2026, 5, 13)
    due = ("2025-05-31", "2025-06-01", "2025-06-30", "2026-05-31", "2026-06-30")
    verdicts = ("missing", "on_time", "late", "missing", "not_yet_due")
    rows = tuple(
        {"unit": "unit/a", "obligation": "class", "due": day_, "verdict": verdict}
        for day_, verdict in zip(due, verdicts, strict=True)
    )
    sheet = Sheet(
        board="compliance", zh="", en="", as_of=AsOf(size=1, at=0), unit=None,
        columns=(Column(id="due", zh="", en="", form="day"),), rows=rows, words={},
    )  # fmt: skip
    found = matrix(sheet, day)
    (line,) = found["places"][0]["lines"]
    cells = dict(zip(found["months"], line["cells"], strict=True))
    assert (len(found["months"]), found["months"][-1]) == (12, "2026-05")
    assert cells["2025-06"] == {"verdict": "late", "count": 1, "of": 2}
    for month, cell in cells.items():
        assert len(narrowed(sheet, {"due": month}).rows) == (cell["of"] if cell else 0)
    assert sum(found["tally"].values()) == len(rows)
    assert sum(line["tally"].values()) + found["beyond"] == len(rows)
    assert line["calm"] == (line["tally"].keys() <= {"on_time", "not_yet_due"})


def test_a_signature_under_another_history_stands_out(client: TestClient, office: Office) -> None:
    by, size = supervisor(office, "监甲"), office.size
    sign(office, by, 0, size, root="A" * 43)
    (found,) = reviewed(office.ledger, office.unit, AsOf(size=office.size, at=0))
    assert not found.agrees
    office.ledger.follower.catch_up()
    page = client.get(f"/supervision?unit={office.unit}", headers={"Accept-Language": "zh"}).text
    assert "树根与账本不符" in page


def test_a_review_is_read_as_of_a_point(office: Office) -> None:
    by, size = supervisor(office, "监甲"), office.size
    sign(office, by, 0, size)
    assert reviewed(office.ledger, office.unit, AsOf(size=size, at=0)) == []


FAR = 10**9


def beyond(office: Office) -> SignReview:
    """Return a review of more entries than there are."""
    return SignReview(unit=office.unit, start=0, size=FAR, root="A" * 43, outcome="questions")


def test_entries_that_are_not_there_are_not_reviewed(office: Office) -> None:
    by, size = supervisor(office, "监甲"), office.size
    with pytest.raises(RangeOutOfPlace):
        submit(office.ledger, presented(office.ledger, by, beyond(office)))
    with pytest.raises(RangeOutOfPlace):
        do(office.ledger, by, beyond(office))
    assert office.size == size
    next_one = SignReview(
        unit=office.unit, start=0, size=office.size + 1, root="A" * 43, outcome="questions"
    )
    with pytest.raises(RangeOutOfPlace):
        submit(office.ledger, presented(office.ledger, by, next_one))
    sign(office, by, 0, office.size)


def test_a_review_beyond_the_log_does_not_keep_others_from_the_page(
    client: TestClient, office: Office
) -> None:
    by = supervisor(office, "监甲")
    append(office.ledger, drafted(office.ledger, by, beyond(office)))
    office.ledger.follower.catch_up()
    (seen,) = client.get(f"/supervision.json?unit={office.unit}").json()["reviews"]
    assert (seen["size"], seen["agrees"]) == (FAR, False)


def test_what_is_looked_at_is_taken_away_as_it_was_narrowed(
    client: TestClient, office: Office
) -> None:
    office.a_case()
    office.ledger.follower.catch_up()
    html = {"Accept": "text/html"}
    text = unescape(client.get(f"/supervision?unit={office.unit}&since=3", headers=html).text)
    files = set(re.findall(r'href="(/boards/[a-z-]+/rows\.(?:csv|xlsx)\?[^"]*)"', text))
    assert {"posts", "changes"} <= {each.split("/")[2] for each in files}
    for each in files:
        assert f"unit={office.unit}" in each
        taken = client.get(each)
        assert taken.status_code == 200, each
        assert "attachment" in taken.headers["content-disposition"]
    assert any("since=3" in each for each in files), "what changed since then, and no more"


def test_a_stretch_longer_than_its_board_reads_is_led_to_as_far_as_it_does(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("api.pages.supervision", "ledger.service.boards.changes"):
        monkeypatch.setattr(f"{module}.MOST", 5)
    office.a_case()
    office.ledger.follower.catch_up()
    text = unescape(client.get("/supervision?since=0", headers={"Accept": "text/html"}).text)
    (found,) = set(re.findall(r'href="(/boards/changes\?[^"]*)"', text))
    assert f"since={office.ledger.recorder.head().size - 5}" in found
    assert client.get(found).status_code == 200
    assert client.get("/boards/changes?since=0").json()["code"] == "board.stretch_too_long"
