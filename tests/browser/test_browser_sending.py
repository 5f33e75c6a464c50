"""Forms as they are sent: nothing typed or chosen is lost to a line, a refusal or a session."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.looks import faults
from tests.browser.office import (
    PASSPHRASE,
    TEXT,
    Enters,
    Place,
    enrol_own_key,
    enters,
    fill,
    place,
    report_form,
    size,
    to_check,
)
from tests.support.files import a_photo

__all__ = ["enters", "place"]

SCAN = "[name='f.paper.scan'][type=file]"
FILES_KEPT = """() => new Promise(resolve => {
  const opening = indexedDB.open("mingzhang-drafts", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "name" });
  opening.onsuccess = () => {
    const asked = opening.result.transaction("files").objectStore("files").getAllKeys();
    asked.onsuccess = () => { opening.result.close(); resolve(asked.result.length); };
  };
})"""
CHOSEN = f"document.querySelector(`{SCAN}`)?.files[0]?.name"


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    return place.address


def a_scan(name: str = "scan.jpg", data: bytes | None = None) -> dict[str, Any]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data or a_photo()}


def paper(page: Any, **scan: Any) -> None:
    """Fill in a form from paper, its scan chosen."""
    fill(page)
    page.fill("[name='f.paper.box']", "2026-3")
    page.fill("[name='f.paper.number']", "17")
    page.fill("[name='f.occ']", "2026-02-20")
    page.set_input_files(SCAN, a_scan(**scan))


def await_kept(page: Any) -> None:
    page.wait_for_function(f"async () => await ({FILES_KEPT})() === 1")


def expire(page: Any, place: Place) -> None:
    ended = [{"name": "mz_session", "value": "ended", "url": place.address}]
    page.context.add_cookies(ended)


def sign_in(page: Any) -> None:
    page.fill("#name", "clerk")
    page.fill("#passphrase", PASSPHRASE)
    page.click("form[action='/sign-in'] button")


FORMS: dict[str, tuple[str, str, str, str]] = {
    "a key's code": ("registrar", "/enrol", "#code", "7777-7777"),
    "signing in": ("registrar", "/sign-in", "#name", "clerk"),
    "a receipt's code": ("registrar", "/progress", "#code", "7-AAAAAA"),
    "an act": ("intake_clerk", "", "[name='f.text']", TEXT),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_stays_as_it_was_while_the_server_is_gone(
    enters: Enters, place: Place, name: str
) -> None:
    who, path, field, text = FORMS[name]
    page = enters(who, path or report_form(place), tolerate="Failed to load resource")
    if name == "an act":
        fill(page)
    if name == "signing in":
        page.fill("#passphrase", "not hers")
    page.fill(field, text)
    here = page.url
    form = page.locator("main form", has=page.locator(field))
    page.context.set_offline(True)
    form.locator("button").last.click()
    page.wait_for_selector(".said[role=alert]")
    assert "联系不上服务器" in page.locator(".said").inner_text()
    assert page.input_value(field) == text
    assert page.url == here
    assert faults(page) == []
    page.context.set_offline(False)
    form.locator("button").last.click()
    page.wait_for_selector(
        "mz-sign" if name == "an act" else "main .refusal:not(.said), main .empty"
    )


def test_an_answer_that_is_another_programs_leaves_the_form_as_it_was(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", report_form(place), tolerate="status of 502")
    fill(page)
    bad = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    page.route("**/acts/new", lambda way: way.fulfill(status=502, body=bad))
    page.click("[value=check]")
    page.wait_for_selector(".said")
    assert page.input_value("[name='f.text']") == TEXT
    page.unroute("**/acts/new")
    to_check(page)


def test_a_refusal_that_shows_no_form_is_told_where_it_was_signed(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", report_form(place), tolerate="status of 503")
    fill(page)
    to_check(page)
    before = size(page)
    problem = page.request.get("/nothing/here", headers={"Accept": "text/html"}).text()
    page.route("**/acts/new", lambda way: way.fulfill(status=503, body=problem))
    page.click("[value=sign]")
    page.wait_for_selector(".said")
    assert "(request.no_such_page)" in page.locator(".said").inner_text()
    assert size(page) == before
    page.unroute("**/acts/new")
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    assert size(page) == before + 1


def test_who_signs_here_may_press_again_when_the_server_goes_after_a_conflict(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", report_form(place), tolerate="Failed to load resource")
    enrol_own_key(page)
    page.goto(report_form(place))
    fill(page)
    to_check(page)
    page.wait_for_selector("mz-sign[data-state=ready]")
    page.route("**/api/v1/entries", lambda way: way.fulfill(status=409, json={}))
    page.route("**/acts/new", lambda way: way.abort())
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".said")
    assert "联系不上服务器" in page.locator(".said").inner_text()
    page.unroute("**/api/v1/entries")
    page.unroute("**/acts/new")
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".slip")


def test_a_file_chosen_outlives_the_session_and_the_page_and_goes_with_its_draft(
    enters: Enters, place: Place
) -> None:
    form = report_form(place) + "&paper=1"
    page = enters("intake_clerk", form, tolerate="status of 401")
    paper(page)
    await_kept(page)
    expire(page, place)
    page.click("[value=check]")
    sign_in(page)
    page.click("text=回到刚才的表单")
    page.wait_for_function(f"() => {CHOSEN} === 'scan.jpg'")
    assert "您选过的文件还在" in page.locator("main").inner_text()
    assert page.input_value("[name='f.paper.box']") == "2026-3"
    page.goto("/me")
    page.goto(form)
    page.wait_for_selector(".restored")
    assert page.evaluate(CHOSEN) == "scan.jpg"
    to_check(page)
    assert "扫描件摘要" in page.locator(".signs").first.inner_text()
    page.click("[value=edit]")
    page.wait_for_selector(SCAN)
    assert "已上传" in page.locator(".paper").inner_text()
    assert page.evaluate(CHOSEN) is None, "what the server has is not sent twice"
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    page.wait_for_function(f"async () => await ({FILES_KEPT})() === 0")


def test_without_script_a_file_that_did_not_stay_is_asked_for_where_it_was_chosen(
    enters: Enters, place: Place
) -> None:
    page = enters(
        "intake_clerk", report_form(place) + "&paper=1", java_script_enabled=False,
        tolerate="status of 401",
    )  # fmt: skip
    paper(page)
    expire(page, place)
    page.click("[value=check]")
    sign_in(page)
    page.click("text=回到刚才的表单")
    said = page.locator(".field", has=page.locator(SCAN)).inner_text()
    assert "没有保留下来，请重新选择" in said
    assert page.input_value("[name='f.paper.number']") == "17"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_file_of_no_kind_taken_is_refused_at_its_field_and_all_else_stays(
    enters: Enters, place: Place, script: bool
) -> None:
    page = enters(
        "intake_clerk", report_form(place) + "&paper=1", java_script_enabled=script,
        tolerate="status of 400",
    )  # fmt: skip
    paper(page, data=b"MZ a program")
    page.click("[value=check]")
    page.wait_for_selector(".field.wrong")
    field = page.locator(".field.wrong")
    assert "不接受此类文件" in field.inner_text()
    assert field.locator(SCAN).get_attribute("aria-invalid") == "true"
    assert page.input_value("[name='f.text']") == TEXT
    assert page.input_value("[name='f.paper.box']") == "2026-3"
    page.set_input_files(SCAN, a_scan())
    to_check(page)


def test_files_too_large_together_are_told_of_until_one_is_exchanged(
    enters: Enters, place: Place
) -> None:
    form = f"/acts/new?command=case.attach&stream={place.cases[1]}&paper=1"
    page = enters("liaison", form)
    page.evaluate("document.querySelector('mz-form').dataset.together = 3000")
    whole = a_photo()
    page.set_input_files(SCAN, a_scan(data=whole + b" " * (2500 - len(whole))))
    page.set_input_files("[name='f.file'][type=file]", a_scan(data=whole + b" " * 1000))
    assert "合计不能超过" in page.locator(".oversize[role=alert]").inner_text()
    page.set_input_files(SCAN, a_scan())
    assert page.locator(".oversize").count() == 0
    assert page.locator("form.act [type=file]:invalid").count() == 0


def test_the_way_back_from_what_is_to_be_signed_leads_to_the_form_as_filled_in(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", report_form(place))
    fill(page)
    to_check(page)
    page.go_back()
    page.wait_for_selector(".restored")
    assert page.input_value("[name='f.text']") == TEXT
    to_check(page)
    page.reload()
    page.wait_for_selector(".restored")
    assert page.input_value("[name='f.text']") == TEXT


def leaves(page: Any) -> None:
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/")


def another_signs_in(page: Any) -> None:
    page.context.clear_cookies(name="mz_session")
    page.goto("/sign-in")
    sign_in(page)
    page.wait_for_url(lambda url: urlsplit(url).path == "/me")


@pytest.mark.parametrize("ends", [leaves, another_signs_in])
def test_a_file_chosen_is_nobody_elses(
    enters: Enters, place: Place, ends: Callable[[Any], None]
) -> None:
    form = f"/acts/new?command=case.note_progress&stream={place.cases[0]}&paper=1"
    page = enters("liaison", form)
    page.set_input_files(SCAN, a_scan())
    await_kept(page)
    ends(page)
    page.wait_for_function(f"async () => await ({FILES_KEPT})() === 0")


def test_a_store_that_never_answers_keeps_nobody_signed_in(enters: Enters) -> None:
    page = enters("liaison", "/me")
    page.evaluate("IDBFactory.prototype.open = () => ({})")
    leaves(page)
    assert not {"mz_session"} & {cookie["name"] for cookie in page.context.cookies()}


def test_a_kiosk_keeps_no_file(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place) + "&paper=1", size="kiosk")
    page.clock.install()
    page.goto(report_form(place) + "&paper=1")
    paper(page)
    assert page.evaluate(FILES_KEPT) == 0
    with page.expect_navigation(url="**/kiosk"):
        page.clock.run_for(80_000)
    assert page.evaluate(FILES_KEPT) == 0
    page.go_back()
    assert TEXT not in page.content()


def test_a_kiosk_keeps_no_page_that_came_of_a_form(enters: Enters, place: Place) -> None:
    """As of a paper's, once the session ended: at its address stands what was typed in it."""
    page = enters("intake_clerk", "/integrity", size="kiosk", tolerate="status of 401")
    page.context.clear_cookies(name="mz_session")
    page.evaluate(
        """text => { document.getElementById("main").innerHTML =
        `<form method="post" action="/acts/new"><input type="hidden" name="csrf" value="">
        <textarea name="f.text">${text}</textarea><button>-</button></form>`; }""",
        TEXT,
    )
    kept = "JSON.stringify({...localStorage})"
    page.click("main form button")
    page.wait_for_selector("main form[action='/sign-in']")
    assert TEXT in page.content()
    assert urlsplit(page.url).path == "/integrity"
    assert TEXT not in page.evaluate(kept)
    page.click("nav.bottom a[href='/residents']")
    page.wait_for_url("**/residents")
    page.wait_for_function("Object.keys(localStorage).some(key => key.endsWith(':/residents'))")
    assert TEXT not in page.evaluate(kept)
