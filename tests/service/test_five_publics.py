"""The five publics: what nobody posted is a line, what was done with a power is counted."""

from collections import Counter

from ledger.aggregates.catalogue import commands as wishes
from ledger.aggregates.decision.commands import Close, Propose, TakeStep
from ledger.aggregates.disclosure_item import commands as items
from ledger.rules.kinds.catalogue import FACETS
from tests.service.communities import DAY, acted, also, board, community
from tests.service.test_boards import staffed
from tests.support.office import Office

__all__ = ["community"]

SOME = ("power.major", "power.seal", "power.works", "service.mediation")
DISPUTE = {
    "kind": "dispute", "channel": "visit", "category": "dispute.neighbour",
    "form": '{"parties":2}',
}  # fmt: skip


def publish(office: Office, *some: str) -> str:
    command = wishes.Publish(unit=office.unit, code="powers", items=some or SOME)
    return acted(office, command)


def stands(office: Office, code: str | None, facet: str, **asked):
    (line,) = [
        line
        for line in board(office, "five-publics", **asked).rows
        if (line["code"], line["facet"]) == (code, facet)
    ]
    return line


def posted(office: Office) -> str:
    """Publish a document by the whole way of a disclosure item; return its stream."""
    drafted = items.Draft(
        unit=office.unit, code="powers.publics", period="2026-03-02", title="印章使用规定",
        text="用印须登记，两人在场。",
    )  # fmt: skip
    item = acted(office, drafted)
    put_up(office, item)
    return item


def put_up(office: Office, item: str, by: tuple[str, str, str] = ("one", "other", "")) -> None:
    """Take the newest version of an item onto the board; ``by`` tells apart who review, approve."""
    *reviewing, approving = by
    for label in reviewing:
        acted(office, items.Review(stream=item), staffed(office, "supervisor", label))
    acted(office, items.Approve(stream=item), staffed(office, "joint_clerk", approving))
    acted(office, items.Publish(stream=item, channel="board"))


def test_a_community_without_a_list_lacks_every_facet_the_packs_list(community):
    lines = board(community, "five-publics").rows
    assert len(lines) == 12 * 5
    assert [line["facet"] for line in lines[:5]] == list(FACETS)
    assert Counter(line["state"] for line in lines) == {"missing": 36, "none": 24}


def test_a_list_adopted_shows_its_items_as_of_any_size(community):
    before = community.size
    stream = publish(community)
    rule, reason = "bijiang.five_publics", "law_changed"
    acted(community, wishes.RemoveItem(stream=stream, item="power.seal", rule=rule, reason=reason))
    lines = board(community, "five-publics").rows
    assert {line["code"] for line in lines} == set(SOME) - {"power.seal"}
    assert len(board(community, "five-publics", size=before).rows) == 60
    first = board(community, "five-publics", size=community.size - 1).rows
    assert {line["code"] for line in first} == set(SOME)


def test_a_facet_is_told_by_a_document_while_it_is_posted_and_missing_before(community):
    stream = publish(community)
    item = posted(community)
    linked = wishes.DiscloseFacets(
        stream=stream, items=("power.seal", "power.works"), facets=("rules",), disclosure=item
    )
    acted(community, linked)
    line = stands(community, "power.seal", "rules")
    assert (line["state"], line["day"], line["until"]) == ("posted", "2026-03-02", "2026-03-17")
    assert line["record"] == item
    assert stands(community, "power.works", "rules")["state"] == "posted"
    assert stands(community, "power.seal", "content")["state"] == "missing"
    assert stands(community, "power.seal", "rules", size=community.size - 1)["state"] == "missing"
    later = community.clock.now_ms() + 16 * DAY
    expired = stands(community, "power.seal", "rules", size=community.size, at=later)
    assert expired["state"] == "expired"
    acted(community, items.Withdraw(stream=item, reason="mistaken"))
    assert stands(community, "power.seal", "rules")["state"] == "withdrawn"


def test_a_document_says_what_it_says_while_it_is_posted_and_no_longer(community):
    stream, item = publish(community), posted(community)
    told = {"items": ("power.seal",), "facets": ("rules",), "disclosure": item}
    acted(community, wishes.DiscloseFacets(stream=stream, **told))
    line = stands(community, "power.seal", "rules")
    assert (line["title"], line["text"]) == ("印章使用规定", "用印须登记，两人在场。")
    wrong, at = community.size, community.clock.now_ms()
    better = {"title": "印章使用规定", "text": "用印须登记，三人在场。"}
    acted(community, items.Revise(stream=item, reason="mistaken", **better))
    put_up(community, item, ("third", "fourth", "second"))
    assert stands(community, "power.seal", "rules")["text"] == better["text"]
    then = stands(community, "power.seal", "rules", size=wrong, at=at)
    assert (then["state"], then["text"]) == ("posted", None), "what was replaced stays down"
    size, at = community.size, community.clock.now_ms()
    community.clock.wait(16 * DAY)
    expired = stands(community, "power.seal", "rules")
    assert (expired["state"], expired["title"], expired["text"]) == ("expired", None, None)
    then = stands(community, "power.seal", "rules", size=size, at=at)
    assert (then["state"], then["text"]) == ("posted", None), "it is not put up again"


def test_a_kind_one_power_alone_is_exercised_by_counts_for_it_by_itself(community):
    publish(community)
    intake = also(community, "intake_clerk")
    before = community.size
    for _ in range(3):
        acted(community, community.receive(**DISPUTE), intake)
    process = stands(community, "service.mediation", "process")
    assert (process["state"], process["count"]) == ("recorded", 3)
    result = stands(community, "service.mediation", "result")
    assert (result["state"], result["count"]) == ("under_way", 0)
    none = stands(community, "service.mediation", "process", size=before)
    assert (none["state"], none["count"]) == ("none", 0)


def test_a_kind_several_share_counts_for_the_power_it_was_recorded_for(community):
    stream = publish(community)
    clerk = also(community, "decision_clerk")
    matters = [
        acted(
            community, Propose(unit=community.unit, code="residents_four_two", title="修路"), clerk
        )
        for _ in range(3)
    ]
    loose = stands(community, None, "process")
    assert (loose["count"], loose["kind"]) == (3, "decision:residents_four_two")
    assert stands(community, "power.works", "process")["count"] == 0
    for matter, power in zip(matters, ("power.works", "power.major", "power.works"), strict=True):
        acted(community, wishes.RecordExercise(stream=stream, item=power, matter=matter))
    assert stands(community, "power.works", "process")["count"] == 2
    assert stands(community, "power.major", "process")["count"] == 1
    assert not [line for line in board(community, "five-publics").rows if line["code"] is None]
    votes = {"of": "representatives", "total": 60, "present": 50, "ayes": 10, "nays": 40}
    vote = TakeStep(stream=matters[0], step="decided", result="rejected", **votes)
    acted(community, vote, clerk)
    acted(community, Close(stream=matters[0]), clerk)
    assert stands(community, "power.works", "result")["count"] == 1
    withdrawn = wishes.WithdrawExercise(stream=stream, matter=matters[0], reason="mistaken")
    acted(community, withdrawn)
    assert stands(community, "power.works", "process")["count"] == 1
    assert stands(community, None, "process")["count"] == 1


def test_a_matter_recorded_for_one_power_counts_for_no_other(community):
    stream = publish(community)
    intake = also(community, "intake_clerk")
    case = acted(community, community.receive(**DISPUTE), intake)
    assert stands(community, "service.mediation", "process")["count"] == 1
    acted(community, wishes.RecordExercise(stream=stream, item="power.seal", matter=case))
    assert stands(community, "service.mediation", "process")["count"] == 0
    assert stands(community, "power.seal", "process")["count"] == 1


def test_words_are_said_in_both_languages(community):
    publish(community)
    words = board(community, "five-publics").words
    assert words["facet"]["procedure"].zh == "运行程序"
    assert words["code"]["power.seal"].en == "Use of the seal"
    assert words["state"]["missing"].zh == "未公开"
