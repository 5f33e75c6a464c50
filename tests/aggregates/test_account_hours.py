"""Volunteer hours, given, when, then: claimed, confirmed by others, never twice, never wrong."""

import msgspec
import pytest

from ledger.aggregates.account import commands as wishes
from ledger.aggregates.account import events
from ledger.aggregates.account.events import Standing
from ledger.aggregates.account.standing import standing_of
from ledger.aggregates.account.state import AccountState
from ledger.kernel.event import Basis
from ledger.rules.accounts import AccountClosed
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import accounts
from tests.support.gwt import Story, on
from tests.support.hall import (
    BAO,
    GE,
    HALL,
    SHU,
    STREET,
    TOU,
    ZU,
    a_hall,
    a_stream,
    as_,
    machine,
)
from tests.support.versions import CN_BASE

ONE = a_stream("account")
HOURS = Basis(pack=CN_BASE, rule="account.volunteer_hours")
DAY = "2026-03-02"


def open_(**members):
    told = {"stream": ONE, "unit": HALL, "kind": "volunteer_hours", "category": "resident"}
    return wishes.Open(**told | {"full_name": "王秀兰"} | members)


def claim(start="09:00", amount=120, **members):
    told = {"stream": ONE, "amount": amount, "purpose": "ecology", "day": DAY, "start": start}
    return wishes.Claim(**told | members)


def confirm(item=1, **members):
    return wishes.Confirm(stream=ONE, item=item, unrelated=True, **members)


def opened(**members) -> Story:
    return a_hall().when(open_(**members), BAO).story


def served(*days: tuple[str, int], purpose="ecology", story=None) -> Story:
    """Return the story after services of whole days, claimed and confirmed."""
    story = story or opened()
    for day, minutes in days:
        at = max(on(day), story.next_minute)
        command = claim("00:00", minutes, day=day, purpose=purpose)
        story = story.when(command, BAO, at=at).story
        number = len(story.state(ONE).items)
        story = story.when(confirm(number), ZU).story
    return story


# -- claim, confirm, post ---------------------------------------------------------------------


def test_who_volunteers_is_sealed_and_the_account_says_only_whose_kind_it_is():
    outcome = a_hall().when(open_(id_no="520602199001011234"), BAO)
    (event,) = outcome.events
    assert event.kind == "volunteer_hours"
    (holder,) = outcome.proposed[0].sealed
    assert (holder.name, holder.id_no) == ("王秀兰", "520602199001011234")


def test_hours_are_posted_with_the_organiser_s_signature_in_one_submission():
    story = opened().when(claim(), BAO).story
    assert story.state(ONE).balance == 0
    outcome = story.when(confirm(), ZU)
    story = outcome.then(
        events.Confirmed(unit=HALL, item=1, step="organiser", unrelated=True, basis=(HOURS,)),
        events.Posted(
            unit=HALL, item=1, amount=120, balance=120, basis=(HOURS,),
            standing=Standing(stars=0, vest="red", vests=("green", "red")),
        ),
    )  # fmt: skip
    assert story.state(ONE).balance == 120


def test_nobody_confirms_what_she_claimed_whatever_her_posts():
    story = opened().when(claim(), BAO).story
    error = story.when(confirm(), as_(BAO, "organiser")).refused("account.own_claim")
    assert error.facts["rule"] == "SD4"
    assert not any("SD4" in error.text(lang) for lang in ("zh", "en"))


def test_an_office_holder_does_not_confirm_her_own_service_claimed_by_another():
    story = opened(holder=ZU.actor).when(claim(), BAO).story
    story.when(confirm(), ZU).refused("account.own_claim")


def test_who_confirms_declares_that_she_is_no_near_relative():
    story = opened().when(claim(), BAO).story
    command = wishes.Confirm(stream=ONE, item=1)
    story.when(command, ZU).refused("account.not_declared_unrelated")


def test_a_machine_may_claim_and_never_confirm():
    story = opened().when(claim(), machine("door")).story
    event = events.Confirmed(unit=HALL, item=1, step="organiser", unrelated=True, basis=(HOURS,))
    story.submits(ONE, event, machine("door")).refused("authority.role_not_allowed")
    assert story.when(confirm(), ZU).story.state(ONE).balance == 120


def test_a_rejected_claim_frees_its_time():
    story = opened().when(claim(), BAO).story
    story = story.when(wishes.Reject(stream=ONE, item=1, reason="no_evidence"), ZU).story
    assert story.when(claim(), BAO).story.state(ONE).balance == 0
    story.when(confirm(), ZU).refused("account.item_stands_otherwise")


# -- hours ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "minutes", "free"),
    [
        ("11:00", 60, True),  # where the other ends
        ("08:00", 60, True),  # until the other begins
        ("10:59", 60, False),
        ("08:00", 61, False),
        ("09:30", 10, False),
        ("08:00", 600, False),
    ],
)
def test_hours_that_overlap_are_refused(start, minutes, free):
    story = opened().when(claim("09:00", 120), BAO).story
    outcome = story.when(claim(start, minutes), BAO)
    if free:
        assert outcome.story
    else:
        outcome.refused("account.hours_overlap")


def test_the_same_hours_of_another_day_or_after_a_reversal_are_free():
    story = served((DAY, 120))
    assert story.when(claim("00:00", 120, day="2026-03-01"), BAO).story
    story.when(claim("00:00", 120), BAO).refused("account.hours_overlap")
    story = story.when(wishes.Reverse(stream=ONE, item=1, reason="mistaken"), TOU).story
    assert story.state(ONE).balance == 0
    assert story.when(claim("00:00", 120), BAO).story


def test_service_does_not_run_past_midnight():
    assert opened().when(claim("22:00", 120), BAO).story
    opened().when(claim("22:00", 121), BAO).refused("account.past_midnight")


@pytest.mark.parametrize(
    ("minutes", "flags"),
    [
        (480, ()),
        (481, ("over_day_flag",)),
        (720, ("over_day_flag",)),
        (721, ("over_day_cap", "over_day_flag")),
    ],
)
def test_long_days_are_marked_and_not_refused(minutes, flags):
    story = served((DAY, minutes))
    assert story.acts[-1].event.flags == flags
    assert story.state(ONE).balance == minutes


def test_a_day_is_long_by_all_its_services_together():
    story = served((DAY, 400)).when(claim("12:00", 81), BAO).story
    story = story.when(confirm(2), ZU).story
    assert story.acts[-1].event.flags == ("over_day_flag",)


# -- stars and vests --------------------------------------------------------------------------

DAYS = tuple((f"2026-03-{day:02}", 1200) for day in range(2, 7))
"""Five days of 20 hours: 100.00 hours."""


@pytest.mark.parametrize(
    ("last", "stars", "vest"),
    [
        (1199, 0, "red"),  # 99.98 hours
        (1200, 1, "red"),  # exactly 100.00: a star, no black vest
        (1201, 1, "black"),
    ],
)
def test_a_star_begins_at_a_hundred_hours_and_the_black_vest_beyond(last, stars, vest):
    story = served(*DAYS[:4], (DAYS[4][0], last))
    standing = story.acts[-1].event.standing
    assert (standing.stars, standing.vest) == (stars, vest)
    assert standing.vests[-1] == "red"


def test_black_does_not_erase_the_others():
    story = opened(category="staff")
    story = story.when(wishes.Join(stream=ONE, team=STREET, purpose="ecology"), ZU).story
    story = served(*DAYS, ("2026-03-07", 60), story=story)
    assert story.acts[-1].event.standing == Standing(
        stars=1, vest="black", vests=("black", "green", "yellow")
    )


def test_the_colour_of_service_is_worn_by_members_of_its_team():
    story = served((DAY, 120))
    assert story.acts[-1].event.standing.vest == "red"
    story = story.when(wishes.Join(stream=ONE, team=STREET, purpose="ecology"), ZU).story
    assert story.acts[-1].event.standing.vest == "green"
    story = story.when(wishes.Leave(stream=ONE, team=STREET), ZU).story
    assert story.acts[-1].event.standing.vest == "red"


def test_half_the_minutes_are_no_majority():
    story = served((DAY, 120))
    story = served(("2026-03-03", 120), purpose="peace", story=story)
    assert story.acts[-1].event.standing.vests == ("red",)
    story = served(("2026-03-04", 1), purpose="peace", story=story)
    assert story.acts[-1].event.standing.vests == ("blue", "red")


def test_staff_wear_yellow():
    story = opened().when(wishes.Categorise(stream=ONE, category="staff"), ZU).story
    assert story.acts[-1].event.standing.vest == "yellow"


@pytest.mark.parametrize(
    ("minutes", "stars"),
    [(5_999, 0), (6_000, 1), (18_000, 2), (36_000, 3), (60_000, 4), (89_999, 4), (90_000, 5)],
)
def test_stars_begin_at_their_hours(minutes, stars):
    pack = load_pack(shipped("cn-base"))
    (kind,) = [item.value for item in pack.items(accounts.section) if item.id == "volunteer_hours"]
    standing = standing_of(kind, AccountState(balance=minutes), on(DAY).date())
    assert standing.stars == stars
    assert (standing.vest == "black") == (minutes > 6_000)


# -- consent, teams, certificate, closing -----------------------------------------------------


def test_consent_seals_the_name_to_be_shown_in_a_group_of_its_own():
    give = wishes.GiveConsent(stream=ONE, shown_name="王秀兰")
    outcome = opened().when(give, ZU)
    (naming,) = outcome.proposed[0].sealed
    assert naming.name == "王秀兰"
    story = outcome.story
    assert story.state(ONE).consents
    story.when(give, ZU).refused("account.consent_stands")
    story = story.when(wishes.WithdrawConsent(stream=ONE), ZU).story
    assert not story.state(ONE).consents
    story.when(wishes.WithdrawConsent(stream=ONE), ZU).refused("account.consent_stands")


def test_a_team_is_a_unit_joined_once():
    join = wishes.Join(stream=ONE, team=STREET)
    story = opened().when(join, ZU).story
    story.when(join, ZU).refused("account.team_stands")
    opened().when(wishes.Leave(stream=ONE, team=STREET), ZU).refused("account.team_stands")
    nowhere = wishes.Join(stream=ONE, team=f"unit/{ONE[-26:]}")
    opened().when(nowhere, ZU).refused("unit.unknown")


def test_a_certificate_states_what_was_posted():
    opened().when(wishes.Certify(stream=ONE), ZU).refused("account.nothing_to_certify")
    story = served((DAY, 120)).when(wishes.Certify(stream=ONE), ZU).story
    assert story.acts[-1].event.balance == 120
    assert story.registry.tags(story.acts[-1])[1] == f"certificates:{HALL}:2026"


def test_an_account_closes_when_nothing_is_undecided():
    close = wishes.Close(stream=ONE, reason="moved_away")
    story = opened().when(claim(), BAO).story
    story.when(close, ZU).refused("account.items_outstanding")
    story = served((DAY, 120)).when(close, ZU).story
    story.when(claim("20:00"), BAO).refused("account.closed")
    story = story.when(wishes.Reverse(stream=ONE, item=1, reason="mistaken"), TOU).story
    assert story.state(ONE).balance == 0


# -- refusals ---------------------------------------------------------------------------------


def test_an_account_is_opened_once_and_acted_on_after():
    opened().when(open_(), BAO).refused("account.already_opened")
    for command in (claim(), confirm(), wishes.Certify(stream=ONE)):
        a_hall().when(command, BAO).refused("account.not_opened")
    event = AccountClosed(unit=HALL, reason="mistaken", basis=(HOURS,))
    a_hall().submits(ONE, event, ZU).refused("account.not_opened")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"category": None}, "account.member_missing"),
        ({"opening": 60}, "account.member_not_allowed"),
        ({"since": "2026-03"}, "account.member_not_allowed"),
        ({"kind": "sunshine"}, "book.unknown_account_kind"),
        ({"full_name": " "}, "text.blank"),
    ],
)
def test_a_volunteer_s_account_begins_at_nothing(members, code):
    a_hall().when(open_(**members), BAO).refused(code)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (claim(day="2026-03-03"), "account.day_to_come"),
        (claim(day="2026-02-30"), "time.bad_date"),
        (claim(start=None), "account.member_missing"),
        (claim(purpose="rent"), "account.code_not_listed"),
        (claim(flow="out"), "account.code_not_listed"),
        (confirm(7), "account.item_unknown"),
    ],
)
def test_a_claim_that_cannot_be_is_refused(command, code):
    by = ZU if isinstance(command, wishes.Confirm) else BAO
    opened().when(command, by).refused(code)


def test_what_was_posted_is_not_posted_again_nor_reversed_by_its_poster():
    story = served((DAY, 120))
    story.when(wishes.Post(stream=ONE, item=1), ZU).refused("account.item_stands_otherwise")
    reverse = wishes.Reverse(stream=ONE, item=1, reason="mistaken")
    story.when(reverse, as_(ZU, "unit_head")).refused("account.poster_reverses")
    story = story.when(reverse, TOU).story
    story.when(reverse, TOU).refused("account.item_stands_otherwise")


def test_nothing_is_posted_unconfirmed():
    story = opened().when(claim(), BAO).story
    story.when(wishes.Post(stream=ONE, item=1), ZU).refused("account.steps_outstanding")


def test_roles_and_units_are_the_kind_s_and_the_account_s():
    opened().when(claim(), SHU).refused("authority.role_not_allowed")
    opened().when(claim(), GE).story  # noqa: B018
    event = events.ConsentWithdrawn(unit=STREET, scope="board", basis=(HOURS,))
    opened().submits(ONE, event, ZU).refused("authority.out_of_scope")


def test_a_forged_balance_flag_or_number_is_refused():
    story = opened().when(claim(), BAO).story
    story = story.when(wishes.Confirm(stream=ONE, item=1, unrelated=True), ZU).story
    good = story.acts[-1].event
    before = opened().when(claim(), BAO).story
    signature = story.acts[-2].event
    before = before.submits(ONE, signature, ZU).story
    for members in ({"balance": 121}, {"amount": 60}, {"flags": ("over_day_cap",)},
                    {"standing": None}, {"basis": ()}):  # fmt: skip
        forged = msgspec.structs.replace(good, **members)
        before.submits(ONE, forged, ZU).refused("account.settled_otherwise")
    assert before.submits(ONE, good, ZU).story
    number = msgspec.structs.replace(story.acts[-3].event, item=9, start=1200)
    story.submits(ONE, number, BAO).refused("account.settled_otherwise")


def test_reasons_and_stray_members():
    story = opened().when(claim(), BAO).story
    reject = events.Rejected(unit=HALL, item=1, basis=(HOURS,))
    story.submits(ONE, reject, ZU).refused("account.reason_missing")
    event = events.ConsentWithdrawn(unit=HALL, scope="board", reason="mistaken", basis=(HOURS,))
    story.submits(ONE, event, ZU).refused("account.member_not_allowed")
    story.when(wishes.Reject(stream=ONE, item=1, reason="weather"), ZU).refused(
        "account.code_not_listed"
    )
