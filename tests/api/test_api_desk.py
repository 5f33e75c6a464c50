"""A desk: what waits for her whose it is, what she keeps, what she did, what she reads."""

import re
from html import unescape

import pytest

from api.pages import done
from ledger.aggregates.account import commands as wishes
from ledger.aggregates.case.commands import CallBack, GiveAnswer, Resolve, Verify
from ledger.aggregates.decision.commands import Propose, TakeStep
from ledger.aggregates.disclosure_item.commands import Review
from ledger.service.forms import turns
from ledger.service.forms.form import form_of
from ledger.service.forms.setting import Setting
from ledger.service.office import Hand, do
from ledger.service.reading.numbers import numbers_of_streams
from tests.api.browsing import As, Browser, assigned, form_in
from tests.browser.office import drafted
from tests.service.test_account_boards import TODAY, fund
from tests.service.test_numbers import adopt
from tests.support.office import Office
from tests.support.staff import an_account, employ, session_of

OUT = {"purpose": "office", "day": TODAY, "flow": "out"}


def at_desk(signed_in: As, office: Office, hand: Hand) -> Browser:
    """Return the browser of somebody who is not of the staff."""
    return Browser(signed_in("registrar").client, hand, session_of(office, hand))


def asked_to_sign(page: str) -> list[tuple[str, str]]:
    """Return the command and the number of each item a desk asks to sign."""
    return re.findall(r"command=(account\.\w+)&amp;stream=[^&]*&amp;item=(\d+)\"", page)


def test_hours_wait_on_the_desk_of_who_confirms_them_until_she_has(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    signed_in("volunteer-clerk").does(
        "account.claim", account, amount="90", purpose="peace", start="09:00"
    )
    office.ledger.follower.wait_for(office.size, 30)
    organiser, clerk = signed_in("organiser"), signed_in("volunteer-clerk")
    page = organiser.get("/me")
    assert "<p>Key: " in page, "where her key is, told as every other fact"
    assert asked_to_sign(page) == [("account.confirm", "1")]
    assert "1.50 hours" in page
    assert asked_to_sign(clerk.get("/me")) == [], "nobody confirms what she claimed"
    form = organiser.get(f"/acts/new?command=account.confirm&stream={account}&item=1")
    organiser.send(organiser.send(form, unrelated="yes"), step="sign")
    office.ledger.follower.wait_for(office.size, 30)
    assert asked_to_sign(organiser.get("/me")) == []


def test_a_clerk_comes_from_her_desk_to_the_account_she_claims_on(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    office.ledger.follower.wait_for(office.size, 30)
    clerk = signed_in("volunteer-clerk")
    assert f'href="/boards/volunteers?unit={office.unit}"' in clerk.get("/me")
    assert "Choose an account to claim on" in clerk.get("/me")
    posts = signed_in("organiser").get("/me")
    assert "Choose an account to work on" in posts, "the rules let her post, not claim"
    assert "Choose an account to claim on" not in posts
    row = f"/boards/volunteers/rows/0?as_of={office.size}&unit={office.unit}"
    act = f'href="/acts?stream={account}"'
    assert act in clerk.get(row)
    assert act not in clerk.client.get(row, headers={"Accept": "text/html"}).text


def test_a_voucher_waits_on_the_desks_of_those_who_have_not_signed_it(
    signed_in: As, office: Office
) -> None:
    account, hands = fund(office)
    do(office.ledger, hands["bao"], wishes.Claim(stream=account, amount=5_000, **OUT))
    do(office.ledger, hands["r1"], wishes.Confirm(stream=account, item=1))
    office.ledger.follower.wait_for(office.size, 30)
    desks = {each: at_desk(signed_in, office, hand).get("/me") for each, hand in hands.items()}
    asked = {label for label, page in desks.items() if asked_to_sign(page)}
    assert asked == {"r2", "r3", "s", "d"}
    assert "50.00 yuan" in desks["s"]
    assert {label for label, page in desks.items() if f"/acts?stream={account}" in page} == {
        *asked, "bao", "kuai",
    }, "those who book on it have the account itself on their desks"  # fmt: skip


def test_to_sign_one_voucher_nobody_reads_whom_the_others_paid(
    signed_in: As, office: Office
) -> None:
    account, hands = fund(office)
    for item, payee in enumerate(("甲五金店", "乙印务社"), start=1):
        paid = wishes.Claim(stream=account, amount=5_000, payee=payee, **OUT)
        do(office.ledger, hands["bao"], paid)
        if payee == "甲五金店":
            for label in ("r1", "r2", "r3", "s", "d"):
                do(office.ledger, hands[label], wishes.Confirm(stream=account, item=item))
            do(office.ledger, hands["kuai"], wishes.Post(stream=account, item=item))
    desk = at_desk(signed_in, office, hands["s"])
    page = desk.get(f"/acts?stream={account}")
    assert "乙印务社" in page
    assert "甲五金店" not in page
    form = desk.get(f"/acts/new?command=account.confirm&stream={account}&item=2")
    shown = desk.send(form)
    assert "乙印务社" in shown
    assert "甲五金店" not in shown


def test_what_somebody_reported_and_did_is_listed_to_her_alone_the_newest_first(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    clerk = signed_in("intake_clerk").get("/me/done")
    acts = re.findall(r'<th scope="row"[^>]*><a href="/entries/\d+">([^<]*)<', clerk)
    assert acts[:2] == ["Accepted", "Received"]
    assert "Being handled" in clerk, "where the case stands now, not when she acted on it"
    begun = signed_in("intake_clerk").get("/me/done?begun=true")
    assert re.findall(r'<th scope="row"[^>]*><a href="/entries/\d+">([^<]*)<', begun)[0] == (
        "Received"
    )
    assert "Accepted" not in begun
    assert case[-6:] not in signed_in("publisher").get("/me/done")


def test_what_somebody_did_is_paged_below_the_entry_the_page_ended_at(
    signed_in: As, office: Office, people: dict[str, Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(done, "PER_PAGE", 2)
    for _ in range(2):
        assigned(office, people, office.a_case())
    clerk, seen, place = signed_in("intake_clerk"), list[str](), "/me/done"
    while place:
        page = clerk.get(place)
        seen += re.findall(r'<th scope="row"[^>]*><a href="/entries/(\d+)">', page)
        further = re.search(r'rel="next" href="([^"]*)"', page)
        place = unescape(further[1]) if further else ""
    assert seen == sorted(set(seen), key=int, reverse=True)
    assert len(seen) > 2
    assert f"{len(seen)} in all" in page


def test_who_books_a_fund_is_not_offered_what_only_volunteers_accounts_take(
    signed_in: As, office: Office
) -> None:
    account, hands = fund(office)
    page = at_desk(signed_in, office, hands["kuai"]).get(f"/acts?stream={account}")
    assert "command=account.close_period" in page
    assert "account.credit_order" not in page


def test_a_desk_finds_what_waits_however_many_cases_wait_for_others(
    signed_in: As, office: Office, people: dict[str, Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PER_LOOK", 1)
    mine = office.a_case()
    assigned(office, people, mine)
    for _ in range(3):
        office.a_case()
    office.ledger.follower.wait_for(office.size, 30)
    page = signed_in("liaison").get("/me")
    waiting = re.findall(r'href="/acts\?stream=(case/[^"]*)"', page[: page.index("Cases I handle")])
    assert waiting == [mine]


def test_a_matter_on_a_desk_is_called_by_its_official_number(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    adopt(office)
    case = office.a_case()
    assigned(office, people, case)
    office.ledger.follower.wait_for(office.size, 30)
    (number,) = numbers_of_streams(office.ledger, [case]).values()
    liaison = signed_in("liaison")
    assert liaison.get("/me").count(f">{number}<") == 2, "what waits, and what I handle"
    assert f">{number}<" in signed_in("intake_clerk").get("/me/done")


def test_a_desk_lists_what_is_handled_and_open_with_its_term(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    office.ledger.follower.wait_for(office.size, 30)
    liaison = signed_in("liaison")
    page = liaison.get("/me")
    handled = page[page.index("Cases I handle") :]
    assert case[-6:] in handled
    assert re.search(r"\d+ \w+ 2026", handled)
    liaison.does("case.resolve", case, outcome="settled", text="已换灯")


def test_paper_is_begun_by_choosing_what_it_records(signed_in: As) -> None:
    clerk = signed_in("intake_clerk")
    assert 'href="/acts/new?paper=1"' in clerk.get("/me")
    page = clerk.get("/acts/new?paper=1")
    assert re.findall(r'href="/acts/new\?command=([\w.]+)&amp;paper=1"', page) == ["case.receive"]


def test_an_expense_is_booked_in_yuan_and_says_which_way_it_went(
    signed_in: As, office: Office
) -> None:
    account, hands = fund(office)
    office.ledger.follower.wait_for(office.size, 30)
    desk = at_desk(signed_in, office, hands["bao"])
    page = desk.get(f"/acts/new?command=account.claim&stream={account}")
    assert "f.start" not in page, "money is not served from an hour on"
    typed = {"flow": "out", "purpose": "office", "payee": "城关文具店"}
    back = desk.send(page, status=400, amount="386元", **typed)
    assert 'id="f-amount-wrong"' in back
    assert form_in(back)["f.payee"] == "城关文具店"
    shown = desk.send(back, amount="386.50")
    assert "城关文具店" in shown
    assert "386.50 yuan" in shown


def test_the_desk_of_an_inspector_leads_to_what_she_looks_at(signed_in: As, office: Office) -> None:
    inspector = employ(office, "inspector", "inspector")
    page = at_desk(signed_in, office, inspector).get("/me")
    assert re.findall(r'class="option" href="(/\w+)', page) == ["/supervision", "/replay"]


def offered(desk: Browser, stream: str) -> list[str]:
    """Return the commands a page offers on something, in their order."""
    return re.findall(r"command=([a-z_.]+)&amp;stream=", desk.get(f"/acts?stream={stream}"))


def test_what_moves_a_case_on_is_offered_before_what_was_done_already(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    do(office.ledger, people["liaison"], Resolve(stream=case, outcome="settled", text="已换灯"))
    do(office.ledger, people["verifier"], Verify(stream=case, text="属实"))
    coordinator = signed_in("coordinator")
    assert offered(coordinator, case)[:2] == ["case.answer", "case.close"]
    answer = GiveAnswer(stream=case, text="已换灯")
    do(office.ledger, people["coordinator"], answer)
    assert offered(coordinator, case)[:2] == ["case.close", "case.answer"]
    caller = employ(office, "caller", "call_back_clerk")
    do(office.ledger, caller, CallBack(stream=case, reached=True, text="满意"))
    assert offered(coordinator, case)[:2] == ["case.close", "case.answer"]


def test_the_next_step_of_a_decision_is_no_repetition_of_the_last(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    clerk = employ(office, "decision", "decision_clerk")
    desk = at_desk(signed_in, office, clerk)
    proposed = Propose(unit=office.unit, code="residents_four_two", title="修路")
    decision = do(office.ledger, clerk, proposed).entries[0].stream
    do(office.ledger, clerk, TakeStep(stream=decision, step="proposed"))
    assert offered(desk, decision)[0] == "decision.take_step"


def test_a_version_waits_for_others_once_one_has_reviewed_it(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    item = drafted(office, people["publisher"], 0)
    do(office.ledger, people["supervisor-1"], Review(stream=item))
    office.ledger.follower.wait_for(office.size, 30)
    assert office.ledger.known.stream(item).state.standing == "drafted", "two must review"
    assert item not in signed_in("supervisor-1").get("/me")
    assert item in signed_in("supervisor-2").get("/me")


def test_hours_are_asked_when_they_began_and_points_are_not(
    office: Office, people: dict[str, Hand]
) -> None:
    clerk, verifier = people["volunteer-clerk"].who.actor, people["verifier"].who.actor
    hours = an_account(office, people["organiser"], verifier)
    opened = wishes.Open(
        unit=office.unit, kind="points", category="resident", holder=verifier,
        full_name="王秀兰",
    )  # fmt: skip
    points = do(office.ledger, people["organiser"], opened).entries[0].stream

    def asked(stream: str) -> dict[str, bool]:
        form = form_of(Setting(office.ledger, "account.claim", clerk, stream=stream))
        return {field.name: field.required for field in form}

    assert asked(hours)["start"], "the rules refuse hours without"
    assert not asked(points).keys() & {"start", "activity"}, "and points with it"
