"""Signing in: accounts, lock-out, forms of ours only, rights from posts held at that moment."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from api.app import make_app
from api.errors import TooManyTries
from api.session import TRIES_IN_WINDOW, Tries
from api.showing.people import Person, by_role
from ledger.service.sign_in import (
    FREE_TRIES,
    IDLE_SECONDS,
    LONGEST_SECONDS,
    AccountExists,
    AccountLocked,
    Accounts,
    AccountUnknown,
    BadAccount,
    SignInRefused,
    lock_seconds,
)
from tests.support.office import Office

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PERSON = "person/KC85N168F20Q7W8TSZVVDFJSN9"
PASSPHRASE = "a passphrase of some length"


class Hands:
    """A clock whose hands a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def accounts(tmp_path: Path, hands: Hands) -> Iterator[Accounts]:
    made = Accounts(tmp_path, now=hands, hasher=CHEAP)
    made.add("zhang", PERSON, PASSPHRASE)
    yield made
    made.close()


def test_the_right_passphrase_opens_a_session(accounts: Accounts) -> None:
    assert accounts.actor_of(accounts.sign_in("Zhang ", PASSPHRASE)) == PERSON
    assert accounts.actor_of("something else") is None


def test_passphrases_and_tokens_are_not_kept(accounts: Accounts, tmp_path: Path) -> None:
    token = accounts.sign_in("zhang", PASSPHRASE)
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSPHRASE.encode() not in kept
    assert token.encode() not in kept
    assert b"argon2id" in kept
    assert (tmp_path / "accounts.sqlite").stat().st_mode & 0o077 == 0


def test_a_wrong_passphrase_and_an_unknown_name_are_refused_alike(accounts: Accounts) -> None:
    said = set()
    for name in ("zhang", "nobody"):
        with pytest.raises(SignInRefused) as refused:
            accounts.sign_in(name, "wrong")
        said.add(refused.value.text("zh"))
    assert len(said) == 1


@pytest.mark.parametrize("name", ["zhang", "nobody"])
def test_many_wrong_tries_lock_a_name_for_a_while_that_doubles(
    accounts: Accounts, hands: Hands, name: str
) -> None:
    for _ in range(FREE_TRIES):
        with pytest.raises(SignInRefused):
            accounts.sign_in(name, "wrong")
    with pytest.raises(AccountLocked) as locked:
        accounts.sign_in(name, PASSPHRASE)
    assert locked.value.facts["seconds"] == 60
    hands.now += 60
    with pytest.raises(SignInRefused):
        accounts.sign_in(name, "wrong")
    hands.now += 60
    with pytest.raises(AccountLocked):
        accounts.sign_in(name, "wrong")
    hands.now += 60
    if name == "zhang":
        assert accounts.sign_in(name, PASSPHRASE)


def test_locks_grow_to_an_hour_and_no_further() -> None:
    assert [lock_seconds(n) for n in (4, 5, 6, 7, 100)] == [0, 60, 120, 240, 3600]


def test_sessions_end_idle_and_in_any_case(accounts: Accounts, hands: Hands) -> None:
    token = accounts.sign_in("zhang", PASSPHRASE)
    hands.now += IDLE_SECONDS + 1
    assert accounts.actor_of(token) is None
    token, began = accounts.sign_in("zhang", PASSPHRASE), hands.now
    while hands.now - began < LONGEST_SECONDS - IDLE_SECONDS:
        hands.now += IDLE_SECONDS - 1
        assert accounts.actor_of(token) == PERSON
    hands.now = began + LONGEST_SECONDS + 1
    assert accounts.actor_of(token) is None


def test_sessions_end_with_the_account_and_the_passphrase(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.change_passphrase("zhang", PASSPHRASE),
        lambda: accounts.disable("zhang"),
    ):
        token = accounts.sign_in("zhang", PASSPHRASE)
        change()
        assert accounts.actor_of(token) is None
    with pytest.raises(SignInRefused):
        accounts.sign_in("zhang", PASSPHRASE)
    accounts.disable("zhang", disabled=False)
    token = accounts.sign_in("zhang", PASSPHRASE)
    accounts.end(token)
    assert accounts.actor_of(token) is None


def test_accounts_of_other_forms_are_refused(accounts: Accounts) -> None:
    for name, actor, passphrase in (
        ("Zhang", PERSON, PASSPHRASE),
        ("li", "person/short", PASSPHRASE),
        ("li", PERSON, "short"),
        ("li", PERSON, "x" * 257),
    ):
        with pytest.raises(BadAccount):
            accounts.add(name, actor, passphrase)
    with pytest.raises(AccountExists):
        accounts.add("zhang", PERSON, PASSPHRASE)
    with pytest.raises(AccountUnknown):
        accounts.disable("li")


def test_one_place_may_try_so_often_a_minute() -> None:
    tries = Tries()
    for _ in range(TRIES_IN_WINDOW):
        tries.take("192.0.2.1")
    with pytest.raises(TooManyTries):
        tries.take("192.0.2.1")
    tries.take("192.0.2.2")


# Over HTTP --------------------------------------------------------------------------------------


def word(client: TestClient, path: str = "/sign-in") -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', client.get(path).text)
    assert found
    return found[1]


@pytest.fixture
def signed(office: Office) -> Iterator[TestClient]:
    """A client of an office in which the coordinator has an account."""
    with TestClient(make_app(office.ledger), headers={"Accept-Language": "en"}) as client:
        accounts = client.app.state.surface.accounts  # type: ignore[attr-defined]
        accounts.add("coordinator", office.hands["coordinator"].who.actor, PASSPHRASE)
        accounts.add("registrar", office.registrars[0].who.actor, PASSPHRASE)
        yield client


def sign_in(client: TestClient, name: str, passphrase: str = PASSPHRASE, **more: str) -> int:
    form = {"csrf": word(client), "name": name, "passphrase": passphrase, "back": "/me"} | more
    return client.post("/sign-in", data=form, follow_redirects=False).status_code


OWN_PAGE = {"Referer": "http://testserver/boards"}


def test_whoever_signs_in_gets_the_rights_of_her_posts(signed: TestClient) -> None:
    assert signed.get("/me").status_code == 401
    assert sign_in(signed, "coordinator") == 303
    assert signed.get("/me").status_code == 200
    refused = signed.get("/log/tile/entries/000.p/5")
    assert (refused.status_code, refused.json()["code"]) == (403, "request.not_your_right")
    assert signed.post("/sign-out", data={"csrf": word(signed, "/me")}).status_code == 200
    assert signed.get("/me").status_code == 401
    assert sign_in(signed, "registrar") == 303
    assert signed.get("/log/tile/entries/000.p/5").status_code == 200


def test_a_kiosk_left_alone_ends_the_session_begun_there(signed: TestClient) -> None:
    assert sign_in(signed, "coordinator") == 303
    token = signed.cookies["mz_session"]
    elsewhere = signed.get("/manner?reset=1&back=/", follow_redirects=False)
    assert "mz_session" not in elsewhere.headers.get("set-cookie", "")
    assert signed.get("/me").status_code == 200, "at her own desk she stays signed in"
    signed.cookies.set("mz_kiosk", "1")
    signed.get("/manner?reset=1&back=/kiosk", headers=OWN_PAGE, follow_redirects=False)
    signed.cookies.set("mz_session", token)
    assert signed.get("/me").status_code == 401, "its token opens nothing any more"


@pytest.mark.parametrize("led", [
    {}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"}, {"Referer": "http://elsewhere.example/page"},
    {"Referer": "http://[broken"}, OWN_PAGE | {"Sec-Fetch-Site": "cross-site"},
])  # fmt: skip
def test_a_link_elsewhere_ends_nobodys_session_at_a_kiosk(
    signed: TestClient, led: dict[str, str]
) -> None:
    assert sign_in(signed, "coordinator") == 303
    signed.cookies.set("mz_kiosk", "1")
    signed.get("/manner?reset=1&back=/kiosk", headers=led, follow_redirects=False)
    assert signed.get("/me").status_code == 200


def test_a_kiosk_without_script_goes_home_by_itself_and_forgets(signed: TestClient) -> None:
    shown = signed.get("/boards?unit=unit/A").text
    assert "http-equiv" not in shown, "elsewhere no page leaves its reader"
    signed.cookies.set("mz_kiosk", "1")
    assert sign_in(signed, "coordinator") == 303
    shown = signed.get("/boards", headers={"Accept": "text/html"}).text
    again = re.search(
        r'<noscript><meta http-equiv="refresh" content="\d+;url=([^"]+)"></noscript>', shown
    )
    assert again
    home = signed.get(unescape(again[1]), headers={"Sec-Fetch-Site": "same-origin"})
    assert home.url.path == "/kiosk"
    assert signed.get("/me").status_code == 401


def test_a_kiosk_is_given_nothing_to_keep_of_who_signed_in_there(signed: TestClient) -> None:
    signed.cookies.set("mz_kiosk", "1")
    assert signed.get("/boards").headers["cache-control"] == "no-cache"
    assert sign_in(signed, "coordinator") == 303
    for path in ("/boards", "/boards.json", "/boards/cases"):
        assert signed.get(path).headers["cache-control"] == "no-store", "the way back shows it not"


def test_a_page_kept_from_an_earlier_session_is_not_shown_for_the_next_one(
    signed: TestClient,
) -> None:
    """Its forms carry the word of a session that ended: they would be refused."""
    assert sign_in(signed, "coordinator") == 303
    first = signed.get("/boards")
    assert "private" in first.headers["cache-control"]
    tag = {"If-None-Match": first.headers["etag"]}
    assert signed.get("/boards", headers=tag).status_code == 304
    signed.post("/sign-out", data={"csrf": word(signed, "/boards")})
    assert sign_in(signed, "coordinator") == 303
    again = signed.get("/boards", headers=tag)
    assert again.status_code == 200
    assert signed.post("/sign-out", data={"csrf": word(signed, "/boards")}).status_code == 200


def test_a_wrong_passphrase_brings_the_form_back_with_what_was_typed(signed: TestClient) -> None:
    form = {"csrf": word(signed), "name": "coordinator", "passphrase": "wrong", "back": "/me"}
    answer = signed.post("/sign-in", data=form)
    assert answer.status_code == 403
    assert 'value="coordinator"' in answer.text
    assert "wrong" not in re.sub("passphrase is wrong", "", answer.text)


def test_a_form_that_is_not_ours_is_refused(signed: TestClient) -> None:
    good = word(signed)
    for csrf in ("", "0" * 64, good[:-1], "é"):
        form = {"csrf": csrf, "name": "coordinator", "passphrase": PASSPHRASE}
        answer = signed.post("/sign-in", data=form)
        assert (answer.status_code, answer.json()["code"]) == (403, "request.stale_form")
    form = {"csrf": good, "name": "coordinator", "passphrase": PASSPHRASE}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = signed.post("/sign-in", data=form, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "request.cross_site")


def test_cookies_cannot_be_read_by_scripts(signed: TestClient) -> None:
    form = {"csrf": word(signed), "name": "coordinator", "passphrase": PASSPHRASE}
    answer = signed.post("/sign-in", data=form, follow_redirects=False)
    (cookie,) = (c for c in answer.headers.get_list("set-cookie") if "mz_session" in c)
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_real_ledger_has_nobody_to_act_as(signed: TestClient, office: Office) -> None:
    assert "/sign-in/as" not in signed.get("/sign-in").text
    form = {"csrf": word(signed), "actor": office.hands["coordinator"].who.actor}
    assert signed.post("/sign-in/as", data=form).status_code == 404


def test_a_demonstration_lists_its_people_to_act_as(demo: TestClient) -> None:
    page = demo.get("/sign-in")
    actors = re.findall(r'name="actor" value="([^"]+)"', page.text)
    assert len(actors) == 15
    assert "龙和" in page.text
    form = {"csrf": word(demo), "actor": actors[0], "back": "/me"}
    answer = demo.post("/sign-in/as", data=form)
    assert (answer.status_code, answer.url.path) == (200, "/me")
    stranger = {"csrf": word(demo, "/me"), "actor": PERSON}
    assert demo.post("/sign-in/as", data=stranger).status_code == 404
    demo.cookies.clear()


def test_people_to_act_as_stand_by_the_post_they_hold_first() -> None:
    clerk, both = ("clerk", "unit/a"), ("clerk", "unit/b")
    one = Person(actor="person/1", name="B", posts=[clerk])
    two = Person(actor="person/2", name="A", posts=[clerk, ("head", "unit/a")])
    three = Person(actor="person/3", name="C", posts=[("inspector", None)])
    four = Person(actor="person/4", name="A", posts=[both])
    assert by_role([four, one, two, three]) == [("inspector", [three]), ("clerk", [two, one, four])]
