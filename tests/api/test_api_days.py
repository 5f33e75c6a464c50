"""Text that looks like a day and is none, wherever people write it: pages say it as it is."""

import re
import sys
from html import unescape
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace
from starlette.testclient import TestClient

from api.wording.act_words import ActWords
from api.wording.times import clock, day, period
from api.wording.words import Words
from ledger.rules.kinds.case import Field
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import cases
from ledger.service.ledger import as_of
from ledger.service.office import do, establish
from tests.api.browsing import HTML, As
from tests.support.office import Office

NONE = "2026-02-30"


@given(st.text() | st.from_regex(r"\d{4}(-\d{2}(-\d{2}(T.*)?)?|([HQ]|-W)\d{1,2})?", fullmatch=True))
@example(NONE)
@example("2026-13")
@example("0000-01")
def test_any_text_is_said_somehow(text: str) -> None:
    for lang in ("zh", "en"):
        for said in (clock(text, lang), day(text, lang), period(text, lang)):
            assert bool(said) == bool(text)


@pytest.mark.parametrize("text", [NONE, f"{NONE}T09:30:05Z", "2026-13", "0000-01", "二月三十", ""])
def test_what_is_no_day_is_said_as_it_is_written(text: str) -> None:
    assert {clock(text, "en"), day(text, "en"), period(text, "en")} == {text}


def test_whatever_a_client_seals_as_a_form_its_clerk_reads_and_may_accept(
    signed_in: As, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = sys.modules["ledger.aggregates.case.decide"]
    monkeypatch.setattr(decide, "verify_form", lambda _kind, text: text)  # a client of one's own
    forms = {
        f'{{"found_on":"{NONE}","level":"minor"}}': f"Found on: {NONE}",
        **{form: form for form in ("{", '{"found_on":[["1"]]}', "[1]", "[" * 9_000)},
    }
    clerk = signed_in("intake_clerk")
    for form, said in forms.items():
        wish = replace(office.receive("楼道堆物"), kind="hazard", form=form)
        case = do(office.ledger, office.hands["intake_clerk"], wish).entries[0].stream
        office.ledger.follower.wait_for(office.size, 30)  # the page knows what fields are called
        page = clerk.get(f"/acts?stream={case}")
        assert "command=case.accept" in page
        assert said in unescape(page)


def test_a_text_field_is_said_in_the_words_of_who_filled_it_in(office: Office) -> None:
    kinds = load_pack(shipped("cn-base")).items(cases.section)
    hazard = next(each.value for each in kinds if each.id == "hazard")
    note = Field(id="note", zh="备注", en="Note", type="text")
    book = SimpleNamespace(kinds=lambda: [replace(hazard, fields=(*hazard.fields, note))])
    said = ActWords(Words(office.ledger, "zh", as_of(office.ledger)), lambda _: cast(Any, book))
    form = '{"found_on":"2026-02-03","note":"2026-02-03"}'
    assert said.sealed("form", form, {"unit": office.unit, "kind": "hazard"}) == (
        "发现日期：2026年2月3日\n备注：2026-02-03"
    )


def test_a_unit_may_be_named_like_a_day_that_is_none(client: TestClient, office: Office) -> None:
    unit = establish(office.ledger, office.registrars[0], "520602002", name=NONE, level="community")
    index = office.size - 1
    office.ledger.follower.wait_for(office.size, 30)
    for path in (f"/replay/{unit}", f"/entries/{index}"):
        answer = client.get(path, headers=HTML)
        assert answer.status_code == 200, path
        assert re.search(rf"\b{NONE}\b", answer.text)
