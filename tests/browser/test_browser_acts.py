"""Acts in a real browser: report, handle, review, one's own key, and what goes wrong meanwhile."""

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.aggregates.case.commands import Accept, Assign, Triage
from ledger.aggregates.disclosure_item.commands import Draft
from ledger.service.accounts import Accounts
from ledger.service.forms.choosing import Setting, choices
from ledger.service.forms.fields import fields_of
from ledger.service.office import Hand, do
from tests.api.test_api_serve import served
from tests.browser.conftest import INTRANET, SIZES, Open
from tests.support.office import Office, found_office
from tests.support.staff import an_account, employ, staff

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

PASSPHRASE = "a passphrase of some length"
TEXT = "三号路路灯不亮，晚上很黑。"


@dataclass(frozen=True)
class Place:
    """A served office: who may sign in, and things to act on."""

    address: str
    unit: str
    accounts: Accounts
    people: dict[str, Hand]
    account: str
    cases: list[str]
    items: list[str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    office = found_office(tmp_path_factory.mktemp("acts") / "home")
    people = staff(office)
    people["newcomer"] = employ(office, "newcomer", "intake_clerk", keeps=False)
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    cases = [assigned(office, people) for _ in range(3)]
    items = [drafted(office, people["publisher"])]
    office.ledger.close()
    signing_in = Accounts(office.path)
    signing_in.add("clerk", people["intake_clerk"].who.actor, PASSPHRASE)
    with served(office.path, "serve", logs=subprocess.DEVNULL) as (_, url):
        address = url.replace("127.0.0.1", "localhost")
        yield Place(address, office.unit, signing_in, people, account, cases, items)
    signing_in.close()


def assigned(office: Office, people: dict[str, Hand]) -> str:
    """Bring a case to where its handler works on it."""
    case = office.a_case(TEXT)
    handler = people["liaison"].who.actor
    do(office.ledger, people["intake_clerk"], Accept(stream=case))
    do(office.ledger, people["coordinator"], Triage(stream=case, route="direct"))
    do(office.ledger, people["coordinator"], Assign(stream=case, handler=handler))
    return case


def drafted(office: Office, publisher: Hand) -> str:
    """Draft the first item the catalogue lists; return it."""
    given = {"unit": office.unit}

    def first(name: str) -> str:
        setting = Setting(office.ledger, "disclosure_item.draft", publisher.who.actor, given=given)
        field = next(each for each in fields_of(setting.cls) if each.name == name)
        given[name] = (choices(setting, field) or ())[0].value
        return given[name]

    code, period = first("code"), first("period")
    setting = Setting(office.ledger, "disclosure_item.draft", publisher.who.actor, given=given)
    amounts = setting.procedure.amounts if setting.procedure else ()
    command = Draft(
        unit=office.unit, code=code, period=period, title="收支明细",
        amounts=tuple(f"{of}=0.00" for of in amounts),
    )  # fmt: skip
    return do(office.ledger, publisher, command).entries[0].stream


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    return place.address


@pytest.fixture
def enters(opened: Open, place: Place) -> Callable[..., Any]:
    """Opens a page as somebody signed in: ``enters(label, path, …)``."""

    def open_as(label: str, path: str, *, host: str = "localhost", **more: Any) -> Any:
        page = opened("", host=host, **more)
        base = place.address.replace("localhost", host)
        token = place.accounts.begin(place.people[label].who.actor)
        page.context.add_cookies([{"name": "mz_session", "value": token, "url": base}])
        page.goto(path)
        return page

    return open_as


Enters = Callable[..., Any]


def report_form(place: Place) -> str:
    return f"/acts/new?command=case.receive&unit={place.unit}&kind=request"


def fill(page: Any, text: str = TEXT) -> None:
    page.select_option("[name='f.channel']", "phone")
    page.fill("[name='f.text']", text)


def to_check(page: Any) -> None:
    page.click("[value=check]")
    page.wait_for_selector("mz-sign")


def told(page: Any, path: str) -> dict[str, Any]:
    # By the page itself: its name may be one that only the browser resolves.
    found: dict[str, Any] = page.evaluate("path => fetch(path).then(told => told.json())", path)
    return found


def size(page: Any) -> int:
    found: int = told(page, "/api/v1/entries?limit=1")["size"]
    return found


def last(page: Any) -> dict[str, Any]:
    return told(page, f"/api/v1/entries/{size(page) - 1}")


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


def make_key(page: Any) -> str:
    page.wait_for_selector("mz-key[data-state=none]")
    page.click("mz-key button")
    page.wait_for_selector("mz-key[data-state=made]")
    spaced: str = page.locator("mz-key .thumbprint").inner_text()
    return spaced


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
    assert registrar.locator(".refusal").count() == 1
    registrar.fill("#code", code.lower())
    registrar.click("main form button")
    assert registrar.locator(".thumbprint").inner_text() == thumbprint
    registrar.click("text=一致，去登记")
    to_check(registrar)
    registrar.click("[value=sign]")
    registrar.wait_for_selector(".slip")

    page.reload()
    page.wait_for_selector("mz-key[data-state=enrolled]")
    page.goto(report_form(place))
    fill(page, "本机签署的一件事")
    to_check(page)
    page.wait_for_selector("mz-sign[data-state=ready]")
    shown = page.locator(".device").inner_text()
    assert "本机签署的一件事" in shown
    assert "case.received.v1" in shown
    assert "case.request · cn-base@" in shown
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


def test_a_kiosk_keeps_nothing_of_a_form(enters: Enters, place: Place) -> None:
    page = enters("intake_clerk", report_form(place), size="kiosk")
    fill(page, "还没写完")
    page.wait_for_timeout(400)
    assert page.evaluate("Object.keys(localStorage).length") == 0


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
        "/me/key",
        "/acts/new?command=case.receive",
        report_form(place),
        f"/acts?stream={place.cases[0]}",
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found[path] = faults(page)
    page.goto(report_form(place))
    fill(page)
    page.click("[value=check]")
    found["check"] = faults(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    found["receipt"] = faults(page)
    assert {path: each for path, each in found.items() if each} == {}


def faults(page: Any) -> list[str]:
    results = axe.Axe().run(page)
    said = json.loads(json.dumps(results.response["violations"]))
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in said]


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
