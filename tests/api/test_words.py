"""Words on pages: of the packs known at the point, of the post held then, of exact amounts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from api.wording.refusals import in_words
from api.wording.words import Words
from ledger.aggregates.decision.errors import ReasonNotListed
from ledger.aggregates.disclosure_item.events import Amount
from ledger.aggregates.post import EndPost
from ledger.aggregates.post.errors import ItemNotHandedOver
from ledger.kernel.act import AsOf
from ledger.rules.authority import RoleNotAllowed
from ledger.service import office as setting_up
from ledger.service.board import Called, Column
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import fields_of
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger, as_of, today
from ledger.service.office import Hand, do
from tests.support.office import Office
from tests.support.staff import employ


def words(office: Office, point: AsOf | None = None) -> Words:
    return Words(office.ledger, "zh", point or as_of(office.ledger))


def step(said: Words, office: Office) -> str:
    return said.value("account", "step", "committee", {"unit": office.unit})


def test_a_refusal_calls_roles_and_allowed_codes_by_their_names(office: Office) -> None:
    said, around = words(office), {"unit": office.unit}
    error = RoleNotAllowed(role="publisher", roles="supervisor / unit_head")
    told = in_words(said, error, "disclosure_item.review", around).facts
    assert told["roles"] == f"{said.role('supervisor')}、{said.role('unit_head')}"
    assert told["role"] == said.role("publisher") != "publisher"
    listed = ReasonNotListed(allowed="mistaken, unlawful", rule="", article="")
    told = in_words(said, listed, "decision.revoke", around).facts
    assert told["allowed"] == "登记有误、违反法律、法规"
    handed = ItemNotHandedOver(allowed="seals, accounts")
    assert in_words(said, handed, "post.hand_over", around).facts["allowed"] == "印章、账目"


def test_items_of_almost_one_name_are_told_apart_by_whose_they_are(office: Office) -> None:
    publisher = employ(office, "publisher", "publisher", keeps=False)
    assert "finance.monthly" not in drafted_by(office, publisher)
    assert drafted_by(office, publisher)["residents.finance"] == "居务：集体财务收支"
    setting_up.adopt(office.ledger, office.registrars, "bijiang")
    offered = drafted_by(office, publisher)
    assert offered["finance.monthly"] == "集体财务收支（碧江区基层治理安排）"
    assert offered["residents.finance"] == "居务：集体财务收支（基层治理通用安排）"
    assert list(offered).index("finance.monthly") < list(offered).index("residents.finance")


def drafted_by(office: Office, somebody: Hand) -> dict[str, str]:
    """Return the items somebody may draft, as a form lists them."""
    setting = Setting(
        office.ledger, "disclosure_item.draft", somebody.who.actor, given={"unit": office.unit}
    )
    field = next(each for each in fields_of(setting.cls) if each.name == "code")
    return {each.value: each.zh for each in choices(setting, field) or ()}


def test_packs_adopted_later_give_no_words_earlier(office: Office) -> None:
    adopted = next(
        index
        for index in range(office.size)
        if office.ledger.known.streams.acts(index, 1)[0].type.startswith("pack.")
    )
    now = as_of(office.ledger)
    then = AsOf(size=adopted, at=now.at)
    assert words(office).kind(office.unit, "request") != "request"
    assert words(office, then).kind(office.unit, "request") == "request"
    assert step(words(office, then), office) == "committee"


def codes(
    said: Words, of: str, value: Any, around: Mapping[str, Any], name: str = ""
) -> Iterator[str]:
    """Yield the members whose codes are called nothing."""
    match value:
        case dict():
            for each, inner in value.items():
                yield from codes(said, of, inner, around, each)
        case list() | tuple():
            for inner in value:
                yield from codes(said, of, inner, around, name)
        case str() if re.fullmatch(r"[a-z_.]+", value) and name not in {"series", "rule", "pack"}:
            if said.value(of, name, value, around) == value:
                yield f"{of.partition('/')[0]}.{name}: {value}"


def test_no_code_is_left_unsaid_in_what_entries_hold_and_make(demo_ledger: Ledger) -> None:
    point = as_of(demo_ledger)
    said = Words(demo_ledger, "zh", point)
    left: set[str] = set()
    for act in demo_ledger.known.streams.acts(0, point.size):
        pub = msgspec.to_builtins(act.event)
        left |= set(codes(said, act.stream, pub, said.beside(act.stream, pub)))
    for stream in {act.stream for act in demo_ledger.known.streams.acts(0, point.size)}:
        state = msgspec.to_builtins(demo_ledger.known.stream(stream).state, enc_hook=str)
        if isinstance(state, dict):
            left |= set(codes(said, stream, state, said.beside(stream, state)))
    assert left == set()


def test_numbers_are_said_in_what_their_kind_of_account_counts(demo_ledger: Ledger) -> None:
    said = Words(demo_ledger, "zh", as_of(demo_ledger))
    unit = said.unit_of("")
    of = {"unit": unit, "kind": "fund"}
    assert said.value("account", "amount", -130_000, of) == "-1,300.00 元"
    assert said.value("account", "amount", 90, {**of, "kind": "volunteer_hours"}) == "1.50 小时"
    assert said.value("account", "start", 545, of) == "09:05"


def test_the_post_an_act_was_done_in_is_told_though_it_ended_that_day(office: Office) -> None:
    office.a_case()
    (act,) = office.ledger.known.streams.acts(office.size - 1, 1)
    post = words(office).post_then(act)
    assert post is not None
    ended = EndPost(stream=post.stream, effective_from=today(office.ledger).isoformat())
    do(office.ledger, office.registrars[0], ended)
    assert words(office).post_then(act) == post


def test_the_genesis_is_done_in_a_post_it_makes(office: Office) -> None:
    (genesis,) = office.ledger.known.streams.acts(0, 1)
    post = words(office).post_then(genesis)
    assert post is not None
    assert post.role == genesis.role


def test_amounts_are_shown_to_the_last_fen(office: Office) -> None:
    said = words(office).amounts("expense=90071992547409.93 income=-0.05", office.unit)
    assert [yuan for _, yuan in said] == ["-0.05", "90,071,992,547,409.93"]


def test_a_sum_kept_in_fen_is_read_in_yuan_also_where_its_form_asked_for_fen(
    office: Office,
) -> None:
    around = {"unit": office.unit, "kind": "dispute"}
    sealed = '{"parties":2,"sum_fen":480000}'
    assert words(office).acts.sealed("form", sealed, around) == (
        "当事人人数：2\n涉及金额：4,800.00 元，肆仟捌佰元整"
    )
    typed_otherwise = '{"sum_fen":"四千八"}'
    assert words(office).acts.sealed("form", typed_otherwise, around) == "涉及金额：四千八"


def test_days_times_and_periods_are_said_as_people_read_them(office: Office) -> None:
    for lang, day, time, month in (
        ("zh", "2026年3月5日", "2026年3月5日 09:30", "2026年3月"),
        ("en", "5 Mar 2026", "5 Mar 2026, 09:30", "March 2026"),
    ):
        said = Words(office.ledger, lang, as_of(office.ledger))
        assert said.value("case", "received_on", "2026-03-05", {}) == day
        assert said.value("case", "occurred", "2026-03-05T09:30:00+08:00", {}) == time
        assert said.value("account", "period", "2026-03", {}) == month
        assert said.value("account", "closed_through", "2026-03", {}) == month
        assert said.value("account", "number", "2026-03", {}) == "2026-03", "no period by its name"


def test_who_signed_is_not_called_a_person_twice(office: Office) -> None:
    signed = {"step": "committee", "person": "person/01JSWYGXM02EGP89Z18JHF8NGA"}
    said = words(office).value("account", "signatures", signed, {"unit": office.unit})
    assert said.endswith("，人员 …8NGA")
    assert said.count("人员") == 1


def test_what_takes_a_case_on_is_told_with_who_may_sign_it(office: Office) -> None:
    said = words(office)
    ways = dict(said.onward(office.unit, "dispute", "offered"))
    assert ways == {"当事人拒绝调解": "调解员", "指定调解员": "协调员"}
    assert "撤回" not in ways, "it may be done at any time, and is nobody's turn"
    assert list(said.onward(office.unit, "no_such_kind", "offered")) == []


def test_where_a_term_stands_in_a_state_is_said_by_its_name(office: Office) -> None:
    around = {"unit": office.unit, "kind": "request"}
    said, way = words(office), ("clocks", ("clock", "handle"))
    assert "handle" not in said.path("case", way, around)
    assert "handle" in said.path("case", way, {}), "of what kind of case it is, nothing tells"


def test_a_share_is_written_as_one_and_other_numbers_with_what_they_count(office: Office) -> None:
    said = words(office)
    stated = Column(id="stated", zh="公布数", en="Stated", form="count", counts="counted")
    for counted, value, text in (
        ("percent", 85, "85%"),
        ("permille", "≥ 659", "≥ 65.9%"),
        ("resident_population", 12_000, "12,000 常住人口"),
    ):
        assert said.counted(stated, value, {"unit": office.unit, "counted": counted}) == text
    assert said.counted(replace(stated, counts=Called(zh="件", en="matters")), 3, {}) == "3 件"
    assert said.counted(replace(stated, counts=None), 1_000, {}) == "1,000"


def test_a_statement_is_read_from_its_opening_to_its_closing(office: Office) -> None:
    told = [Amount(of=of, fen=1) for of in ("closing", "expense", "income", "opening")]
    read = [label for label, _ in words(office).stated(told, office.unit)]
    assert read == ["期初余额", "本期收入", "本期支出", "期末余额"]


def test_a_rule_s_pack_is_told_by_its_name_and_numbers_by_what_they_are_of(office: Office) -> None:
    assert words(office).pack(office.unit, "cn-base@2026.6") == "基层治理通用安排 2026.6 版"
    assert words(office).pack(office.unit, "elsewhere@1") == "elsewhere 1 版"
    told = words(office).value("session", "counted", {"of": "households", "number": 46}, {})
    assert told.endswith(" 46")
