"""Keys on pages: what their holder may do with hers, and how a registrar comes to a new one."""

import re
from html import unescape

import pytest

from ledger.entry.keys import BadProof, PrivateKey, prove_possession
from ledger.service.enrolments import (
    SECONDS,
    BadEnrolmentCode,
    Enrolments,
    EnrolmentUnknown,
    EnrolmentUsed,
)
from ledger.service.forms.form import form_of
from ledger.service.forms.holding import keys_of
from ledger.service.forms.possible import possible
from ledger.service.forms.setting import Setting
from ledger.service.office import Hand, enrol, hand
from tests.api.browsing import As
from tests.support.office import Office


def on_key(office: Office, actor: str, kid: str) -> set[tuple[str, str]]:
    found = possible(office.ledger, actor, f"key/{kid}")
    return {(each.command, each.role) for each in found if each.refusal is None}


def test_a_key_is_revoked_by_its_holder_from_her_page_of_keys(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    clerk, stream = people["liaison"], f"key/{people['liaison'].key.kid}"
    browser = signed_in("liaison")
    assert f'href="/acts?stream={stream}"' in browser.get("/me/key")
    page = browser.get(f"/acts?stream={stream}")
    way = re.search(r'href="(/acts/new\?command=key\.revoke&[^"]*)"', page)
    assert way, page
    assert "role=holder" in way[1]
    form = browser.get(unescape(way[1]))
    reasons = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)', form)
    assert dict(reasons)["exposed"] == "Stolen, or others may have it"
    browser.send(browser.send(form, reason="lost"), step="sign")
    assert office.ledger.known.stream(stream).state.revoked
    assert not keys_of(office.ledger, clerk.who.actor)


def test_on_a_keys_page_stands_what_the_rules_allow_and_no_more(
    office: Office, people: dict[str, Hand]
) -> None:
    liaison, registrar = people["liaison"], people["registrar"]
    actor, kid = liaison.who.actor, liaison.key.kid
    assert on_key(office, actor, kid) == {("key.revoke", "holder")}
    assert on_key(office, registrar.who.actor, kid) == {("key.revoke", "registrar")}
    assert on_key(office, people["verifier"].who.actor, kid) == set()
    another = PrivateKey.generate()
    enrol(office.ledger, hand(actor, "holder", liaison.key), actor, another, "file")
    both = {("key.revoke", "holder"), ("key.rotate", "holder")}
    assert on_key(office, actor, kid) == on_key(office, actor, another.kid) == both
    rotating = Setting(office.ledger, "key.rotate", actor, stream=f"key/{kid}")
    (successor,) = form_of(rotating)
    assert [each.value for each in successor.choices] == [another.kid]


def test_a_founder_s_key_leads_to_the_genesis_and_is_told_how_it_is_revoked(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    registrar, browser = people["registrar"], signed_in("registrar")
    kid = registrar.key.kid
    page = browser.get("/me/key")
    assert f'href="/entries/0">{kid}' in page
    assert f"mingzhang key revoke key/{kid} --reason lost" in page
    office.ledger.follower.catch_up()
    lines = office.ledger.known.streams.acts(1, office.size - 1)
    signed = next(each.index for each in lines if each.kid == kid)
    entry = browser.get(f"/entries/{signed}")
    assert f'href="/entries/0">{kid}' in entry
    own = people["liaison"].key.kid
    assert f'href="/replay/key/{own}"' in signed_in("liaison").get("/me/key")


def test_a_founder_is_told_that_nobody_recorded_who_keeps_the_key_she_signs_with(
    signed_in: As, office: Office
) -> None:
    registrar = signed_in("registrar")
    page = registrar.get("/acts/new?command=unit.establish")
    checked = registrar.send(
        page, code="520602009", unit_name="河东社区", level="community", parent=office.unit
    )
    assert "Sign with the founder's key the server holds" in unescape(checked)
    assert "Sign with the key the server keeps" not in checked
    before = office.size
    receipt = registrar.send(checked, step="sign")
    assert office.size == before + 1
    assert "Founder's key; who keeps it is not recorded" in unescape(receipt)


def test_a_code_leads_a_registrar_to_a_key_and_holds_for_half_an_hour(
    signed_in: As, office: Office
) -> None:
    key, hands = PrivateKey.generate(), [1_000_000.0]
    actor = office.hands["verifier"].who.actor
    waiting = Enrolments(office.path, now=lambda: hands[0])
    proof = prove_possession(key, origin=office.ledger.home.origin, actor=actor)
    with pytest.raises(BadProof):
        waiting.ask(actor, key.public.jwk["x"], proof, origin="another.log/1")
    first = waiting.ask(actor, key.public.jwk["x"], proof, origin=office.ledger.home.origin)
    code = waiting.ask(actor, key.public.jwk["x"], proof, origin=office.ledger.home.origin)
    assert waiting.find(code.lower().replace("-", " ")).kid == key.kid
    for wrong in (first, "00000000"):
        with pytest.raises(EnrolmentUnknown):
            waiting.find(wrong)
    with pytest.raises(BadEnrolmentCode):
        waiting.find("七码")
    hands[0] += SECONDS + 1
    with pytest.raises(EnrolmentUnknown):
        waiting.find(code)
    waiting.close()
    assert code.replace("-", "").encode() not in (office.path / "accounts.sqlite").read_bytes()


def test_a_code_is_good_for_one_enrolment(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    key, whose = PrivateKey.generate(), people["liaison"]
    origin, registrar = office.ledger.home.origin, signed_in("registrar")
    waiting = Enrolments(office.path)
    proof = prove_possession(key, origin=origin, actor=whose.who.actor)
    code = waiting.ask(whose.who.actor, key.public.jwk["x"], proof, origin=origin)
    waiting.close()

    def entered() -> tuple[int, str]:
        csrf = re.search(r'name="csrf" value="(\w+)"', registrar.get("/enrol"))
        assert csrf
        answer = registrar.client.post(
            "/enrol", data={"csrf": csrf[1], "code": code}, headers=registrar.headers
        )
        return answer.status_code, answer.text

    status, page = entered()
    assert (status, "command=key.enrol" in page) == (200, True)
    herself = hand(whose.who.actor, "holder", whose.key)
    enrol(office.ledger, herself, whose.who.actor, key, "browser")
    status, page = entered()
    assert (status, "command=key.enrol" in page) == (404, False)
    assert EnrolmentUsed(kid=key.kid).text("en") in unescape(page)


def test_only_a_registrar_enters_codes(signed_in: As) -> None:
    clerk = signed_in("intake_clerk")
    assert clerk.client.get("/enrol", headers=clerk.headers).status_code == 403
    assert "spellcheck" in signed_in("registrar").get("/enrol")
