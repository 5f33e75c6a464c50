"""Terms of a case: from when they run, how far they are extended, and when they are over."""

import msgspec

from ledger.aggregates.case import commands as wishes
from ledger.kernel.act import Who
from tests.support.case_steps import (
    ASSIGN,
    OBJECT,
    TO_ASSIGNED,
    TRIAGE,
    after,
    due,
    when,
)
from tests.support.cases import (
    CASE,
    CHEN,
    HUA,
    LIN,
    a_town,
    last,
    receive,
    tell,
)
from tests.support.gwt import on


def extend(clock: str, days: int) -> tuple[wishes.Command, Who]:
    command = wishes.Extend(stream=CASE, clock=clock, days=days, reason="complex")
    return command, HUA


def test_a_petition_is_extended_by_thirty_days_in_all():
    story = after(*TO_ASSIGNED, extend("handle", 20), kind="petition")
    assert last(when(story, extend("handle", 10))).due == (due("handle", "2026-06-01"),)
    error = when(story, extend("handle", 11)).refused("case.extension_too_long")
    assert error.facts == {
        "days": 31, "limit": 30, "rule": "petition.extension",
        "article": "信访工作条例（2022）第三十四条",
    }  # fmt: skip


def test_an_extension_has_the_limit_of_the_day_its_term_began():
    receives = (receive("petition", occ="2022-04-20"), CHEN)
    accepts = (wishes.Accept(stream=CASE, occ="2022-04-25"), CHEN)
    story = tell(
        a_town(), receives, accepts, *(_dated("2022-05-09", *step) for step in (TRIAGE, ASSIGN))
    )
    longer = _dated("2022-05-10", *extend("handle", 31))
    error = when(story, longer).refused("case.extension_too_long")
    assert error.facts["article"] == "信访条例（2005）第三十三条"


def test_a_clock_that_does_not_run_or_has_no_extension_is_not_extended():
    story = after(*TO_ASSIGNED, kind="petition")
    when(story, extend("register", 5)).refused("case.clock_not_running")
    when(story, extend("objection", 5)).refused("case.clock_not_extendable")


def _dated(day: str, command: wishes.Command, by: Who) -> tuple[wishes.Command, Who]:
    return msgspec.structs.replace(command, occ=day), by


def test_a_term_long_over_is_not_extended():
    story = after(*TO_ASSIGNED)
    ended = story.state(CASE).clocks[0].due.day
    assert (story.state(CASE).clocks[0].clock, ended) == ("handle", "2026-03-23")
    assert story.when(*extend("handle", 5), at=on("2026-03-23")).story
    for day in ("2026-03-24", "2026-06-01"):
        error = story.when(*extend("handle", 5), at=on(day)).refused("case.term_over")
        assert (error.facts["clock"], error.facts["day"]) == ("handle", ended)
        assert error.facts["rule"] == "request.extension"


def test_nor_is_it_by_an_extension_dated_back_before_what_was_done_since():
    note = wishes.NoteProgress(stream=CASE, text="x")
    story = after(*TO_ASSIGNED).when(note, LIN, at=on("2026-06-01")).story
    dated = _dated("2026-03-20", *extend("handle", 5))
    story.when(*dated, at=on("2026-06-01")).refused("case.occurred_before")


def test_nor_is_it_by_one_dated_within_the_term_where_nothing_was_recorded_since():
    dated = _dated("2026-03-20", *extend("handle", 5))
    story = after(*TO_ASSIGNED)
    story.when(*dated, at=on("2026-03-24")).refused("case.term_over")
    assert story.when(*dated, at=on("2026-03-23")).story


def test_a_late_objection_is_no_refusal():
    story = after(*TO_ASSIGNED, kind="petition")
    late = story.when(*OBJECT, at=on("2026-05-01")).story
    assert late.acts[-1].event.stopped == ("objection",)


# -- closing ---------------------------------------------------------------------------------
