"""Every day that stands in a stream, or that something is owed by, says why it is that day."""

from datetime import timedelta

import pytest

from ledger.aggregates.decision.commands import AppealDecision, Propose, TakeStep
from ledger.aggregates.disclosure_item.commands import (
    Approve,
    Draft,
    Publish,
    RaiseQuery,
    Review,
)
from ledger.aggregates.post import EndPost
from ledger.errors import LedgerError
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.time import parse_date
from ledger.service.directory import posts_held
from ledger.service.ledger import as_of, today
from ledger.service.office import adopt_pack, do
from ledger.service.packs.deadlines import explain_owed, explain_stream
from ledger.service.sheet import make_sheet
from tests.service.test_boards import staffed
from tests.support.office import Office

DUTY = b"""[[obligation]]
id = "weekly"
zh = "x"
en = "Class of the week"
rule = "urban.representatives"
levels = ["street"]
every = "week"
on = "saturday"
due = { value = 3, unit = "working_day" }
grace = 2
satisfied_by = { session = "class" }
from = 2026-01-01
"""


def told(office: Office, stream: str) -> dict[str, tuple[str, str | None]]:
    """Return of each rule that explains a day of a stream its article, and the day."""
    found = explain_stream(office.ledger, stream)
    assert all(each.recorded in {None, each.day} for each in found)
    assert all(each.steps[-1].day == each.day for each in found)
    return {each.rule: (each.article, each.day) for each in found}


def test_a_posting_and_an_answer_owed_are_explained_by_the_rules_the_acts_cite(
    office: Office,
) -> None:
    publisher = staffed(office, "publisher")
    draft = Draft(
        unit=office.unit, code="residents.finance", period="2026-03", title="收支",
        amounts=("opening=10", "income=5", "expense=2.50", "closing=12.50"),
    )  # fmt: skip
    item = do(office.ledger, publisher, draft).entries[0].stream
    with pytest.raises(LedgerError, match=r"explain\.nothing_runs"):
        explain_stream(office.ledger, item)
    for label in ("one", "other"):
        do(office.ledger, staffed(office, "supervisor", label), Review(stream=item))
    do(office.ledger, staffed(office, "joint_clerk"), Approve(stream=item))
    do(office.ledger, publisher, Publish(stream=item, channel="board"))
    do(office.ledger, publisher, RaiseQuery(stream=item, text="维修费是哪一项？"))
    found = told(office, item)
    state = office.ledger.known.stream(item).state
    article, until = found["urban.posting"]
    assert "第三十四条" in article
    assert until == state.until.isoformat()
    assert found["disclosure.query"][1] == (today(office.ledger) + timedelta(days=15)).isoformat()


def test_how_long_a_review_stands_and_until_when_it_may_be_appealed_against_is_explained(
    office: Office,
) -> None:
    clerk = staffed(office, "decision_clerk")
    put_up = Propose(unit=office.unit, code="moral_review", title="评议", adult=True)
    stream = do(office.ledger, clerk, put_up).entries[0].stream
    for step, result in (("collected", None), ("informed", None), ("reviewed", "passed")):
        do(office.ledger, clerk, TakeStep(stream=stream, step=step, result=result))
    assert set(told(office, stream)) == {"moral.appeal", "moral.listing"}
    do(office.ledger, clerk, TakeStep(stream=stream, step="posted"))
    do(office.ledger, clerk, AppealDecision(stream=stream, appellant="甲", text="不符"))
    assert set(told(office, stream)) == {
        "urban.posting", "moral.ruling", "moral.appeal", "moral.listing",
    }  # fmt: skip


def test_when_a_post_that_ended_is_to_be_handed_over_is_explained(office: Office) -> None:
    keeper = staffed(office, "accountant")
    (post,) = posts_held(office.ledger, keeper.who.actor)
    with pytest.raises(LedgerError, match=r"explain\.nothing_runs"):
        explain_stream(office.ledger, post.stream)
    day = today(office.ledger)
    end = EndPost(stream=post.stream, effective_from=day.isoformat())
    do(office.ledger, office.registrars[0], end)
    office.ledger.follower.catch_up()
    rows = make_sheet(office.ledger, "posts", as_of(office.ledger), office.unit).rows
    (left,) = [row for row in rows if row["record"] == post.stream]
    assert told(office, post.stream)["post.handover"][1] == left["handover_due"]


def test_when_something_owed_falls_due_is_explained_step_by_step(office: Office) -> None:
    head = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    own = load_pack({"pack.toml": head, "obligations.toml": DUTY})
    below = [load_pack(shipped(name)) for name in own.head.extends]
    adopt_pack(office.ledger, office.registrars, own, below)
    office.ledger.follower.catch_up()
    (found,) = explain_owed(office.ledger, office.unit, "weekly", "2026-W10")
    rows = make_sheet(office.ledger, "compliance", as_of(office.ledger), office.unit).rows
    (row,) = [row for row in rows if row["obligation"] == "weekly"]
    assert found.day == row["due"] == found.steps[-1].day == "2026-03-13"
    assert [step.day for step in found.steps] == [
        "2026-03-07", "2026-03-07", "2026-03-08", "2026-03-11", "2026-03-11", "2026-03-13",
    ]  # fmt: skip
    assert "day of the week" in found.steps[0].en
    assert (parse_date(found.day) - parse_date(found.steps[-2].day)).days == 2
    assert found.article.startswith("城市居民委员会组织法")
    with pytest.raises(LedgerError, match=r"explain\.not_owed") as refused:
        explain_owed(office.ledger, office.unit, "weekly", "2026-W02")
    assert "2026-W10" in refused.value.text("en")
