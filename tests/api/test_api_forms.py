"""What a form offers and what it says: codes, cases and versions are called by what people know."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Literal, get_args, get_origin

import pytest

from ledger.service.forms import choosing
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.setting import Setting
from ledger.service.office import Hand
from tests.api.browsing import As, assigned, form_in
from tests.browser.office import drafted
from tests.support.office import Office
from tests.support.staff import an_account

DAY = 86_400_000


def test_no_value_that_a_form_lists_is_shown_as_a_bare_code(
    office: Office, people: dict[str, Hand]
) -> None:
    actor, bare = people["intake_clerk"].who.actor, []
    for command, (_, cls) in office.ledger.registry.commands.items():
        setting = Setting(office.ledger, command, actor, given={"unit": office.unit})
        for field in fields_of(cls):
            if get_origin(field.base) is Literal:
                listed = choices(setting, field) or ()
                known = set(get_args(field.base))
                bare += [f"{command} {each.zh}" for each in listed if each.zh in known]
    assert bare == []


def test_a_case_is_merged_into_one_chosen_from_those_open_alike(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    cases = [office.a_case() for _ in range(2)]
    for case in cases:
        assigned(office, people, case)
    office.ledger.follower.catch_up()
    coordinator = signed_in("coordinator")
    page = coordinator.get(f"/acts/new?command=case.merge&stream={cases[0]}")
    assert f'<option value="{cases[1]}"' in page
    assert f'<option value="{cases[0]}"' not in page
    assert "case.absorb" not in coordinator.get(f"/acts?stream={cases[0]}")


def _numbered(_: object, streams: Iterable[str]) -> dict[str, str]:
    return {each: f"受〔2026〕{each[-6:]}号" for each in streams}


def test_a_case_is_merged_into_one_that_is_not_listed_by_number_or_reference(
    signed_in: As, office: Office, people: dict[str, Hand], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "CASES_LISTED", 1)
    monkeypatch.setattr(choosing, "numbers_of_streams", _numbered)
    cases = []
    for _ in range(3):
        cases.append(office.a_case())
        assigned(office, people, cases[-1])
        office.clock.wait(DAY)
    office.ledger.follower.catch_up()
    first, own, newest = cases
    coordinator = signed_in("coordinator")
    page = coordinator.get(f"/acts/new?command=case.merge&stream={own}")
    assert f'<option value="{newest}"' in page
    assert f'<option value="{first}"' not in page
    assert 'name="f.into.other"' in page
    assert "case.merge" in coordinator.get(f"/acts?stream={own}")
    for named in (f"受〔2026〕{first[-6:]} 号", first, first[5:].lower()):
        sent = form_in(page) | {"f.into.other": named, "step": "check"}
        checked = coordinator.client.post("/acts/new", data=sent, headers=coordinator.headers).text
        assert f"&#34;into&#34;: &#34;{first}&#34;" in checked
    sent = form_in(page) | {"f.into.other": "没有这个", "step": "check"}
    wrong = coordinator.client.post("/acts/new", data=sent, headers=coordinator.headers)
    assert "no open case of this kind here bears it" in unescape(wrong.text)
    assert 'value="没有这个"' in wrong.text


def test_departments_are_ticked_not_typed(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    coordinator = signed_in("coordinator")
    page = coordinator.get(f"/acts/new?command=case.call_consultation&stream={case}")
    units = [office.unit, office.unit]
    assert page.count(f'type="checkbox" name="f.departments" value="{office.unit}"') == 1
    sent = form_in(page) | {"f.departments": units, "step": "edit"}
    back = coordinator.client.post("/acts/new", data=sent, headers=coordinator.headers).text
    assert f'name="f.departments" value="{office.unit}" checked' in back


def test_whoever_reviews_a_version_reads_it_where_she_signs(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    item = drafted(office, people["publisher"], 0)
    reviewer = signed_in("supervisor-1")
    checked = reviewer.send(reviewer.get(f"/acts/new?command=disclosure_item.review&stream={item}"))
    digest = office.ledger.known.stream(item).state.draft
    assert "收支明细" in checked
    plain, _, folded = checked[checked.index("<mz-sign") :].partition("<details")
    assert digest in folded, "what the system fills in is folded away, and there"
    assert f"<dd>{digest}" not in plain


def test_a_refusal_names_what_it_speaks_of(signed_in: As, office: Office) -> None:
    office.ledger.follower.catch_up()
    item_code = "residents.finance"
    publisher = signed_in("publisher")
    page = publisher.get(
        f"/acts/new?command=disclosure_item.draft&unit={office.unit}&code={item_code}"
    )
    amounts = {"opening": "100", "income": "50", "expense": "30", "closing": "130"}
    typed = {f"amounts.{name}": text for name, text in amounts.items()}
    back = publisher.send(page, status=422, title="收支", period="2026-02", **typed)
    said = back[back.index('role="alert"') :][:400]
    assert "120.00" in said
    assert f"catalogue.{item_code}" not in said


@pytest.mark.parametrize(("lang", "wrong", "why"), [
    ("zh", "当事人人数", "须为整数"), ("en", "Number of parties", "a whole number is expected"),
])  # fmt: skip
def test_a_refusal_calls_the_field_as_its_form_does_and_speaks_one_language(
    signed_in: As, office: Office, lang: str, wrong: str, why: str
) -> None:
    clerk = signed_in("intake_clerk")
    path = f"/acts/new?command=case.receive&unit={office.unit}&kind=dispute"
    headers = clerk.headers | {"Cookie": clerk.headers["Cookie"] + f"; mz_lang={lang}"}
    fields = form_in(clerk.client.get(path, headers=headers).text)
    fields |= {"f.channel": "phone", "f.text": "邻里争吵", "f.form.parties": "两人"}
    back = clerk.client.post("/acts/new", data=fields | {"step": "check"}, headers=headers)
    assert back.status_code == 400
    said = back.text[back.text.index('role="alert"') :].partition("</p>")[0]
    assert wrong in said
    assert "parties" not in said.replace(wrong, "")
    assert why in said
    assert ("whole" in said) == (lang == "en")


@pytest.mark.parametrize(("lang", "said"), [
    ("zh", "“申报”的 时长（分钟） 填写有误：不能为空。请更正后重试。"),
    ("en", "Claim: Minutes is not usable (must not be empty). Correct it and try again."),
])  # fmt: skip
def test_a_field_left_empty_is_told_as_any_other_fault(
    signed_in: As, office: Office, people: dict[str, Hand], lang: str, said: str
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    clerk = signed_in("volunteer-clerk")
    headers = clerk.headers | {"Cookie": clerk.headers["Cookie"] + f"; mz_lang={lang}"}
    fields = form_in(clerk.get(f"/acts/new?command=account.claim&stream={account}"))
    back = clerk.client.post("/acts/new", data=fields | {"step": "check"}, headers=headers)
    assert back.status_code == 400
    page = unescape(back.text)
    assert said in page[page.index('role="alert"') :].partition("</p>")[0]
    assert page.count('aria-invalid="true"') == 1
    field = re.search(r'<input [^>]*name="f.amount"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert said in page[page.index('id="f-amount-wrong"') :].partition("</p>")[0]


def test_a_day_and_a_time_are_typed_apart(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    setting = Setting(office.ledger, "case.receive", clerk.hand.who.actor)
    day, time = setting.day.replace(day=1).isoformat(), {"occ.time": "00:05"}
    shown = clerk.send(page, channel="phone", text="路灯不亮", occ=day, **time)  # type: ignore[arg-type]
    assert "00:05" in shown
    back = clerk.send(shown, step="edit")
    assert form_in(back)["f.occ"] == day
    assert form_in(back)["f.occ.time"] == "00:05"


def test_a_session_that_ended_is_told_once(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    sent = form_in(page) | {"f.text": "路灯不亮", "step": "check"}
    gone = {name: text for name, text in clerk.headers.items() if name != "Cookie"}
    answer = clerk.client.post("/acts/new", data=sent, headers=gone)
    assert answer.status_code == 401
    assert "路灯不亮" in answer.text
    assert 'role="alert"' not in answer.text, "the note says it"
