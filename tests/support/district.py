"""A community of the first district, for stories under its pack: people in posts, pack adopted."""

from functools import cache

from ledger.aggregates import catalogue, figure
from ledger.rules.adoptions import PackDigest
from ledger.rules.packs import digest_of, load_pack, shipped
from tests.support.gwt import Story, person, unit
from tests.support.trust import acting, adopted, appointed, established, founded, registered

COMMUNITY, OTHER = unit("community"), unit("other")
NAMES = ("cn-law", "cn-base", "bijiang")
GONG, SHU = acting("gong", "publisher"), acting("shu", "session_clerk")


@cache
def a_district() -> Story:
    """Return two communities on Monday 2 March 2026 with the district's pack in force."""
    files = {name: shipped(name) for name in NAMES}
    by_digest = {digest_of(each): each for each in files.values()}
    story = founded("an", "bo", more=(catalogue.aggregate, figure.aggregate), packs=by_digest)
    story = established(story, "street")
    for label in ("community", "other"):
        story = established(story, label, "street")
    for label, role in (("gong", "publisher"), ("shu", "session_clerk")):
        story = registered(story, label)
        for place in (COMMUNITY, OTHER):
            story = appointed(story, person(label), role, "an", unit=place)
    law, base, own = (
        PackDigest(pack=load_pack(each).ref, digest=digest_of(each)) for each in files.values()
    )
    return adopted(story, own.pack, own.digest, extends=(law, base))
