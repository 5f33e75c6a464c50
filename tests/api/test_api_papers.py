"""Numbers and paper over HTTP: on receipts, in the register, on pages; drafts typed from paper."""

import pytest
from starlette.testclient import TestClient

from ledger.service.office import do
from tests.api.test_api_entries import receive, signed, wishes
from tests.service.test_numbers import adopt
from tests.service.test_papers import an_original, member
from tests.support.office import Office

PAPER = {"box": "2026-3", "number": "17", "names": "王秀兰"}


@pytest.fixture
def numbered(office: Office) -> Office:
    adopt(office)
    return office


def test_a_draft_is_typed_from_paper_and_its_receipt_bears_the_official_number(
    numbered: Office, client: TestClient
) -> None:
    clerk = numbered.hands["intake_clerk"]
    wanted = wishes(clerk, receive(numbered)) | {"original": PAPER}
    (draft,) = client.post("/api/v1/prepare", json=wanted).json()["drafts"]
    assert draft["values"]["paper"]["names"] == "王秀兰"
    given = client.post("/api/v1/entries", json={"presentations": [signed(draft, clerk)]}).json()
    (line,) = given["entries"]
    assert line["official"] == "520602001事〔2026〕0001号"
    numbered.ledger.follower.wait_for(numbered.size, 30)
    page = client.get("/api/v1/register").json()
    (case,) = page["cases"]
    assert (case["official"], case["transcribed"]) == (line["official"], True)
    (step,) = client.get(f"/api/v1/replay/{line['stream']}").json()["steps"]
    assert (step["official"], step["paper"]["persons"]) == (line["official"], [])


def test_an_original_without_its_place_is_refused(office: Office, client: TestClient) -> None:
    wanted = wishes(office.hands["intake_clerk"], receive(office)) | {"original": {"box": "1"}}
    answer = client.post("/api/v1/prepare", json=wanted)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.invalid")


def test_every_page_of_a_case_marks_what_was_typed_and_bears_its_number(
    numbered: Office, client: TestClient
) -> None:
    signer = member(numbered, "jia")
    clerk = numbered.hands["intake_clerk"]
    (line,) = do(numbered.ledger, clerk, numbered.receive(), original=an_original(signer)).entries
    numbered.ledger.follower.wait_for(numbered.size, 30)
    for path in (
        f"/cases/{line.stream[5:]}",
        f"/entries/{line.index}",
        f"/replay/{line.stream}",
        "/register",
        "/boards/papers",
    ):
        page = client.get(path)
        assert page.status_code == 200, path
        assert "Typed from paper" in page.text, path
        assert "王秀兰" not in page.text
    for path in (f"/cases/{line.stream[5:]}", f"/entries/{line.index}", "/register"):
        assert "520602001事〔2026〕0001号" in client.get(path).text, path
    assert "520602001事〔2026〕0001号" in client.get("/boards/numbers").text
