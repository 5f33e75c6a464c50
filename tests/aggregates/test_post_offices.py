"""Elections, hand-overs, relatives, recusals: each act and refusal, and what authority makes."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.case.commands import Accept
from ledger.aggregates.post import (
    ApproveAppointment,
    DeclareRelation,
    DrawUpHandover,
    Elect,
    EndPost,
    ProposeAppointment,
    Recuse,
    SignHandover,
)
from ledger.kernel.event import Verdict
from ledger.rules.post_statements import PARTS, PostMandateStated, PostRelationDeclared
from ledger.rules.posts import PostAppointmentProposed
from tests.support.gwt import Story, an_id, on, person
from tests.support.hall import HALL, SHOU, a_case, a_hall
from tests.support.trust import acting, appointed, registered, registrar

AN, BO = registrar("an"), registrar("bo")
ELECT = Elect(
    holder=person("gui"), post_role="director", unit=HALL, from_date="2026-03-02",
    until="2031-03-02", voters=900, cast=520, ayes=310,
)  # fmt: skip
REPLACE = msgspec.structs.replace


def hall() -> Story:
    return registered(registered(registered(a_hall(), "gui"), "xin"), "jie")


def elected(story: Story, **changes: object) -> tuple[Story, str]:
    outcome = story.when(REPLACE(ELECT, **changes), AN)
    return outcome.story, outcome.stream


def test_an_election_is_an_appointment_with_its_ballots():
    proposed, stated = hall().when(ELECT, AN).events
    assert proposed == PostAppointmentProposed(
        holder=person("gui"),
        post_role="director",
        from_="2026-03-02",
        until="2031-03-02",
        unit=HALL,
    )
    assert stated == PostMandateStated(
        holder=person("gui"), unit=HALL, by="election", voters=900, cast=520, ayes=310
    )
    story, stream = elected(hall())
    assert story.state(stream).mandate == stated


@pytest.mark.parametrize("counts", [{"ayes": 521}, {"cast": 901}])
def test_ballots_add_up(counts):
    hall().when(REPLACE(ELECT, **counts), AN).refused("post.ballots_do_not_add_up")


def test_an_election_that_was_not_carried_is_recorded():
    story, stream = elected(hall(), cast=100, ayes=1)
    assert (story.state(stream).mandate.cast, story.state(stream).mandate.ayes) == (100, 1)


def test_how_she_came_to_it_is_stated_once_and_by_a_registrar():
    story, stream = elected(hall())
    stated = story.state(stream).mandate
    story.submits(stream, stated, AN).refused("post.mandate_stated")
    plain = story.when(
        ProposeAppointment(
            holder=person("xin"), post_role="clerk", from_date="2026-03-02", unit=HALL
        ), AN,
    )  # fmt: skip
    hers = msgspec.structs.replace(stated, holder=person("xin"))
    plain.story.submits(plain.stream, hers, acting("shou", "intake_clerk")).refused(
        "authority.role_not_allowed"
    )
    plain.story.submits(plain.stream, stated, AN).refused("post.holder_differs")
    later = msgspec.structs.replace(hers, by="by_election")
    plain.story.submits(plain.stream, later, AN).refused("post.former_missing")


BY = {"holder": person("xin"), "former": person("gui"), "from_date": "2026-06-01"}


def test_a_by_election_fills_a_vacant_seat_for_what_is_left_of_the_term():
    story, stream = elected(hall())
    story.when(REPLACE(ELECT, **BY), AN).refused("post.seat_not_vacant")
    story.when(REPLACE(ELECT, **BY | {"former": person("jie")}), AN).refused("post.seat_not_vacant")
    story = story.when(EndPost(stream=stream, effective_from="2026-05-01"), AN).story
    story.when(REPLACE(ELECT, **BY, until="2031-03-03"), AN).refused("post.beyond_term")
    story.when(REPLACE(ELECT, **BY | {"post_role": "secretary"}), AN).refused(
        "post.seat_not_vacant"
    )
    assert story.when(REPLACE(ELECT, **BY), AN).events[1].by == "by_election"


def test_a_term_that_has_run_is_neither_proposed_nor_approved():
    late = REPLACE(ELECT, from_date="2020-01-01", until="2026-03-02")
    hall().when(late, AN, at=on("2026-03-02")).refused("post.term_run")
    # until is the first day on which she holds it no more: of tomorrow it has not run today.
    hall().when(REPLACE(late, until="2026-03-03"), AN, at=on("2026-03-02")).story  # noqa: B018


def test_an_approval_after_the_term_gives_nothing_any_more():
    story = Story(hall().registry, hall().acts, hall().shelf, hall().permits)
    propose = ProposeAppointment(
        holder=person("xin"), post_role="clerk", from_date="2026-03-02", until="2026-03-10",
        unit=HALL,
    )  # fmt: skip
    outcome = story.when(propose, AN)
    digest = str(outcome.story.acts[-1].digest)
    approve = ApproveAppointment(stream=outcome.stream, approves=digest)
    outcome.story.when(approve, BO, at=on("2026-03-10")).refused("post.term_run")


# -- hand-over ---------------------------------------------------------------------------------


def leaving() -> tuple[Story, str]:
    story, stream = elected(hall())
    story = appointed(story, person("jie"), "street_officer", "an", unit=HALL)
    return story.when(EndPost(stream=stream, effective_from="2026-03-20"), AN).story, stream


GUI, XIN = acting("gui", "holder"), acting("xin", "holder")
JIE = acting("jie", "street_officer")


def draw_up(stream: str, *items: str, to: str = "xin") -> DrawUpHandover:
    wanted = items or ("seals", "accounts")
    return DrawUpHandover(stream=stream, to=person(to), items=wanted, text="公章一枚")


def sign(stream: str, part: str) -> SignHandover:
    return SignHandover(stream=stream, part=part)


def test_a_hand_over_is_done_when_three_persons_have_signed_its_list():
    story, stream = leaving()
    story = story.when(draw_up(stream), GUI).story
    for part, by in (("old", GUI), ("new", XIN)):
        story = story.when(sign(stream, part), by).story
        assert story.state(stream).handover.complete is None
    story = story.when(sign(stream, "supervisor"), JIE).story
    assert story.state(stream).handover.complete == date(2026, 3, 2)
    assert story.state(stream).handover.items == ("seals", "accounts")


def test_each_part_is_signed_by_whose_it_is_and_once():
    story, stream = leaving()
    story.when(sign(stream, "old"), GUI).refused("post.no_handover_drawn_up")
    story = story.when(draw_up(stream), GUI).story
    story.when(sign(stream, "old"), XIN).refused("post.not_her_part")
    story.when(sign(stream, "new"), GUI).refused("post.not_her_part")
    story.when(sign(stream, "supervisor"), SHOU).refused("post.not_her_part")
    story = story.when(sign(stream, "old"), GUI).story
    story.when(sign(stream, "old"), GUI).refused("post.part_signed")


def test_nobody_supervises_her_own_hand_over():
    story, stream = leaving()
    story = appointed(story, person("xin"), "street_officer", "an", unit=HALL)
    story = story.when(draw_up(stream), GUI).story
    both = acting("xin", "street_officer")
    story.when(sign(stream, "supervisor"), both).refused("post.one_hand_twice")
    story.when(draw_up(stream, to="gui"), GUI).refused("post.one_hand_twice")


def test_a_newer_list_takes_the_place_of_one_that_its_author_alone_has_signed():
    story, stream = leaving()
    story = story.when(draw_up(stream), GUI).story
    story = story.when(sign(stream, "old"), GUI).story
    first = story.state(stream).handover.digest
    newer = draw_up(stream, "seals", "accounts", "archives")
    story.when(newer, AN).refused("post.handover_signed")
    story = story.when(newer, GUI).story
    assert story.state(stream).handover.signed == ()
    signed = story.when(sign(stream, "old"), GUI).events[0]
    stale = msgspec.structs.replace(signed, approves=first)
    story.submits(stream, stale, GUI).refused("post.no_handover_drawn_up")


@pytest.mark.parametrize(("part", "by"), [("new", XIN), ("supervisor", JIE)])
def test_a_list_that_she_and_another_have_signed_is_not_drawn_up_anew(part, by):
    story, stream = leaving()
    story = story.when(draw_up(stream), GUI).story
    story = story.when(sign(stream, part), by).story
    story.when(draw_up(stream, "seals"), AN).refused("post.handover_signed")
    story = story.when(sign(stream, "old"), GUI).story
    for hand in (GUI, AN):
        refusal = story.when(draw_up(stream, "seals"), hand).refused("post.handover_signed")
        assert part in refusal.text("zh")


def test_a_wrong_list_that_a_registrar_and_a_friend_agree_on_does_not_bind_who_leaves():
    story, stream = leaving()
    story = story.when(draw_up(stream, "seals", to="jie"), AN).story
    friend = acting("jie", "holder")
    story = story.when(sign(stream, "new"), friend).story
    wrong = story.state(stream).handover
    assert (wrong.to, wrong.signed) == (person("jie"), ("new",))
    story = story.when(draw_up(stream), GUI).story
    assert (story.state(stream).handover.to, story.state(stream).handover.signed) == (
        person("xin"), ()
    )  # fmt: skip
    story.when(sign(stream, "new"), friend).refused("post.not_her_part")
    story = story.when(sign(stream, "old"), GUI).story
    story.when(draw_up(stream, "seals", to="jie"), AN).refused("post.handover_signed")


def test_what_is_handed_over_is_what_the_packs_list_and_somebody_leaves():
    story, stream = leaving()
    story.when(draw_up(stream, "cats"), GUI).refused("post.item_not_handed_over")
    story.when(draw_up(stream, "seals", "seals"), GUI).refused("post.item_not_handed_over")
    story.when(draw_up(stream, to="nobody"), GUI).refused("actor.unknown")
    story.when(draw_up(stream), XIN).refused("authority.not_holder")
    clerk = story.when(
        ProposeAppointment(
            holder=person("xin"), post_role="clerk", from_date="2026-03-02", unit=HALL
        ), AN,
    )  # fmt: skip
    clerk.story.when(draw_up(clerk.stream, to="gui"), AN).refused("post.not_leaving")
    ended = clerk.story.when(EndPost(stream=clerk.stream, effective_from="2026-03-20"), AN).story
    ended.when(draw_up(clerk.stream, to="gui"), AN).refused("post.no_handover")


# -- relatives and recusal ---------------------------------------------------------------------


def post_of(story: Story, label: str, role: str) -> str:
    return next(
        act.stream for act in story.acts
        if isinstance(act.event, PostAppointmentProposed)
        and (act.event.holder, act.event.post_role) == (person(label), role)
    )  # fmt: skip


def test_a_relative_is_declared_by_the_holder_and_only_the_verdict_is_public():
    story = hall()
    stream = post_of(story, "jian", "supervisor")
    declare = DeclareRelation(
        stream=stream, body="committee", related=True, relative="张三", relation="配偶"
    )
    outcome = story.when(declare, acting("jian", "holder"))
    (event,) = outcome.events
    assert event.checks == (Verdict(check="near_relative", subject="committee", verdict=True),)
    assert "张三" not in str(event)
    assert outcome.story.state(stream).related == {"committee"}
    undone = outcome.story.when(REPLACE(declare, related=False), acting("jian", "holder")).story
    assert undone.state(stream).related == frozenset()
    story.when(declare, AN).refused("authority.role_not_allowed")
    story.when(declare, acting("cha", "holder")).refused("authority.not_holder")


@pytest.mark.parametrize("checks", [(), ("other",), ("near_relative", "near_relative")])
def test_a_declaration_states_one_verdict(checks):
    story = hall()
    stream = post_of(story, "jian", "supervisor")
    said = tuple(Verdict(check=each, subject="committee", verdict=True) for each in checks)
    event = PostRelationDeclared(holder=person("jian"), unit=HALL, checks=said)
    story.submits(stream, event, acting("jian", "holder")).refused("post.check_missing")


def test_nothing_a_recused_person_signs_in_the_matter_is_accepted_any_more():
    story, case = a_case(hall())
    stream = post_of(story, "shou", "intake_clerk")
    recuse = Recuse(stream=stream, matter=case, text="当事人为近亲属")
    story.when(Accept(stream=case), SHOU).story  # noqa: B018
    recused = story.when(recuse, acting("shou", "holder")).story
    refusal = recused.when(Accept(stream=case), SHOU).refused("authority.recused")
    assert case in refusal.text("zh")
    other, another = a_case(recused)
    other.when(Accept(stream=another), SHOU).story  # noqa: B018
    recused.when(recuse, acting("shou", "holder")).refused("post.recused_before")


def test_whoever_is_recused_by_one_post_is_so_in_all_of_hers():
    story, case = a_case(hall())
    recuse = Recuse(stream=post_of(story, "shou", "volunteer"), matter=case)
    recused = story.when(recuse, acting("shou", "holder")).story
    recused.when(Accept(stream=case), SHOU).refused("authority.recused")


def test_a_recusal_is_the_holders_or_registrars_and_of_a_post_not_over():
    story, case = a_case(hall())
    stream = post_of(story, "shou", "intake_clerk")
    recuse = Recuse(stream=stream, matter=case)
    story.when(recuse, acting("cha", "holder")).refused("authority.not_holder")
    story.when(recuse, acting("cha", "supervisor")).refused("authority.role_not_allowed")
    ended = story.when(EndPost(stream=stream, effective_from="2026-03-02"), AN).story
    ended.when(recuse, AN).refused("post.over")
    story.when(REPLACE(recuse, stream=f"post/{an_id('no')}"), AN).refused("post.unknown")


HANDS = {"gui": GUI, "xin": XIN, "jie": JIE, "an": AN}
WISHES = st.tuples(st.sampled_from(["draw", "old", "new", "supervisor"]), st.sampled_from([*HANDS]))


@given(st.lists(WISHES, max_size=9))
def test_no_sequence_completes_a_hand_over_without_three_persons_under_one_list(wishes):
    story, stream = leaving()
    signed: dict[str, str] = {}
    for what, who in wishes:
        command = draw_up(stream) if what == "draw" else sign(stream, what)
        outcome = story.when(command, HANDS[who])
        if outcome.error is None:
            story = outcome.story
            signed = {} if what == "draw" else signed | {what: who}
    handover = story.state(stream).handover
    done = handover is not None and handover.complete is not None
    assert done == (set(signed) == PARTS)
    assert len(set(signed.values())) == len(signed)
