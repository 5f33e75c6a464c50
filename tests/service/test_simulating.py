"""A pack is tried out on a ledger: what it would refuse, have due otherwise, or strand."""

import pytest

from ledger.aggregates.case.commands import Accept, Triage
from ledger.aggregates.decision.commands import Propose, TakeStep
from ledger.aggregates.disclosure_item.commands import Approve, Draft, Publish, Review
from ledger.aggregates.post import DrawUpHandover, EndPost
from ledger.aggregates.session.commands import Hold
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.time import parse_date
from ledger.service.directory import posts_held
from ledger.service.ledger import today
from ledger.service.office import adopt_pack, do, establish
from ledger.service.packs.simulating import simulate
from ledger.service.packs.staffing import Unmet, unmet_below
from ledger.service.packs.trial import Trial
from tests.service.test_boards import staffed

BASE, LAW, BIJIANG = map(shipped, ("cn-base", "cn-law", "bijiang"))
RULE = """[[rule]]
id = "request.handle"
zh = "x"
en = "x"
article = "本地第一条"
source = "LOCAL"
from = 2000-01-01
term = { value = 3, unit = "day", counting = "minfa-200-203" }
"""


def local(**files: bytes):
    head = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    names = {"law": "law.toml", "request": "cases/request.toml"}
    names |= {name: f"{name}.toml" for name in ("obligations", "posts")}
    return {"pack.toml": head} | {names[name]: data for name, data in files.items()}


def tried(office, files, **options):
    own, below = load_pack(files), [load_pack(each) for each in (LAW, BASE)]
    office.ledger.follower.catch_up()
    return simulate(office.ledger, Trial(office.ledger, own, below), **options)


@pytest.fixture
def case(office):
    stream = office.a_case()
    do(office.ledger, office.hands["intake_clerk"], Accept(stream=stream))
    do(office.ledger, office.hands["coordinator"], Triage(stream=stream, route="direct"))
    return stream


def test_the_pack_in_force_changes_nothing(office, case):
    own, below = load_pack(BASE), [load_pack(LAW)]
    office.ledger.follower.catch_up()
    found = simulate(office.ledger, Trial(office.ledger, own, below))
    assert (found.refused, found.moved, found.stranded) == ((), (), ())
    assert found.matters == 1
    assert found.nothing
    assert found.judged + sum(found.unjudged.values()) == office.size
    assert found.unjudged.keys() <= {"device", "key", "log", "pack", "person"}, (
        "packs make nothing of those"
    )


def test_another_term_moves_days_due_of_acts_and_of_open_matters(office, case):
    size = office.size
    found = tried(office, local(law=RULE.encode()))
    assert found.refused == ()
    assert {(each.stream, each.clock) for each in found.moved} == {(case, "handle")}
    assert [each.index is None for each in found.moved] == [False, True]
    assert len({(each.old, each.new) for each in found.moved}) == 1
    assert all(each.new < each.old for each in found.moved)
    assert office.size == size, "a trial writes nothing"


def test_what_another_arrangement_forbids_is_refused_with_its_words(office, case):
    kind = BASE["cases/request.toml"].replace(b'"phone", ', b"", 1)
    assert kind != BASE["cases/request.toml"]
    found = tried(office, local(request=kind))
    (refused,) = found.refused
    assert (refused.type, refused.code) == ("case.received.v1", "case.code_not_listed")
    assert refused.stream == case


def test_only_the_last_acts_are_judged(office, case):
    assert tried(office, local(), last=1).judged == 1
    assert tried(office, local(), last=0).judged == 0


def test_a_matter_in_a_state_the_new_kind_lacks_is_stranded(office, case):
    kind = BASE["cases/request.toml"].replace(b'"triaged"', b'"sorted"')
    kind = kind.replace(b'act = "sorted"', b'act = "triaged"')
    found = tried(office, local(request=kind))
    (stranded,) = found.stranded
    assert (stranded.stream, stranded.state) == (case, "triaged")


def test_a_longer_posting_moves_the_day_an_item_may_be_taken_down(office):
    roles = {role: staffed(office, role) for role in ("publisher", "joint_clerk")}
    draft = Draft(
        unit=office.unit, code="residents.finance", period="2026-03", title="收支",
        amounts=("opening=10", "income=5", "expense=2.50", "closing=12.50"),
    )  # fmt: skip
    item = do(office.ledger, roles["publisher"], draft).entries[0].stream
    for label in ("one", "other"):
        do(office.ledger, staffed(office, "supervisor", label), Review(stream=item))
    do(office.ledger, roles["joint_clerk"], Approve(stream=item))
    do(office.ledger, roles["publisher"], Publish(stream=item, channel="board"))
    rule = RULE.replace('"request.handle"', '"urban.posting"')
    rule = rule.split("term =", maxsplit=1)[0] + "posting = { days = 30 }\n"
    found = tried(office, local(law=rule.encode()))
    assert found.refused == ()
    (moved,) = found.moved
    assert (moved.stream, moved.clock) == (item, "until")
    assert (parse_date(moved.new) - parse_date(moved.old)).days == 15


def decided(office, *, ayes: int) -> str:
    """Return a decision that was proposed, consulted on, examined and carried."""
    clerk = staffed(office, "decision_clerk")
    put_up = Propose(unit=office.unit, code="residents_four_two", title="修缮活动室")
    stream = do(office.ledger, clerk, put_up).entries[0].stream
    vote = {"total": 60, "present": 45, "ayes": ayes, "nays": 45 - ayes}
    for step in (
        TakeStep(stream=stream, step="proposed"),
        TakeStep(stream=stream, step="consulted"),
        TakeStep(stream=stream, step="examined", of="party_members", **vote),
        TakeStep(stream=stream, step="decided", of="representatives", result="passed", **vote),
        TakeStep(stream=stream, step="decision_posted"),
    ):
        do(office.ledger, clerk, step)
    return stream


def test_a_quorum_of_more_and_a_longer_posting_are_told_of_decisions_taken(office):
    stream = decided(office, ayes=30)
    more = RULE.replace('"request.handle"', '"urban.representatives"').split("term =", maxsplit=1)[
        0
    ]
    more += """quorum = { present = [{ of = "representatives", at_least = "4/5" }], agree = [
  { of = "present", more_than = "3/4" },
] }
cadence = { every = "half" }
"""
    longer = RULE.replace('"request.handle"', '"urban.posting"').split("term =", maxsplit=1)[0]
    found = tried(office, local(law=f"{more}{longer}posting = {{ days = 30 }}\n".encode()))
    assert found.refused == ()
    (told,) = found.restated
    assert (told.stream, told.member) == (stream, "defects")
    assert (told.old, told.new) == ("-", "no_quorum, not_carried")
    (moved,) = found.moved
    assert (moved.stream, moved.clock) == (stream, "until")
    assert (parse_date(moved.new) - parse_date(moved.old)).days == 15


def test_a_hand_over_of_what_the_pack_does_not_list_is_refused(office):
    keeper, other = staffed(office, "claims_clerk"), staffed(office, "claims_clerk", "next")
    (post,) = posts_held(office.ledger, keeper.who.actor)
    end = EndPost(stream=post.stream, effective_from=today(office.ledger).isoformat())
    do(office.ledger, office.registrars[0], end)
    list_ = DrawUpHandover(stream=post.stream, to=other.who.actor, items=("accounts", "archives"))
    do(office.ledger, office.registrars[0], list_)
    kept = BASE["posts.toml"].replace(b'items = ["accounts", "archives"]', b'items = ["accounts"]')
    assert kept != BASE["posts.toml"]
    (refused,) = tried(office, local(posts=kept)).refused
    assert (refused.stream, refused.code) == (post.stream, "post.item_not_handed_over")


OBLIGED = RULE.replace('"request.handle"', '"local.class"').split("term =", maxsplit=1)[
    0
].encode() + (b'cadence = { every = "week" }\n')


def owing(term: str) -> bytes:
    """Return a duty to hold a class every week, by a day after it."""
    return f"""[[obligation]]
id = "weekly"
zh = "x"
en = "Class of the week"
rule = "local.class"
levels = ["street"]
every = "week"
{term}
satisfied_by = {{ session = "class" }}
from = 2026-01-01
""".encode()


def test_duties_that_would_be_owed_or_due_otherwise_are_told(office):
    again = tried(office, local(law=OBLIGED, obligations=owing("grace = 2")))
    (new,) = again.owing
    assert (new.unit, new.obligation, new.old, new.old_due) == (office.unit, "weekly", None, None)
    assert (new.period, new.new, new.new_due) == ("2026-W10", "not_yet_due", "2026-03-10")
    adopted = local(law=OBLIGED, obligations=owing("grace = 2"))
    adopt_pack(office.ledger, office.registrars, load_pack(adopted), [*map(load_pack, (LAW, BASE))])
    office.clock.wait(8 * 86_400_000)  # Tuesday of the week after, the last day of the grace
    clerk = staffed(office, "session_clerk")
    do(office.ledger, clerk, Hold(unit=office.unit, code="class", present=12, period="2026-W10"))
    assert tried(office, adopted).owing == ()
    (stricter, _) = tried(office, local(law=OBLIGED, obligations=owing("grace = 0"))).owing
    assert (stricter.period, stricter.old, stricter.new) == ("2026-W10", "on_time", "late")
    gone = tried(office, local())
    assert {(each.new, each.new_due) for each in gone.owing} == {(None, None)}
    assert not gone.nothing


def lacking(office, files, *below, unit: str | None = None) -> list[Unmet]:
    book = open_book(load_pack(files), [load_pack(each) for each in below])
    return unmet_below(office.ledger, book, unit, today(office.ledger))


def test_a_duty_nobody_can_satisfy_is_told_with_the_unit(office):
    stopping_first = lacking(office, BASE, LAW)
    found = {(each.item, each.step): each for each in reversed(stopping_first)}
    # The office has clerk, coordinator, liaison and verifier, one person each.
    assert ("request", "verified") not in found
    assert found["dispute", "resolved"].stops
    assert found["dispute", "resolved"].units == (office.unit,)
    assert found["request", "called_back"].stops is False


def test_what_a_level_owes_is_looked_at_though_units_stand_under_it(office):
    def place(code: str, level: str, parent: str) -> str:
        told = {"name": code, "level": level, "parent": parent}
        return establish(office.ledger, office.registrars[0], code, **told)

    def told(unit: str, within: str | None) -> set[tuple[str, str, str]]:
        found = lacking(office, BIJIANG, LAW, BASE, unit=within)
        return {(each.section, each.item, each.step) for each in found if unit in each.units}

    community = place("520602001001", "community", office.unit)
    alone = told(community, community)
    owed = {each for each in alone if each[0] != "cases"}
    assert ("decisions", "moral_review", "step_taken") in owed < alone
    grid = place("520602001001001", "grid", community)
    assert told(community, community) == owed, "matters are handled lowest down"
    assert {section for section, _, _ in told(grid, community)} >= {"cases"}
    assert told(office.unit, None)
    assert not told(office.unit, community)
