"""One's own key in a real browser: made, enrolled, and what is signed with it on the device."""

import json
from typing import Any

import pytest

from ledger.entry import base64url
from tests.browser.conftest import INTRANET
from tests.browser.office import (
    Enters,
    Place,
    enrol_own_key,
    enters,
    fill,
    last,
    make_key,
    place,
    report_form,
    sign_here,
    size,
    to_check,
)

__all__ = ["enters", "place"]


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    return place.address


def test_a_key_made_here_is_enrolled_by_a_registrar_and_signs_here(
    enters: Enters, place: Place
) -> None:
    page = enters("newcomer", "/me/key")
    thumbprint = make_key(page)
    assert "读不出来" in page.locator("mz-key").inner_text()
    page.click("text=取得一次性登记码")
    code = page.locator(".onetime").inner_text()

    registrar = enters("registrar", "/enrol", tolerate="status of 4")
    registrar.fill("#code", "7777-7777")
    registrar.click("main form button")
    registrar.wait_for_selector(".refusal")
    registrar.fill("#code", code.lower())
    registrar.click("main form button")
    assert registrar.locator(".thumbprint").inner_text() == thumbprint
    registrar.click("text=一致，去登记")
    to_check(registrar)
    registrar.click("[value=sign]")
    registrar.wait_for_selector(".slip")

    page.reload()
    page.wait_for_selector("mz-key[data-state=enrolled]")
    page.goto(report_form(place).replace("kind=request", "kind=hazard"))
    fill(page, "本机签署的一件事")
    page.select_option("[name='f.form.level']", "major")
    to_check(page)
    page.wait_for_selector("mz-sign[data-state=ready]")
    shown = page.locator(".device").inner_text()
    assert "本机签署的一件事" in shown
    assert "case.received.v1" in shown
    assert "case.hazard · cn-base@" in page.locator(".device details").text_content()
    assert "重大（major）" in shown, "what a kind's form holds is told field by field, in words"
    assert '"level"' not in shown
    assert page.locator("[value=sign]").count() == 0
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".slip")
    assert last(page)["kid"] == thumbprint.replace(" ", "")
    assert page.evaluate(READ_KEY) == {"extractable": False, "seed": False}


READ_KEY = """() => new Promise((resolve) => {
  const opening = indexedDB.open("mingzhang", 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction("keys").objectStore("keys").getAll();
    all.onsuccess = () => {
      const [{ key, seed }] = all.result;
      resolve({ extractable: key ? key.extractable : null, seed: seed !== undefined });
    };
  };
})"""


def test_without_the_browsers_cryptography_script_keeps_the_key_and_says_so(
    enters: Enters, place: Place
) -> None:
    page = enters("coordinator", "/me/key", host=INTRANET)
    assert page.evaluate("typeof crypto.subtle") == "undefined"
    thumbprint = make_key(page)
    assert "由脚本保管" in page.locator("mz-key").inner_text()
    page.click("text=用代管密钥登记这把密钥")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    page.goto("/me/key")
    page.wait_for_selector("mz-key[data-state=enrolled]")
    assert page.evaluate(READ_KEY) == {"extractable": None, "seed": True}
    page.goto(f"/acts/new?command=case.reassign&stream={place.cases[1]}")
    page.select_option("[name='f.handler']", place.people["liaison"].who.actor)
    page.select_option("[name='f.reason']", index=1)
    page.click("[value=check]")
    page.wait_for_selector("mz-sign[data-state=ready]")
    assert "由脚本保管" in page.locator("mz-sign").inner_text()
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".slip")
    assert last(page)["kid"] == thumbprint.replace(" ", "")


def test_a_draft_that_hides_a_value_is_not_signed(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", "/me/key")
    make_key(page)
    page.click("text=用代管密钥登记这把密钥")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")

    def hide(route: Any) -> None:
        answer = route.fetch()
        changed = answer.json()
        changed["drafts"][0]["disclosures"].pop()
        route.fulfill(response=answer, json=changed)

    page.route("**/api/v1/prepare", hide)
    page.goto(report_form(place))
    fill(page)
    page.click("[value=check]")
    page.wait_for_selector("mz-sign .refusal")
    assert "draft.mismatch" in page.locator("mz-sign .refusal").inner_text()
    assert page.locator("text=用本机密钥签署").count() == 0


def claims(entry: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64url.decode(entry["jws"].split(".")[1]))
    return found


def test_a_review_and_an_item_that_waits_for_it_are_signed_here(
    enters: Enters, place: Place
) -> None:
    page = enters("supervisor-2", "/me")
    kid = enrol_own_key(page)
    page.goto("/integrity")
    page.wait_for_selector("mz-log[data-state=valid]")
    verified = size(page)

    page.goto(f"/supervision?unit={place.unit}")
    page.click("text=看完了，签署这一段的审阅")
    page.select_option("[name='f.outcome']", "nothing_found")
    to_check(page)
    sign_here(page)
    review = last(page)
    assert (review["type"], review["kid"]) == ("review.signed.v1", kid)
    assert review["pub"]["size"] >= verified
    # What this device had verified before goes under the signature.
    assert claims(review)["seen"]["size"] == verified

    page.goto(f"/supervision?unit={place.unit}")
    page.click(f"a.button[href*='{place.items[1]}']")
    to_check(page)
    sign_here(page)
    item = last(page)
    assert (item["type"], item["kid"]) == ("disclosure_item.reviewed.v1", kid)
    assert item["stream"] == place.items[1]


def test_who_has_a_key_file_enrols_this_device_with_it(enters: Enters, place: Place) -> None:
    page = enters("member", "/me/key")
    assert "密钥文件不能导入浏览器" in page.locator("main").inner_text()
    make_key(page)
    page.click("text=用已有的密钥登记这把密钥")
    command = page.locator(".code-given pre").inner_text()
    assert f"mingzhang key enrol --holder {place.people['member'].who.actor}" in command
    assert "--custody browser" in command
