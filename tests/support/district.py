"""A community of the first district, for stories under its pack: people in posts, pack adopted."""

from functools import cache
from itertools import product

from ledger.aggregates import catalogue, decision, disclosure_item, figure, session
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.packs.pack import digest_of, load_pack, shipped
from tests.support.gwt import Story, person, unit
from tests.support.trust import acting, adopted, appointed, established, founded, registered

COMMUNITY, OTHER = unit("community"), unit("other")
POSTS = {"gong": ("publisher",), "shu": ("session_clerk", "decision_clerk")}
NAMES = ("cn-law", "cn-base", "bijiang")
GONG, SHU = acting("gong", "publisher"), acting("shu", "session_clerk")
DECIDES = acting("shu", "decision_clerk")


@cache
def a_district() -> Story:
    """Return two communities on Monday 2 March 2026 with the district's pack in force."""
    files = {name: shipped(name) for name in NAMES}
    by_digest = {digest_of(each): each for each in files.values()}
    nouns = (catalogue, decision, disclosure_item, figure, session)
    more = tuple(noun.aggregate for noun in nouns)
    story = founded("an", "bo", more=more, packs=by_digest)
    story = established(story, "street")
    for label in ("community", "other"):
        story = established(story, label, "street")
    for label, roles in POSTS.items():
        story = registered(story, label)
        for role, place in product(roles, (COMMUNITY, OTHER)):
            story = appointed(story, person(label), role, "an", unit=place)
    law, base, own = (
        PackDigest(pack=load_pack(each).ref, digest=digest_of(each)) for each in files.values()
    )
    return adopted(story, own.pack, own.digest, extends=(law, base))
