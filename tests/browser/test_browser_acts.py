"""Acts in a real browser: report, handle, review, type from paper; what goes wrong meanwhile."""

from typing import Any

import pytest

from tests.browser.conftest import SIZES
from tests.browser.looks import faults, past
from tests.browser.office import (
    PASSPHRASE,
    TEXT,
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
from tests.support.files import a_photo

__all__ = ["enters", "place"]


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    return place.address


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_case_is_reported_in_four_choices(enters: Enters, place: Place, script: bool) -> None:
    page = enters("intake_clerk", "/me", java_script_enabled=script)
    page.click("a.option[href*='case.receive']")
    page.click("a.option[href*='kind=request']")
    fill(page)
    page.select_option("[name='f.category']", "environment")
    page.click("[value=check]")
    assert TEXT in page.locator(".signs").inner_text()
    before = size(page)
    page.click("[value=sign]")
    number = page.locator(".slip .number").inner_text()
    assert number.startswith(f"{before}-")
    assert page.locator(".slip svg.qr").count() == 1
    assert size(page) == before + 1


def test_a_case_is_handled_by_those_whose_turn_it_is(enters: Enters, place: Place) -> None:
    case = place.cases[0]
    page = enters("liaison", f"/acts?stream={case}")
    assert TEXT in page.locator("main").inner_text()
    page.click("a.option[href*='case.resolve']")
    page.select_option("[name='f.outcome']", "settled")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    other = enters("verifier", f"/acts?stream={case}")
    assert "核查通过" in other.locator(".options").inner_text()
    own = enters("liaison", f"/acts?stream={case}")
    assert own.locator(".options a[href*='case.verify']").count() == 0


def test_an_item_is_reviewed_by_two_who_read_it(enters: Enters, place: Place) -> None:
    item = place.items[0]
    for label, done in (("supervisor-1", 0), ("supervisor-2", 1)):
        page = enters(label, "/me")
        page.click(f"a[href='/acts?stream={item}']")
        page.wait_for_url(f"**/acts?stream={item}")
        said = page.locator("main").inner_text()
        assert f"{done} 人已审核签署" in said
        assert "收支明细" in said
        page.click("a.option[href*='disclosure_item.review']")
        to_check(page)
        page.click("[value=sign]")
        page.wait_for_selector(".slip")
    page = enters("supervisor-1", f"/acts?stream={item}")
    assert "2 人已审核签署" in page.locator("main").inner_text()


def test_hours_are_logged(enters: Enters, place: Place) -> None:
    page = enters("volunteer-clerk", f"/acts/new?command=account.claim&stream={place.account}")
    page.fill("[name='f.amount']", "90")
    page.select_option("[name='f.purpose']", "peace")
    page.fill("[name='f.start']", "09:00")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    assert last(page)["type"] == "account.claimed.v1"


def test_a_second_press_is_no_second_entry(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place))
    fill(page)
    to_check(page)
    before = size(page)
    sent = page.evaluate("Object.fromEntries(new FormData(document.querySelector('.proxy')))")
    page.dblclick("[value=sign]")
    page.wait_for_selector(".slip")
    again = page.request.post("/acts/new", form=sent | {"step": "sign"})
    assert "/receipts/" in again.url
    assert size(page) == before + 1


def test_a_draft_outlives_its_page_and_not_the_session(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place))
    fill(page, "还没写完")
    page.wait_for_function("() => Object.keys(localStorage).some(k => k.startsWith('mz:draft:'))")
    page.goto("/me")
    page.goto(report_form(place))
    page.wait_for_selector(".restored")
    assert page.input_value("[name='f.text']") == "还没写完"
    page.click("form[action='/sign-out'] button")
    page.wait_for_url("**/")
    assert page.evaluate("JSON.stringify(localStorage)").count("还没写完") == 0


def test_what_is_typed_just_before_signing_out_is_not_kept_after_it(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", "/me")
    page.clock.install()
    page.goto(report_form(place))
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/sign-out", hold)
    fill(page, "还没写完")
    with page.expect_request("**/sign-out"):
        page.click("form[action='/sign-out'] button")
    page.clock.run_for(1_000)
    assert page.evaluate("JSON.stringify(localStorage)").count("还没写完") == 0
    held[0].continue_()
    page.wait_for_url("**/")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_draft_is_kept_for_three_days_and_that_it_expired_is_told_once(
    enters: Enters, place: Place, lang: str
) -> None:
    page = enters("intake_clerk", "/me", lang=lang)
    page.clock.set_fixed_time("2026-03-02T09:00:00+08:00")
    page.goto(report_form(place))
    fill(page, "还没写完")
    page.wait_for_function("() => JSON.stringify(localStorage).includes('还没写完')")
    page.clock.set_fixed_time("2026-03-05T08:59:00+08:00")
    page.goto(report_form(place))
    page.wait_for_selector(".restored button")
    page.clock.set_fixed_time("2026-03-05T09:01:00+08:00")
    page.goto("/me")  # any page forgets the text
    assert "还没写完" not in page.evaluate("JSON.stringify(localStorage)")
    page.goto(report_form(place))
    told = {"zh": "已过 3 天，已从本机清除", "en": "kept for 3 days and has been removed"}[lang]
    assert told in page.locator(".restored[role=status]").inner_text()
    assert page.input_value("[name='f.text']") == ""
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator(".restored").count() == 0
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('mz:draft:'))") == []


def test_a_kiosk_keeps_nothing_of_a_form(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place), size="kiosk")
    fill(page, "还没写完")
    page.wait_for_timeout(400)
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_kiosk_keeps_no_page_of_who_signed_in_and_ends_her_session_at_home(
    enters: Enters, place: Place
) -> None:
    page = enters("supervisor-1", "/kiosk", size="kiosk")
    page.clock.install()
    page.goto("/supervision")
    page.goto("/kiosk")
    page.clock.run_for(62_000)  # the picture was fetched anew meanwhile, which is no sign of her
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('mz:page:'))") == []
    with page.expect_navigation(url="**/kiosk"):
        page.clock.run_for(16_000)
    assert "mz_session" not in {cookie["name"] for cookie in page.context.cookies()}


def test_a_kiosk_whose_server_was_away_ends_the_session_once_it_is_back(
    enters: Enters, place: Place
) -> None:
    page = enters("supervisor-1", "/kiosk", size="kiosk", tolerate="Failed to load resource")
    page.clock.install()
    page.goto("/supervision")
    page.context.set_offline(True)
    page.clock.run_for(80_000)
    page.wait_for_function("() => sessionStorage.getItem('mz:owed') !== null")
    page.context.set_offline(False)
    page.mouse.click(5, 5)  # somebody else is here by now
    with page.expect_navigation(url="**/kiosk"):
        page.clock.run_for(6_000)
    assert "mz_session" not in {cookie["name"] for cookie in page.context.cookies()}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_session_that_ended_gives_the_form_back(
    enters: Enters, place: Place, script: bool
) -> None:
    page = enters(
        "intake_clerk", report_form(place), java_script_enabled=script, tolerate="status of 401"
    )
    fill(page, "会话过期前写的")
    ended = [{"name": "mz_session", "value": "ended", "url": place.address}]
    page.context.add_cookies(ended)
    page.click("[value=check]")
    page.fill("#name", "clerk")
    page.fill("#passphrase", PASSPHRASE)
    page.click("form[action='/sign-in'] button")
    page.click("text=回到刚才的表单")
    assert page.input_value("[name='f.text']") == "会话过期前写的"
    page.click("[value=check]")
    page.click("[value=sign]")
    page.wait_for_selector(".slip")


def test_what_another_did_meanwhile_is_shown_first(enters: Enters, place: Place) -> None:
    case = place.cases[2]
    form = f"/acts/new?command=case.note_progress&stream={case}"
    page = enters("liaison", form, tolerate="status of 409")
    other = enters("liaison", form)
    for each, text in ((page, "第一个人写的"), (other, "第二个人写的")):
        each.fill("[name='f.text']", text)
        to_check(each)
    other.click("[value=sign]")
    other.wait_for_selector(".slip")
    before = size(page)
    page.click("[value=sign]")
    page.wait_for_selector(".moved")
    assert size(page) == before
    assert "第一个人写的" in page.locator(".signs").inner_text()
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    assert size(page) == before + 1


def test_when_the_server_is_gone_nothing_is_lost(enters: Enters, place: Place) -> None:
    page = enters("publisher", "/me/key", tolerate="ERR_FAILED")
    make_key(page)
    page.click("text=用代管密钥登记这把密钥")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    page.goto(f"/acts/new?command=disclosure_item.revise&stream={place.items[0]}")
    page.select_option("[name='f.reason']", index=1)
    page.fill("[name='f.title']", "收支明细（改）")
    page.click("[value=check]")
    page.wait_for_selector("mz-sign[data-state=ready]")
    page.route("**/api/v1/entries", lambda route: route.abort())
    page.click("text=用本机密钥签署")
    page.wait_for_selector("mz-sign .refusal")
    assert "联系不上服务器" in page.locator("mz-sign .refusal").inner_text()
    page.unroute("**/api/v1/entries")
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".slip")


@pytest.mark.parametrize("window", SIZES)
def test_pages_of_acts_are_accessible(enters: Enters, place: Place, window: str) -> None:
    page = enters("intake_clerk", "/me", size=window)
    found: dict[str, list[str]] = {}
    for path in (
        "/me",
        "/me/done",
        "/me/key",
        "/acts/new?paper=1",
        report_form(place) + "&paper=1",
        f"/acts/new?command=account.claim&stream={place.account}",
        "/acts/new?command=case.receive",
        report_form(place),
        f"/acts?stream={place.cases[0]}",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
    page.goto(report_form(place))
    fill(page)
    to_check(page)
    found["check"] = faults(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    found["receipt"] = faults(page)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("window", SIZES)
def test_what_went_wrong_is_told_accessibly(enters: Enters, place: Place, window: str) -> None:
    """Forms with faults, the registrar's page of codes, signing in, and pages of refusals."""
    page = enters("registrar", "/enrol", size=window, tolerate="the server responded with a status")
    found: dict[str, list[str]] = {"enrol": faults(page)}

    def look(name: str) -> None:
        found[name] = faults(page)
        assert past(page) == 0, name

    page.fill("#code", "7777-7777")
    page.click("main form button")
    page.wait_for_selector(".refusal")
    look("no such code")
    page.goto("/nothing/here")
    look("404")
    page.goto("/acts?stream=case/00000000000000000000000000")
    look("no such stream")
    page.goto("/boards/cases?as_of=soon")
    look("400")
    page.goto(f"/acts/new?command=account.confirm&stream={place.account}")
    page.evaluate("document.querySelector('form.act').noValidate = true")
    page.click("[value=check]")
    page.wait_for_selector(".refusal")
    look("a form with a fault")
    page.context.clear_cookies()
    page.goto("/me")
    look("401")
    page.click("main a[href^='/sign-in']")
    page.fill("#name", "clerk")
    page.fill("#passphrase", "wrong")
    page.click("form[action='/sign-in'] button")
    page.wait_for_selector(".refusal")
    look("a wrong passphrase")
    assert {name: each for name, each in found.items() if each} == {}


def test_on_a_phone_what_narrows_a_list_is_folded_away_until_asked_for(
    enters: Enters, place: Place
) -> None:
    page = enters("intake_clerk", "/register", size="phone")
    assert not page.is_visible("form.filters")
    page.click(".unfold")
    page.select_option("select[name=kind]", "request")
    page.click("form.filters button")
    page.wait_for_url("**kind=request**")
    assert page.is_visible("form.filters"), "what a list is narrowed by is in sight"
    wide = enters("intake_clerk", "/register")
    assert wide.is_visible("form.filters")
    assert not wide.is_visible(".unfold")


def test_whoever_signs_in_comes_back_to_where_she_was(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", "/me", java_script_enabled=False, tolerate="status of 401")
    page.context.clear_cookies()
    page.goto(f"/acts?stream={place.cases[1]}")
    page.click("main a[href^='/sign-in']")
    page.fill("#name", "clerk")
    page.fill("#passphrase", PASSPHRASE)
    page.click("form[action='/sign-in'] button")
    page.wait_for_url(f"**/acts?stream={place.cases[1]}")


def test_a_form_is_filled_in_by_keyboard_alone(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place))
    page.focus("[name='f.channel']")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(TEXT)
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == "check":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("mz-sign")
    assert TEXT in page.locator(".signs").inner_text()


def test_a_paper_is_typed_in_and_whoever_signed_it_answers_with_her_own_key(
    enters: Enters, place: Place
) -> None:
    signer = place.people["joint"].who.actor
    clerk = enters("intake_clerk", "/me")
    clerk.click("a[href='/acts/new?paper=1']")
    clerk.click("a.option[href*='case.receive'][href*='paper=1']")
    clerk.click("a.option[href*='kind=request']")
    fill(clerk)
    clerk.fill("[name='f.paper.box']", "2026-3")
    clerk.fill("[name='f.paper.number']", "17")
    clerk.fill("[name='f.occ']", "2026-02-20")
    clerk.check(f"[value='{signer}']")
    # A closed page loses no box that was ticked.
    clerk.wait_for_function("() => JSON.stringify(localStorage).includes('paper.persons')")
    clerk.reload()
    clerk.wait_for_selector(".restored")
    assert clerk.is_checked(f"[value='{signer}']")
    scan = {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": a_photo()}
    clerk.set_input_files("[name='f.paper.scan'][type=file]", scan)
    to_check(clerk)
    assert "代录" in clerk.locator("main").inner_text()
    assert "扫描件摘要" in clerk.locator(".signs").first.inner_text()
    clerk.click("[value=sign]")
    clerk.wait_for_selector(".slip")
    index = size(clerk) - 2

    page = enters("joint", f"/papers/{index}")
    assert page.locator("button:has-text('去确认')").count() == 0
    enrol_own_key(page)
    page.goto(f"/entries/{index}")
    page.click("text=看录入的内容，确认或提出异议")
    page.wait_for_url(f"**/papers/{index}")
    shown = page.locator("main").inner_text()
    assert TEXT in shown
    assert "2026-3" in shown
    assert faults(page) == []
    with page.expect_download() as taken:
        page.click("text=看原件的扫描件")
    assert taken.value.suggested_filename.endswith(".jpg")
    page.click("button:has-text('去确认')")
    sign_here(page)
    assert last(page)["type"] == "paper.confirmed.v1"
    page.goto(f"/entries/{index}")
    assert "已本人确认 1 人" in page.locator("main").inner_text()
