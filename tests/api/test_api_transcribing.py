"""Paper typed in on a page with its scan, read by those who signed it; files by right."""

import re

import pytest
from starlette.testclient import TestClient

from api.pages import acts
from ledger.aggregates.paper import Dispute
from ledger.errors import StorageError
from ledger.service.attachments.taking import digest_of
from ledger.service.office import Hand, do
from tests.api.browsing import As, Browser, form_in
from tests.service.test_papers import member
from tests.support.files import CAMERA, a_pdf, a_photo
from tests.support.office import Office
from tests.support.staff import session_of

PAPER = {"f.paper.box": "2026-3", "f.paper.number": "17", "f.paper.names": "王秀兰"}


@pytest.fixture
def signer(office: Office) -> Hand:
    return member(office, "jia")


def new_from_paper(clerk: Browser, office: Office) -> str:
    return clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request&paper=1")


def types(
    clerk: Browser, page: str, *, scan: bytes | None = None, status: int = 200, **typed: str
) -> str:
    """Send the form of a paper as filled in; return what comes back."""
    told = {**PAPER, "f.channel": "window", "f.text": "路灯不亮", "f.occ": "2026-02-20", **typed}
    answer = clerk.client.post(
        "/acts/new",
        data=form_in(page) | told | {"step": "check"},
        files=None if scan is None else {"f.paper.scan": ("scan", scan, None)},
        headers=clerk.headers,
    )
    assert answer.status_code == status, answer.text
    return answer.text


def typed_in(clerk: Browser, office: Office, signer: Hand, scan: bytes | None = None) -> int:
    """Type a paper in; return the log index of its entry."""
    page = new_from_paper(clerk, office)
    shown = types(clerk, page, scan=scan, **{"f.paper.persons": signer.who.actor})
    clerk.send(shown, step="sign")
    office.ledger.follower.wait_for(office.size, 30)
    return office.size - (1 if scan is None else 2)


def reading(office: Office, client: TestClient, hand: Hand, index: int) -> tuple[int, bytes]:
    browser = Browser(client, hand, session_of(office, hand))
    answer = client.get(f"/api/v1/attachments/{index}", headers=browser.headers)
    return answer.status_code, answer.content


def test_a_paper_is_typed_in_with_its_scan_in_one_submission(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    page = new_from_paper(clerk, office)
    assert f'value="{signer.who.actor}"' in page
    assert clerk.hand.who.actor not in page[page.index("f.paper.persons") :]
    before = office.size
    shown = types(clerk, page, scan=a_photo(), **{"f.paper.persons": signer.who.actor})
    assert "Typed from paper" in shown
    assert "2026-3" in shown
    clerk.send(shown, step="sign")
    told, attached = (clerk.client.get(f"/api/v1/entries/{before + n}").json() for n in (0, 1))
    assert told["pub"]["transcribed"] == {"persons": [signer.who.actor]}
    assert told["occurred"].startswith("2026-02-20")
    assert (attached["type"], attached["stream"]) == ("case.attached.v1", told["stream"])
    assert "transcribed" not in attached["pub"]  # putting the scan to it is the clerk's own act
    assert "王秀兰" not in told["jws"]


def test_what_is_missing_of_the_paper_is_asked_for_and_nothing_typed_is_lost(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    page = new_from_paper(clerk, office)
    back = types(
        clerk, page, scan=a_photo(), status=400,
        **{"f.paper.box": "", "f.paper.persons": signer.who.actor},
    )  # fmt: skip
    assert 'id="f-paper-box-wrong"' in back
    fields = form_in(back)
    assert fields["f.paper.names"] == "王秀兰"
    assert fields["f.paper.persons"] == signer.who.actor
    assert ":image/jpeg:" in fields["f.paper.scan"]
    assert fields["f.text"] == "路灯不亮"
    again = types(clerk, back, **{"f.paper.scan": "not a scan"}, status=400)
    assert "paper.scan" in again
    assert office.ledger.recorder.head().size == office.size


def test_a_scan_is_kept_of_whoever_may_do_the_act_and_of_nobody_else(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk, other = signed_in("intake_clerk"), signed_in("verifier")
    page = new_from_paper(clerk, office)
    typed = {"f.paper.persons": signer.who.actor}
    word = re.search(r'name="csrf" value="([^"]*)"', other.get("/me"))
    assert word
    hers = page.replace(form_in(page)["csrf"], word[1])
    hers = hers.replace(clerk.hand.who.actor, other.hand.who.actor)
    nothing = types(other, hers, scan=a_photo(), **typed)
    assert "nothing here for you" in nothing
    assert list((office.path / "blobs").iterdir()) == []
    types(clerk, page, scan=a_photo(), **typed)
    assert list((office.path / "blobs").iterdir()) != []


def test_several_who_signed_are_all_named(signed_in: As, office: Office, signer: Hand) -> None:
    other = member(office, "yi")
    clerk = signed_in("intake_clerk")
    both = [signer.who.actor, other.who.actor]
    fields = form_in(new_from_paper(clerk, office)) | PAPER
    fields |= {"f.channel": "window", "f.text": "路灯不亮", "f.occ": "2026-02-20", "step": "check"}
    shown = clerk.client.post(
        "/acts/new", data={**fields, "f.paper.persons": both}, headers=clerk.headers
    ).text
    clerk.send(shown, step="sign")
    told = clerk.client.get(f"/api/v1/entries/{office.size - 1}").json()
    assert told["pub"]["transcribed"]["persons"] == sorted(both)


def test_where_no_files_are_put_the_scans_own_digest_is_sealed(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("organiser")
    page = clerk.get(
        f"/acts/new?command=account.open&unit={office.unit}&kind=volunteer_hours&paper=1"
    )
    assert "only its digest is sealed" in page
    back = types(clerk, page, scan=b"any file the office keeps", status=422)
    assert form_in(back)["f.paper.scan"] == digest_of(b"any file the office keeps")


@pytest.mark.parametrize("command", ["key.enrol", "paper.confirm"])
def test_what_one_signs_oneself_has_no_form_for_paper(signed_in: As, command: str) -> None:
    page = signed_in("registrar").get(f"/acts/new?command={command}&paper=1")
    assert "f.paper.box" not in page
    assert "paper original" not in page


def test_whoever_signed_the_paper_reads_what_was_typed_and_the_scan(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    index = typed_in(clerk, office, signer, a_photo())
    hers = Browser(clerk.client, signer, session_of(office, signer))
    assert f"/papers/{index}" in hers.get("/me")
    assert f"/papers/{index}" in hers.get(f"/entries/{index}")
    page = hers.get(f"/papers/{index}")
    for text in ("路灯不亮", "2026-3", "王秀兰", f"/api/v1/attachments/{index + 1}"):
        assert text in page
    status, data = reading(office, clerk.client, signer, index + 1)
    assert status == 200
    assert data.startswith(b"\xff\xd8\xff")
    assert CAMERA.encode() not in data


def test_whoever_answers_reads_what_was_typed_where_she_signs_and_a_dispute_is_told(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    index = typed_in(clerk, office, signer)
    hers = Browser(clerk.client, signer, session_of(office, signer))
    fields = form_in(hers.get(f"/papers/{index}"))
    assert fields["command"] == "paper.confirm"
    fields |= {"command": "paper.dispute", "f.text": "我没有签过这一条", "step": "check"}
    shown = clerk.client.post("/acts/new", data=fields, headers=hers.headers)
    assert shown.status_code == 200, shown.text
    for text in ("路灯不亮", "2026-3", "我没有签过这一条"):
        assert text in shown.text
    told = clerk.client.get(f"/api/v1/entries/{index}").json()
    dispute = Dispute(of=told["stream"], entry=told["digest"], text="我没有签过这一条")
    do(office.ledger, signer, dispute)
    office.ledger.follower.wait_for(office.size, 30)
    case = told["stream"].removeprefix("case/")
    for path in (f"/progress?code={told['code']}", f"/entries/{index}", f"/cases/{case}"):
        page = clerk.get(path)
        assert "1 dispute it" in page, path
        assert "我没有签过这一条" not in page, path
    assert f"/papers/{index}" not in hers.get("/me")


def test_nobody_else_reads_what_was_typed(signed_in: As, office: Office, signer: Hand) -> None:
    clerk = signed_in("intake_clerk")
    index = typed_in(clerk, office, signer)
    other = signed_in("publisher")
    answer = other.client.get(f"/papers/{index}", headers=other.headers)
    assert answer.status_code == 403
    assert "王秀兰" not in answer.text
    assert f"/papers/{index}" not in other.get(f"/entries/{index}")


def test_a_kept_key_answers_for_no_paper_and_is_told_so(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    publisher = people["publisher"]
    index = typed_in(signed_in("intake_clerk"), office, publisher)
    page = signed_in("publisher").get(f"/papers/{index}")
    assert "paper.confirm" not in page
    assert "/me/key" in page[page.index('id="main"') :]


def test_a_file_is_read_by_those_who_need_it_and_by_nobody_else(
    signed_in: As, office: Office, people: dict[str, Hand], signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    index = typed_in(clerk, office, signer, a_pdf()) + 1
    client = clerk.client
    assert reading(office, client, people["intake_clerk"], index)[0] == 200
    for label in ("organiser", "publisher", "supervisor-1"):
        assert reading(office, client, people[label], index)[0] == 403, label
    answer = client.get(f"/api/v1/attachments/{index}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "request.sign_in")
    assert reading(office, client, people["intake_clerk"], index - 1)[0] == 404


def test_a_file_comes_with_its_type_under_a_name_that_says_nothing(
    signed_in: As, office: Office, signer: Hand
) -> None:
    clerk = signed_in("intake_clerk")
    index = typed_in(clerk, office, signer, a_pdf()) + 1
    answer = clerk.client.get(f"/api/v1/attachments/{index}", headers=clerk.headers)
    told = answer.headers
    assert told["content-type"] == "application/pdf"
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "no-store"
    assert "sandbox" in told["content-security-policy"]
    assert told["content-disposition"].startswith(f'attachment; filename="{index}-')
    assert answer.content == a_pdf()


def test_who_may_have_signed_is_asked_of_the_unit_first_and_of_others_folded_away(
    signed_in: As, office: Office, signer: Hand, people: dict[str, Hand]
) -> None:
    clerk = signed_in("intake_clerk")
    page = new_from_paper(clerk, office)
    folded = page.index("People of other units")
    assert page.index(f'value="{people["publisher"].who.actor}"') < folded
    assert page.index(f'value="{signer.who.actor}"') > folded, "she holds no post there"
    back = types(clerk, page, status=400, **{"f.occ": ""})
    assert 'id="f-occ-wrong"' in back, "the day on the paper is no day to be guessed"


def test_a_file_that_is_not_taken_is_refused_at_its_field_and_is_asked_for_again(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    back = types(clerk, new_from_paper(clerk, office), scan=b"MZ a program", status=400)
    assert 'id="f-paper-scan-wrong"' in back
    assert "Files of this kind are not taken" in back[back.index('id="f-paper-scan-wrong"') :]
    fields = form_in(back)
    assert "f.paper.scan" not in fields
    assert fields["f.text"] == "路灯不亮"


def test_a_scan_sent_from_a_page_that_expired_is_asked_for_again(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = new_from_paper(clerk, office)
    stale = page.replace(form_in(page)["csrf"], "0" * 64)
    back = types(clerk, stale, scan=a_photo(), status=403)
    assert "it was not kept. Choose it again." in back
    assert list((office.path / "blobs").iterdir()) == []
    again = types(clerk, back, scan=a_photo())
    assert "Typed from paper" in again


def test_a_text_longer_than_any_field_takes_is_refused_at_its_field(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    back = types(clerk, new_from_paper(clerk, office), scan=a_photo(), status=400,
        **{"f.text": "长" * 30_000})  # fmt: skip
    assert form_in(back)["f.text"] == "长" * 30_000


def test_a_store_that_is_away_gives_the_form_back_and_says_nothing_for_operators(
    signed_in: As, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageError(why="no route to host db1.intranet")

    clerk = signed_in("intake_clerk")
    page = new_from_paper(clerk, office)
    monkeypatch.setattr(acts, "check", away)
    back = types(clerk, page, scan=a_photo(), status=503)
    assert form_in(back)["f.text"] == "路灯不亮"
    assert 'data-problem="storage"' in back, "script tells it where the form was sent"
    assert "db1" not in back
