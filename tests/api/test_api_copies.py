"""The copy of a whole unit and period on screen: for auditing posts, then handed over by an act."""

import re
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from api.pages import copies as pages
from api.pages.copies import ended
from api.session import SESSION
from ledger.aggregates.delivery import HandOver
from ledger.entry import base64url
from ledger.rules.periods import parse_period
from ledger.rules.time import parse_date
from ledger.service.boards.deliveries import board as deliveries
from ledger.service.exports.copies import make_copy
from ledger.service.office import do
from tests.api.browsing import Browser
from tests.api.test_api_supervision import supervisor
from tests.service.test_boards import staffed
from tests.support.office import Office
from tests.support.staff import session_of

DAY = 86_400_000


@pytest.fixture
def over(office: Office) -> Office:
    """The office a month later, when the month of its first case is over."""
    office.a_case()
    office.clock.wait(31 * DAY)
    office.ledger.follower.catch_up()
    return office


def test_periods_offered_are_whole_and_over() -> None:
    offered = ended(parse_date("2026-05-13"))
    assert offered[:2] == ["2026-04", "2026-03"]
    assert {"2026Q1", "2025H2", "2025"} <= set(offered)
    assert not {"2026-05", "2026Q2", "2026H1", "2026"} & set(offered)


def test_a_copy_is_made_for_who_audits_and_leads_to_its_hand_over(
    client: TestClient, over: Office
) -> None:
    asked = f"unit={over.unit}&period=2026-03"
    assert client.get(f"/copies?{asked}").status_code == 401
    assert client.get(f"/copies.zip?{asked}").status_code == 401
    by = supervisor(over, "监甲")
    client.cookies.set(SESSION, session_of(over, by))
    page = client.get(f"/copies?{asked}", headers={"Accept-Language": "zh"}).text
    (where,) = re.findall(r'href="(/copies\.zip[^"]*)"', page)
    package = client.get(where.replace("&amp;", "&"))
    assert package.headers["content-type"] == "application/zip"
    digest = base64url.encode(sha256(package.content).digest())
    (act,) = re.findall(r'href="(/acts/new\?command=delivery\.hand_over[^"]*)"', page)
    assert f"package={digest}" in act
    form = client.get(act.replace("&amp;", "&"), headers={"Accept-Language": "zh"}).text
    assert digest in form
    assert "2026年3月" in form


def test_a_copy_is_sent_from_a_file_that_leaves_nothing_behind(
    client: TestClient, over: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.cookies.set(SESSION, session_of(over, supervisor(over, "监甲")))
    address = f"/copies.zip?unit={over.unit}&period=2026-03"
    monkeypatch.setattr(pages, "CHUNK", 1000)
    before = set(over.ledger.home.path.iterdir())
    sent = client.get(address)
    whole = make_copy(over.ledger, over.unit, parse_period("2026-03")).data
    assert sent.content == whole
    assert sent.headers["content-length"] == str(len(whole))
    assert set(over.ledger.home.path.iterdir()) == before

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pages, "TemporaryFile", full)
    assert client.get(address).json()["code"] == "storage"


def test_what_is_no_period_comes_back_with_why(client: TestClient, over: Office) -> None:
    by = supervisor(over, "监甲")
    client.cookies.set(SESSION, session_of(over, by))
    page = client.get(f"/copies?unit={over.unit}&period=2019-01", headers={"Accept-Language": "zh"})
    assert "没有任何记录" in page.text
    far = client.get(f"/copies.zip?unit={over.unit}&period=9998")
    assert (far.status_code, far.json()["code"]) == (404, "copy.nothing_of_period")


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "按登入账本的日期"), ("en", "goes by the day of recording")]
)
def test_the_page_says_that_a_copy_goes_by_the_day_of_recording(
    client: TestClient, over: Office, language: str, words: str
) -> None:
    client.cookies.set(SESSION, session_of(over, supervisor(over, "监甲")))
    page = client.get("/copies", headers={"Accept-Language": language}).text
    assert words in page
    (note,) = (note for note in deliveries.notes if words in getattr(note, language))
    assert note is deliveries.notes[-1]


def test_whoever_acknowledges_reads_unit_period_and_size_where_she_signs(
    client: TestClient, over: Office
) -> None:
    made = make_copy(over.ledger, over.unit, parse_period("2026-03"))
    size, root = made.manifest.size, made.manifest.root
    handed = HandOver(
        unit=over.unit, period="2026-03", size=size, root=root, package=made.digest,
        receiver=over.unit,
    )  # fmt: skip
    stream = do(over.ledger, supervisor(over, "监甲"), handed).entries[0].stream
    inspector = staffed(over, "inspector")
    over.ledger.follower.catch_up()
    browser = Browser(client, inspector, session_of(over, inspector))
    assert f"/acts?stream={stream}" in browser.get("/me"), "it waits on her desk"
    form = browser.get(f"/acts/new?command=delivery.acknowledge&stream={stream}")
    assert "Copy handed over March 2026" in form
    assert made.digest not in form, "she says what she received, not what the form offers"
    assert "original" not in form, "what takes her own key is not typed from paper"
    refused = browser.send(form, status=422, package="A" * 43)
    assert made.digest not in refused
    page = browser.send(form, package=made.digest)
    shown = page[page.index("You are about to acknowledge this copy") :].partition("</section>")[0]
    for said in ("街道", "March 2026", f"<dd>{size}</dd>"):
        assert said in shown
