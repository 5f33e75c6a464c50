"""Writing: prepare, sign on one's own side, submit; again, too late, changed on the way."""

import json
import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from ledger.entry import base64url, canonical
from ledger.entry.ids import new_id
from ledger.entry.jws import parse_jws, verify_signature
from ledger.entry.presentation import Presentation, Unopened, open_presentation
from ledger.service.acts import drafts as drafts_
from ledger.service.acts.drafts import enrolled_key
from ledger.service.office import Hand
from tests.support.office import Office, presented


def wishes(by: Hand, *commands: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "actor": by.who.actor,
        "role": by.who.role,
        "kid": by.who.kid,
        "commands": [
            {"command": name, "members": members, "jti": new_id()} for name, members in commands
        ],
    }


def signed(draft: dict[str, Any], by: Hand) -> str:
    """Sign a draft as a client does: the exact bytes received."""
    message = draft["signing_input"]
    signature = base64url.encode(by.key.sign(message.encode()))
    return "~".join([f"{message}.{signature}", *draft["disclosures"], ""])


def receive(office: Office, text: str = "路灯不亮") -> tuple[str, dict[str, Any]]:
    members = {"unit": office.unit, "kind": "request", "channel": "phone", "text": text}
    return "case.receive", members


def test_a_draft_signed_by_the_client_is_recorded_and_seen_at_once(
    client: TestClient, office: Office
) -> None:
    office.ledger.follower.catch_up()  # making the views is not what is waited for below
    clerk = office.hands["intake_clerk"]
    drafts = client.post("/api/v1/prepare", json=wishes(clerk, receive(office))).json()["drafts"]
    assert drafts[0]["values"]["matter"]["text"] == "路灯不亮"
    text = signed(drafts[0], clerk)
    answer = client.post("/api/v1/entries", json={"presentations": [text]})
    assert answer.status_code == 201, answer.text
    (line,) = answer.json()["entries"]
    size = line["index"] + 1
    page = client.get("/api/v1/register", params={"min_size": size}).json()
    assert [each["row"]["case"] for each in page["cases"]] == [line["stream"]]


def test_the_same_submission_again_gets_its_first_receipt(
    client: TestClient, office: Office
) -> None:
    body = {
        "presentations": [
            text.decode()
            for text in presented(office.ledger, office.hands["intake_clerk"], office.receive())
        ]
    }
    first, again = (client.post("/api/v1/entries", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"again": True}
    jti = parse_jws(body["presentations"][0].split("~")[0].encode()).claims.jti
    assert client.get(f"/api/v1/receipts/{jti}").json() == again.json()
    assert client.get(f"/api/v1/receipts/{new_id()}").status_code == 404


def test_a_submission_behind_its_stream_is_a_conflict_and_loses_nothing(
    client: TestClient, office: Office
) -> None:
    case = office.a_case()
    clerk = office.hands["intake_clerk"]
    wish = ("case.accept", {"stream": case})
    one, two = (
        client.post("/api/v1/prepare", json=wishes(clerk, wish)).json()["drafts"][0]
        for _ in range(2)
    )
    bodies = [{"presentations": [signed(draft, clerk)]} for draft in (one, two)]
    sent = [client.post("/api/v1/entries", json=body) for body in bodies]
    assert [answer.status_code for answer in sent] == [201, 409]
    assert sent[1].json()["code"] == "stream.not_next"


def test_a_value_changed_on_the_way_is_refused(client: TestClient, office: Office) -> None:
    (text,) = presented(office.ledger, office.hands["intake_clerk"], office.receive())
    jws, first, *rest = text.decode().split("~")
    salt, name, _ = json.loads(base64url.decode(first))
    forged = base64url.encode(canonical.encode([salt, name, "另一件事"]))
    body = {"presentations": ["~".join([jws, forged, *rest])]}
    answer = client.post("/api/v1/entries", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "disclosure.unreferenced"


def test_an_unknown_key_is_refused(client: TestClient, office: Office) -> None:
    clerk, other = office.hands["intake_clerk"], office.hands["liaison"]
    drafts = client.post("/api/v1/prepare", json=wishes(clerk, receive(office))).json()["drafts"]
    body = {"presentations": [signed(drafts[0], other)]}
    answer = client.post("/api/v1/entries", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "signature.bad")


def test_a_rule_refuses_at_prepare_with_its_code(client: TestClient, office: Office) -> None:
    liaison = office.hands["liaison"]
    answer = client.post("/api/v1/prepare", json=wishes(liaison, receive(office)))
    assert (answer.status_code, answer.json()["code"]) == (403, "authority.role_not_allowed")


def test_a_body_of_another_form_names_the_place_not_the_value(client: TestClient) -> None:
    for body in ({"presentations": []}, {"presentations": [7]}, {"texts": ["居民甲"]}, [], 3):
        answer = client.post("/api/v1/entries", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "request.invalid")
        assert "居民甲" not in answer.text
    for raw in (b"", b"{", b"\xff\xfe", b"[" * 100_000):
        answer = client.post("/api/v1/entries", content=raw)
        assert (answer.status_code, answer.json()["code"]) == (400, "request.invalid")


def test_a_receipt_can_be_checked_by_its_holder(client: TestClient, office: Office) -> None:
    (text,) = presented(office.ledger, office.hands["intake_clerk"], office.receive())
    line = client.post("/api/v1/entries", json={"presentations": [text.decode()]}).json()[
        "entries"
    ][0]
    shown = client.get(f"/api/v1/entries/{line['index']}").json()
    assert shown["code"] == line["code"]
    entry = parse_jws(shown["jws"].encode())
    verify_signature(entry, enrolled_key(office.ledger, entry.kid))
    assert shown["sealed"] == {"matter": 5, "reporter": 4}


def test_drafts_have_a_limit_a_minute_for_who_is_not_signed_in_and_a_size(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.app.state.surface.drafts, "_most", 2)  # type: ignore[attr-defined]
    wanted = wishes(office.hands["intake_clerk"], receive(office))
    said = [client.post("/api/v1/prepare", json=wanted) for _ in range(3)]
    assert [answer.status_code for answer in said] == [200, 200, 429]
    assert said[-1].json()["code"] == "request.too_many_tries"
    assert 0 < int(said[-1].headers["retry-after"]) <= 61
    large = client.post("/api/v1/prepare", content=b" " * ((2 << 20) + 1))
    assert (large.status_code, large.json()["code"]) == (413, "request.too_large")


def test_a_submission_has_a_size_all_together(client: TestClient) -> None:
    large = client.post("/api/v1/entries", content=b" " * ((2 << 20) + 1))
    assert (large.status_code, large.json()["code"]) == (413, "request.too_large")


def test_what_a_stranger_seals_is_not_looked_into(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Unopened] = []

    def looking(unopened: Unopened) -> Presentation:
        looked.append(unopened)
        return open_presentation(unopened)

    monkeypatch.setattr(drafts_, "open_presentation", looking)
    clerk, other = office.hands["intake_clerk"], office.hands["liaison"]
    drafts = client.post("/api/v1/prepare", json=wishes(clerk, receive(office))).json()["drafts"]
    bad, good = ({"presentations": [signed(drafts[0], by)]} for by in (other, clerk))
    assert client.post("/api/v1/entries", json=bad).json()["code"] == "signature.bad"
    assert looked == []
    assert client.post("/api/v1/entries", json=good).status_code == 201
    assert len(looked) == 1


def test_a_large_submission_is_judged_off_the_event_loop(
    client: TestClient, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def opening(unopened: Unopened) -> Presentation:
        names.append(threading.current_thread().name)
        return open_presentation(unopened)

    monkeypatch.setattr(drafts_, "open_presentation", opening)
    clerk = office.hands["intake_clerk"]
    for text in ("短", "长" * 2_000):
        wanted = wishes(clerk, *[receive(office, text)] * 12)
        drafts = client.post("/api/v1/prepare", json=wanted).json()["drafts"]
        body = {"presentations": [signed(draft, clerk) for draft in drafts]}
        answer = client.post("/api/v1/entries", json=body)
        assert answer.status_code == 201, answer.text
    assert len(set(names[:12])) == 1
    assert names[0] not in names[12:]
    assert len(names) == 24
