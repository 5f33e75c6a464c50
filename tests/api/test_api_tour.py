"""The tour: each step finds its example or says what would be one; what it does is really done."""

import errno
import html
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.pages import evidence
from api.tour import tamper
from api.tour.step import Visit, steps
from ledger.kernel.act import AsOf
from ledger.service.board import Column
from ledger.service.ledger import Ledger
from ledger.service.sheet import Sheet
from ledger.tampering.deeds import KINDS
from tests.support.office import Office


def test_steps_are_numbered_without_a_gap() -> None:
    assert [step.number for step in steps()] == list(range(1, len(steps()) + 1)) == [*range(1, 8)]


def test_a_ledger_that_holds_no_example_says_what_would_be_one(
    client: TestClient, office: Office
) -> None:
    office.ledger.follower.catch_up()
    for step in steps():
        page = client.get(f"/tour/{step.name}", headers={"Accept-Language": "zh"})
        assert page.status_code == 200
        if client.get(f"/tour/{step.name}.json").json()["found"] is None:
            assert step.without in page.text
    assert client.get("/tour/tamper.json").json()["found"] is None, "an office is no demonstration"


@pytest.mark.parametrize(
    ("manner", "count", "made"),
    [
        ("mz_kiosk=0", 7, "cards"),
        ("mz_kiosk=1", 6, "cards"),
        ("mz_kiosk=1", 7, "wide fits"),
        ("mz_kiosk=1", 10, "wide"),
        ("mz_kiosk=1; mz_large=1", 5, "wide"),
    ],
)
def test_stated_beside_computed_is_cards_where_a_kiosk_has_no_room(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch, manner: str, count: int, made: str
) -> None:
    names = ("stated", *(f"column{n}" for n in range(1, count)))
    sheet = Sheet(
        board="finance", zh="财务", en="Finance", as_of=AsOf(size=1, at=0), unit=None,
        columns=tuple(Column(id=name, zh=name, en=name) for name in names),
        rows=(dict.fromkeys(names, "1"),), words={},
    )  # fmt: skip
    monkeypatch.setattr("api.tour.stated.boards_declared", dict)
    monkeypatch.setattr("api.tour.stated.make_sheet", lambda *_: sheet)
    monkeypatch.setattr("api.tour.stated.CLOSINGS", names)
    shown = {"Accept": "text/html", "Cookie": manner}
    page = demo.get(f"/tour/stated?columns={count}", headers=shown).text  # remembered as its own
    assert re.findall(r'<table class="([^"]*)"', page) == [made]


def test_a_step_there_is_not_is_no_page(demo: TestClient) -> None:
    assert demo.get("/tour/nothing").status_code == 404
    assert demo.get("/tour/tamper?kind=burnt").status_code == 400


def test_the_rule_of_2022_stands_beside_that_of_2026(demo: TestClient) -> None:
    pairs = demo.get("/tour/rules.json").json()["found"]["pairs"]
    assert {then["id"] for then, _, _ in pairs} == {"village.posting", "urban.posting"}
    for then, now, _ in pairs:
        assert (then["posting"]["days"], now["posting"]["days"]) == (7, 15)
        assert then["to"] == "2025-12-31"


def test_tampering_is_noticed_done_once_and_leaves_the_ledger_as_it_was(
    demo: TestClient, demo_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = demo_ledger.recorder.head()
    done = demo.get("/tour/tamper.json?kind=changed").json()["found"]["done"]
    assert [notice["noticed"] for notice in done["notices"]] == [True, True, True]
    assert "signature.bad" in done["notices"][1]["codes"]
    assert demo_ledger.recorder.head() == before

    def again(*_: object) -> None:
        raise AssertionError("it was done before")

    monkeypatch.setattr(tamper, "tamper_with_copy", again)
    page = demo.get("/tour/tamper?kind=changed", headers={"Accept-Language": "zh"})
    assert page.text.count("发现了") > 3


def test_every_deed_is_offered_and_one_that_finds_nothing_to_change_says_so(
    demo: TestClient,
) -> None:
    page = demo.get("/tour/tamper?kind=amount")
    assert page.status_code == 200
    assert "nothing yet that this could be done to" in page.text
    for kind, each in KINDS.items():
        assert f'href="/tour/tamper?kind={kind}"' in page.text
        assert each.called.en in html.unescape(page.text)


def test_a_copy_there_is_no_room_for_is_told_and_tried_again(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/secret")

    with monkeypatch.context() as patched:
        patched.setattr("ledger.tampering.notices.copy_home", full)
        refused = demo.get("/tour/tamper.json?kind=rollback")
    assert refused.status_code == 503
    assert refused.json()["code"] == "storage"
    assert "/tmp" not in refused.text
    done = demo.get("/tour/tamper.json?kind=rollback")
    assert done.json()["found"]["done"]["kind"] == "rollback"


def test_a_large_ledger_is_spared(demo_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tamper, "MOST_ENTRIES", 10)
    visit = Visit(
        ledger=demo_ledger, point=AsOf(size=1, at=0), asked={}, home=demo_ledger.home.path
    )
    assert tamper.find(visit) is None


def test_the_package_taken_along_is_verified_offline(
    demo: TestClient, demo_ledger: Ledger, tmp_path: Path
) -> None:
    found = demo.get("/tour/evidence.json").json()["found"]
    answer = demo.get(f"/evidence/{found['stream']}.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert not [name for name in package.namelist() if name.startswith("disclosures/")]
    (tmp_path / "evidence.zip").write_bytes(answer.content)
    done = subprocess.run(
        [
            Path(sys.executable).with_name("mingzhang"),
            *("--json", "verify", str(tmp_path / "evidence.zip")),
            *("--genesis", demo_ledger.known.streams.first_prev),
        ],
        capture_output=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["clean"]


def test_packages_are_made_so_often_a_minute(demo: TestClient) -> None:
    stream = demo.get("/tour/evidence.json").json()["found"]["stream"]
    tags = [demo.get(f"/evidence/{stream}.zip") for _ in range(3)]
    assert len({tag.content for tag in tags}) == 1
    same = demo.get(f"/evidence/{stream}.zip", headers={"If-None-Match": tags[0].headers["etag"]})
    assert same.status_code == 304
    assert demo.get("/evidence/case/0123456789ABCDEFGHJKMNPQRS.zip").status_code == 404


def test_who_asks_while_one_is_made_is_told_when_to_come_again(
    demo: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = demo.get("/tour/evidence.json").json()["found"]["stream"]
    monkeypatch.setattr(tamper, "_done", {})
    for place, turn in (
        (f"/evidence/{stream}.zip", evidence._one_at_a_time),
        ("/tour/tamper.json?kind=swapped", tamper._one_at_a_time),
    ):
        with turn:
            answer = demo.get(place)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), place
        assert answer.json()["code"] == "request.busy"
