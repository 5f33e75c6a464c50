"""What is typed of a case: sealed apart, refused where two people could read it apart."""

import msgspec
import pytest

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.events import Answer, Comment, Matter, Note, Reporter
from ledger.kernel.act import Who
from tests.support.case_steps import (
    ACCEPT,
    ASSIGN,
    CALL,
    EXTEND,
    PROGRESS,
    RATE,
    RESOLVE,
    TO_VERIFIED,
    TRIAGE,
    VERIFY,
    after,
)
from tests.support.cases import (
    CAO,
    CASE,
    CHEN,
    KIOSK,
    REN,
    a_town,
    receive,
)
from tests.support.gwt import Story


def sealed(story: Story, command: wishes.Command, by: Who):
    return story.when(command, by).proposed[0].sealed


def test_who_reported_and_what_is_sealed_apart():
    command = receive(
        "dispute",
        title="邻里",
        text="漏水\n两次",
        place="3 号楼",
        received_at="2026-03-02T08:30:00+08:00",
        form='{"sum_fen": 100, "parties": 2}',
        reporter_name="王某",
        reporter_contact="13800000000",
        reporter_address="3-201",
        reporter_ref="A1",
    )
    assert sealed(a_town(), command, CHEN) == (
        Reporter(name="王某", contact="13800000000", address="3-201", ref="A1"),
        Matter(
            title="邻里",
            text="漏水\n两次",
            place="3 号楼",
            received_at="2026-03-02T08:30:00+08:00",
            form='{"parties":2,"sum_fen":100}',
        ),
    )


def test_what_was_written_is_sealed_and_absent_text_stays_absent():
    story = after(*TO_VERIFIED)
    answer = wishes.GiveAnswer(stream=CASE, text="已办", answered_at="2026-03-02")
    assert sealed(story, answer, REN) == (Answer(text="已办", answered_at="2026-03-02"),)
    rate = wishes.Rate(stream=CASE, solved=True, text="谢谢")
    assert sealed(story, rate, KIOSK) == (Comment(text="谢谢"),)
    assert sealed(story, CALL[0], CAO) == (Note(text=None),)
    assert sealed(after(), *ACCEPT) == ()


def test_no_typed_text_reaches_the_public_members():
    texts = dict.fromkeys(
        ("title", "place", "reporter_name", "reporter_contact", "reporter_address", "reporter_ref"),
        "王某某",
    )
    story = a_town().when(receive(text="王某某", **texts), CHEN).story
    for command, by in (ACCEPT, TRIAGE, ASSIGN, PROGRESS, EXTEND, RESOLVE, VERIFY, CALL, RATE):
        typed = {"text": "王某某"} if "text" in command.__struct_fields__ else {}
        story = story.when(msgspec.structs.replace(command, **typed), by).story
    assert "王某某" not in "".join(msgspec.json.encode(act).decode() for act in story.acts)


@pytest.mark.parametrize("bad", ["a\u200bb", "a\ufffdb", "e\u0301", "\ud800"])
@pytest.mark.parametrize(
    "field",
    ["text", "title", "place", "reporter_name", "reporter_contact", "reporter_address",
     "reporter_ref"],
)  # fmt: skip
def test_a_text_two_people_could_read_apart_is_refused(field, bad):
    a_town().when(receive(**{field: bad}), CHEN).refused("canonical.bad_text")


def test_a_line_is_one_line():
    a_town().when(receive(title="a\nb"), CHEN).refused("canonical.bad_text")


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_a_blank_text_is_refused(blank):
    error = a_town().when(receive(text=blank), CHEN).refused("case.text_missing")
    assert error.facts == {"field": "text"}


@pytest.mark.parametrize("bad", ["2026-02-30", "2026-03-02T08:30:00", "昨天"])
def test_a_time_that_is_none_is_refused(bad):
    a_town().when(receive(received_at=bad), CHEN).refused("entry.bad_claims")
    story = after(*TO_VERIFIED)
    command = wishes.GiveAnswer(stream=CASE, text="x", answered_at=bad)
    story.when(command, REN).refused("entry.bad_claims")


# -- refusals of any act ---------------------------------------------------------------------
