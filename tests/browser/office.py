"""A served office for browser tests of acts: who may sign in, what there is to act on."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ledger.aggregates.case.commands import Accept, Assign, Triage
from ledger.aggregates.disclosure_item.commands import Draft
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.setting import Setting
from ledger.service.office import Hand, do
from ledger.service.sign_in import Accounts
from tests.api.test_api_serve import served
from tests.browser.conftest import Open
from tests.service.test_papers import member
from tests.support.office import Office, found_office
from tests.support.staff import an_account, employ, staff

PASSPHRASE = "a passphrase of some length"
TEXT = "三号路路灯不亮，晚上很黑。"


@dataclass(frozen=True)
class Place:
    """A served office: who may sign in, and things to act on."""

    home: Path
    address: str
    unit: str
    accounts: Accounts
    people: dict[str, Hand]
    account: str
    cases: list[str]
    items: list[str]
    running: ExitStack


def serving(home: Path, running: ExitStack, port: int = 0) -> str:
    """Start a server that runs until ``running`` is closed; return its address."""
    server = served(home, "serve", logs=subprocess.DEVNULL, port=port)
    return running.enter_context(server)[1].replace("127.0.0.1", "localhost")


@contextmanager
def gone(place: Place) -> Iterator[None]:
    """Stop the server of a place, and start it again where it was."""
    place.running.close()
    yield
    serving(place.home, place.running, urlsplit(place.address).port or 0)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    office = found_office(tmp_path_factory.mktemp("acts") / "home")
    people = staff(office)
    people["member"] = member(office, "jia")
    people["newcomer"] = employ(office, "newcomer", "intake_clerk", keeps=False)
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    cases = [assigned(office, people) for _ in range(3)]
    items = [drafted(office, people["publisher"], number) for number in range(2)]
    office.ledger.close()
    signing_in = Accounts(office.path)
    signing_in.add("clerk", people["intake_clerk"].who.actor, PASSPHRASE)
    with ExitStack() as running:
        address = serving(office.path, running)
        yield Place(
            office.path, address, office.unit, signing_in, people, account, cases, items, running
        )
    signing_in.close()


def assigned(office: Office, people: dict[str, Hand]) -> str:
    """Bring a case to where its handler works on it."""
    case = office.a_case(TEXT)
    handler = people["liaison"].who.actor
    do(office.ledger, people["intake_clerk"], Accept(stream=case))
    do(office.ledger, people["coordinator"], Triage(stream=case, route="direct"))
    do(office.ledger, people["coordinator"], Assign(stream=case, handler=handler))
    return case


def drafted(office: Office, publisher: Hand, number: int) -> str:
    """Draft an item of the first that the catalogue lists, ``number`` periods ago; return it."""
    given = {"unit": office.unit}

    def picked(name: str, which: int = 0) -> str:
        setting = Setting(office.ledger, "disclosure_item.draft", publisher.who.actor, given=given)
        field = next(each for each in fields_of(setting.cls) if each.name == name)
        given[name] = (choices(setting, field) or ())[which].value
        return given[name]

    code, period = picked("code"), picked("period", number)
    setting = Setting(office.ledger, "disclosure_item.draft", publisher.who.actor, given=given)
    amounts = setting.procedure.amounts if setting.procedure else ()
    command = Draft(
        unit=office.unit, code=code, period=period, title="收支明细",
        amounts=tuple(f"{of}=0.00" for of in amounts),
    )  # fmt: skip
    return do(office.ledger, publisher, command).entries[0].stream


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


def make_key(page: Any) -> str:
    page.wait_for_selector("mz-key[data-state=none]")
    page.click("mz-key button")
    page.wait_for_selector("mz-key[data-state=made]")
    spaced: str = page.locator("mz-key .thumbprint").inner_text()
    return spaced


def enrol_own_key(page: Any) -> str:
    """Make a key on this device and enrol it by the one the server keeps; return its thumbprint."""
    page.goto("/me/key")
    thumbprint = make_key(page)
    page.click("text=用代管密钥登记这把密钥")
    to_check(page)
    page.click("[value=sign]")
    page.wait_for_selector(".slip")
    return thumbprint.replace(" ", "")


def sign_here(page: Any) -> None:
    """Sign what is shown with the key of this device."""
    page.wait_for_selector("mz-sign[data-state=ready]")
    page.click("text=用本机密钥签署")
    page.wait_for_selector(".slip")
