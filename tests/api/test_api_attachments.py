"""Files over HTTP: taken from whoever is signed in, attached by a signed act as any other."""

import pytest
from starlette.testclient import TestClient

from api.app import UPLOADS_A_MINUTE
from api.deps import take_upload
from ledger.service.attachments.reading import attachment
from ledger.service.sign_in import Accounts
from tests.api.test_api_entries import signed, wishes
from tests.api.test_api_signin import CHEAP, PASSPHRASE, sign_in
from tests.support.files import CAMERA, a_pdf, a_photo
from tests.support.office import Office

ROUTE = "/api/v1/attachments"


@pytest.fixture
def member(client: TestClient, office: Office) -> TestClient:
    """A client signed in as the office's liaison."""
    accounts = Accounts(office.path, hasher=CHEAP)
    accounts.add("lian", office.hands["liaison"].who.actor, PASSPHRASE)
    accounts.close()
    assert sign_in(client, "lian") == 303
    return client


def test_a_photograph_is_uploaded_and_attached_without_its_exif(
    member: TestClient, office: Office
) -> None:
    case, liaison = office.a_case(), office.hands["liaison"]
    answer = member.post(
        ROUTE, params={"stream": case}, content=a_photo(), headers={"Content-Type": "image/jpeg"}
    )
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert (kept["media_type"], kept["pages"]) == ("image/jpeg", 1)
    wanted = wishes(liaison, ("case.attach", {"stream": case, "file": kept["file"]}))
    (draft,) = member.post("/api/v1/prepare", json=wanted).json()["drafts"]
    assert draft["values"]["attachment"]["digest"] == kept["digest"]
    given = member.post("/api/v1/entries", json={"presentations": [signed(draft, liaison)]})
    assert given.status_code == 201, given.text
    _, data = attachment(office.ledger, given.json()["entries"][0]["index"])
    assert CAMERA.encode() not in data


def test_nobody_uploads_without_signing_in(client: TestClient, office: Office) -> None:
    answer = client.post(ROUTE, params={"stream": office.a_case()}, content=a_pdf())
    assert answer.json()["code"] == "request.sign_in"
    assert list((office.path / "blobs").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "media_type", "refusal"),
    [
        (b"", "application/pdf", (400, "attachment.empty")),
        (b"MZ", "application/octet-stream", (400, "attachment.type")),
        (a_pdf(), "image/png", (400, "attachment.type_differs")),
        (b"x" * ((20 << 20) + 1), "application/pdf", (413, "request.too_large")),
    ],
)
def test_what_is_not_taken_is_refused_as_a_problem(
    member: TestClient, office: Office, content: bytes, media_type: str, refusal: tuple[int, str]
) -> None:
    answer = member.post(
        ROUTE,
        params={"stream": office.a_case()},
        content=content,
        headers={"Content-Type": media_type},
    )
    assert (answer.status_code, answer.json()["code"]) == refusal
    assert list((office.path / "blobs").iterdir()) == []


def test_each_account_has_its_share_of_files_within_a_minute(
    member: TestClient, office: Office
) -> None:
    surface = member.app.state.surface  # type: ignore[attr-defined]
    place, actor = {"params": {"stream": office.a_case()}}, office.hands["liaison"].who.actor
    surface.uploads.take(actor, UPLOADS_A_MINUTE - 1)
    assert member.post(ROUTE, content=a_pdf(), **place).status_code == 201
    refused = member.post(ROUTE, content=a_pdf(), **place)
    assert (refused.status_code, refused.json()["code"]) == (429, "request.too_many_tries")
    assert int(refused.headers["Retry-After"]) > 0
    take_upload(surface, "person/other", 20 << 20)
    assert len(surface.uploads._tried["person/other"]) == 20


def test_a_file_is_for_a_stream_that_there_is(member: TestClient) -> None:
    answer = member.post(ROUTE, params={"stream": "case/" + "0" * 26}, content=a_pdf())
    assert (answer.status_code, answer.json()["code"]) == (404, "attachment.stream_unknown")


def test_whoever_may_not_attach_uploads_nothing(client: TestClient, office: Office) -> None:
    case, other = office.a_case(), "person/" + "0" * 26
    accounts = Accounts(office.path, hasher=CHEAP)
    accounts.add("other", other, PASSPHRASE)
    accounts.close()
    assert sign_in(client, "other") == 303
    answer = client.post(ROUTE, params={"stream": case}, content=a_pdf())
    assert (answer.status_code, answer.json()["code"]) == (403, "attachment.may_not")
    assert list((office.path / "blobs").iterdir()) == []
