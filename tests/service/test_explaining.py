"""Why a deadline is that day: article, each step, and what a rule measures."""

from datetime import date

import pytest

from ledger.aggregates.case.commands import Accept
from ledger.errors import LedgerError
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.service.office import do
from ledger.service.packs.books import book_at
from ledger.service.packs.explaining import explain_case, explain_rule

BOOK = open_book(load_pack(shipped("cn-base")), [load_pack(shipped("cn-law"))])


def test_a_case_tells_the_article_and_every_step_of_its_terms(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    ledger = office.ledger
    state = ledger.known.stream(stream).state
    book = book_at(ledger, office.unit, ledger.clock.now_ms() // 1000)
    found = explain_case(state, book)
    recorded = {running.clock: running.due.day for running in state.clocks}
    assert len(found) == len(recorded) > 0
    for each in found:
        assert each.day == each.recorded in recorded.values()
        assert each.article
        assert each.source == "INF"
        assert each.steps[0].zh.endswith("不计入")
        assert each.steps[-1].day == each.day


def test_a_term_is_explained_from_any_day():
    found = explain_rule(BOOK, "petition.handle", date(2026, 3, 4))
    assert (found.day, found.source) == ("2026-05-06", "LAW-V")
    assert [step.day for step in found.steps] == [
        "2026-03-04", "2026-03-05", "2026-05-03", "2026-05-03", "2026-05-04", "2026-05-05",
        "2026-05-06",
    ]  # fmt: skip


def test_a_year_without_a_table_is_said():
    found = explain_rule(BOOK, "petition.handle", date(2026, 12, 20))
    assert found.provisional
    assert any("尚未公布" in step.zh for step in found.steps)


@pytest.mark.parametrize(
    ("rule", "on", "day", "said"),
    [
        ("village.posting", "2026-04-10", "2026-04-25", "posted 15 days"),
        ("village.posting", "2025-04-10", "2025-04-17", "posted 7 days"),
        ("village.disclosure.finance", "2026-01-01", None, "at least 1 in every month"),
        ("village.assembly", "2026-01-01", None, "at least 2/3 of households"),
        ("village.representatives.ratio", "2026-01-01", None, "one for each 5 to 15 households"),
        ("supervision.members", "2026-01-01", None, "at least 3 persons"),
        ("petition.group.representatives", "2026-01-01", None, "at most 5 persons"),
    ],
)
def test_what_a_rule_measures_is_said_in_words(rule, on, day, said):
    found = explain_rule(BOOK, rule, date.fromisoformat(on))
    assert found.day == day
    assert any(said in each.en for each in found.measures)
    assert all(each.zh for each in found.measures)


def test_a_rule_that_was_not_in_force_is_refused():
    with pytest.raises(LedgerError, match=r"book\.no_rule_in_force"):
        explain_rule(BOOK, "urban.representatives", date(2025, 12, 31))
