"""A committee that publishes, for stories of disclosure items: people in posts, packs adopted."""

from functools import cache

from ledger.aggregates import disclosure_item, session
from ledger.rules.packs.pack import PackFiles
from tests.support.cases import refs, shipped_packs
from tests.support.gwt import Story, an_id, person, unit
from tests.support.trust import acting, adopted, appointed, established, founded, registered

COMMITTEE = unit("committee")
POSTS = {
    "gong": "publisher",
    "jian": "supervisor",
    "du": "supervisor",
    "cha": "supervisor",
    "lian": "joint_clerk",
    "jie": "street_officer",
    "shu": "session_clerk",
}
GONG, JIAN, DU, CHA, LIAN, JIE, SHU = (acting(label, role) for label, role in POSTS.items())
ITEM = f"disclosure_item/{an_id('an item')}"


@cache
def a_committee() -> Story:
    """Return the committee on Monday 2 March 2026 with the shipped packs in force."""
    return a_committee_under(shipped_packs())


def a_committee_under(packs: dict[str, PackFiles]) -> Story:
    """Return it with these packs by digest, as ``cn-law`` and ``cn-base``, in force."""
    more = (disclosure_item.aggregate, session.aggregate)
    story = founded("an", "bo", more=more, packs=packs)
    story = established(established(story, "street"), "committee", "street")
    for label, role in POSTS.items():
        story = registered(story, label)
        story = appointed(story, person(label), role, "an", unit=COMMITTEE)
    story = appointed(story, person("gong"), "supervisor", "an", unit=COMMITTEE)
    known = refs(packs)
    base, law = known["cn-base"], known["cn-law"]
    return adopted(story, base.pack, base.digest, extends=(law,))
