"""The form a kind adds: its shape is held before sealing; refusals never repeat what was typed."""

import pytest

from ledger.aggregates.case.form import verify_form
from ledger.errors import LedgerError
from ledger.rules.kinds.case import CaseKind
from ledger.rules.money import MOST_FEN
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import cases
from tests.support.cases import CHEN, a_town, receive

KINDS = {item.id: item.value for item in load_pack(shipped("cn-base")).items(cases.section)}

FIELDS = """
[[field]]
id = "note"
zh = "x"
en = "x"
type = "text"

[[field]]
id = "urgent"
zh = "x"
en = "x"
type = "boolean"

[[field]]
id = "seen_on"
zh = "x"
en = "x"
type = "date"
"""


def a_kind() -> CaseKind:
    files = dict(shipped("cn-base"))
    files["cases/message.toml"] += FIELDS.encode()
    return next(
        item.value for item in load_pack(files).items(cases.section) if item.id == "message"
    )


def test_a_form_is_sealed_in_canonical_spelling():
    text = '{ "sum_fen": 12,\n "parties":\t3 }'
    assert verify_form(KINDS["dispute"], text) == '{"parties":3,"sum_fen":12}'
    assert verify_form(a_kind(), '{"urgent":null,"note":"\\u6f0f\\n"}') == (
        '{"note":"漏\\n","urgent":null}'
    )


def test_a_kind_without_required_fields_needs_no_form():
    assert verify_form(KINDS["message"], None) is None
    assert verify_form(KINDS["message"], "{}") == "{}"


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("dispute", None, "case.form_field_missing"),
        ("dispute", "{}", "case.form_field_missing"),
        ("dispute", '{"parties":null}', "case.form_field_missing"),
        ("dispute", '{"parties":"2"}', "case.form_field_invalid"),
        ("dispute", '{"parties":true}', "case.form_field_invalid"),
        ("dispute", '{"parties":2.5}', "case.form_field_invalid"),
        ("dispute", '{"parties":9007199254740992}', "canonical.bad_number"),
        ("dispute", '{"parties":2,"sum_fen":-1}', "case.form_field_invalid"),
        ("dispute", '{"parties":2,"sum_fen":1000000000000000}', "case.form_field_invalid"),
        ("dispute", '{"parties":2,"sum_fen":12.5}', "case.form_field_invalid"),
        ("dispute", '{"parties":2,"sum_fen":"12.50"}', "case.form_field_invalid"),
        ("dispute", '{"parties":2,"sum_fen":true}', "case.form_field_invalid"),
        ("dispute", '{"parties":2,"王某":1}', "case.form_field_unknown"),
        ("hazard", '{"level":"huge"}', "case.form_field_invalid"),
        ("hazard", '{"level":1}', "case.form_field_invalid"),
        ("hazard", '{"level":"minor","found_on":"2026-02-30"}', "case.form_field_invalid"),
        ("hazard", '{"level":"minor","found_on":20260302}', "case.form_field_invalid"),
        ("message", "[]", "case.form_not_object"),
        ("message", "{", "case.form_not_object"),
        ("message", "[" * 20_000, "case.form_not_object"),
        ("message", '"x"', "case.form_not_object"),
        ("message", "\u200b{}", "canonical.bad_text"),
        ("message", "\ud800", "canonical.bad_text"),
    ],
)
def test_another_shape_is_refused(kind, text, code):
    with pytest.raises(LedgerError) as caught:
        verify_form(KINDS[kind], text)
    assert caught.value.code == code
    assert "王某" not in str(caught.value.facts)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"note":1}', "case.form_field_invalid"),
        ('{"note":"a\\u200bb"}', "canonical.bad_text"),
        ('{"urgent":"yes"}', "case.form_field_invalid"),
        ('{"urgent":1}', "case.form_field_invalid"),
        ('{"seen_on":"2026-3-2"}', "case.form_field_invalid"),
    ],
)
def test_each_type_of_field_holds_its_own(text, code):
    with pytest.raises(LedgerError) as caught:
        verify_form(a_kind(), text)
    assert caught.value.code == code


def test_every_type_of_field_takes_what_it_is_for():
    text = '{"note":"x","seen_on":"2026-03-02","urgent":false}'
    assert verify_form(a_kind(), text) == text


@pytest.mark.parametrize("fen", [0, 120_450, MOST_FEN])
def test_money_is_kept_in_whole_fen(fen):
    text = f'{{"parties":2,"sum_fen":{fen}}}'
    assert verify_form(KINDS["dispute"], text) == text


def test_the_form_is_held_when_a_case_is_received():
    command = receive("hazard", channel="phone", form='{"level":"huge"}')
    a_town().when(command, CHEN).refused("case.form_field_invalid")
