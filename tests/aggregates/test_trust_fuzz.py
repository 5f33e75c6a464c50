"""Whatever a stranger signs, the trust rules answer with a refusal in words, never a crash."""

import re

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.kernel.event import SPECS
from ledger.kernel.registry import public_bytes
from ledger.rules import genesis, heads, keys, persons, post_statements, posts, units
from ledger.rules.genesis import Founder, Jwk
from ledger.rules.packs import adoptions
from ledger.rules.packs.adoptions import PackDigest
from tests.support.gwt import a_digest, device, on, person, unit
from tests.support.trust import (
    a_pack,
    acting,
    adopted,
    appointed,
    established,
    founded,
    jwk,
    on_shelf,
    proof,
    registered,
    registrar,
    vkey,
)

PACKS = on_shelf(a_pack("p@1"))
(PACK,) = PACKS

BASE = founded("an", "bo", threshold=2, packs=PACKS)
BASE = registered(established(established(BASE, "street"), "grid", "street"), "chen")
BASE = appointed(BASE, person("chen"), "clerk", "an", unit=unit("grid"))
BASE = adopted(BASE, "p@1", PACK, "an")

base64url = st.text("ABCxyz019_-", min_size=43, max_size=43)
digests = st.sampled_from([str(act.digest) for act in BASE.acts] + [PACK]) | base64url
thumbs = st.sampled_from([act.kid for act in BASE.acts]) | base64url.filter(
    re.compile("[0-9A-Za-z_-]{42}[AEIMQUYcgkosw048]").fullmatch
)
signatures = st.sampled_from([proof("chen", person("chen"))]) | st.text(
    "Ax_9", min_size=86, max_size=86
)
people = st.sampled_from([person(label) for label in ("an", "bo", "chen", "nobody")])
actors = people | st.just(device("till"))
units_ = st.sampled_from([unit(label) for label in ("street", "grid", "nowhere")])
days = st.sampled_from(["2026-03-02", "2026-02-30", "0000-00-00", "9999-12-31", "2026-03-02\n"])
codes = st.sampled_from(["x", "clerk", "registrar", "holder"])
jwks = st.just(jwk("chen")) | st.builds(Jwk, x=thumbs)
vkeys = st.just(vkey()) | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
maybe = st.none()
common = {"unit": maybe | units_}

events = st.one_of(
    st.builds(
        genesis.LogGenesis, origin=st.sampled_from(["x", "ledger.example/110105"]),
        suite=st.just("INT-1"), vkey=vkeys, clock=st.just("real"), zone=st.just("Asia/Shanghai"),
        threshold=st.integers(1, 3), predecessor=maybe,
        founders=st.lists(
            st.builds(Founder, actor=people, jwk=jwks, proof=signatures), min_size=1, max_size=2
        ).map(tuple),
    ),
    st.builds(genesis.LogKeyRotationProposed, vkey=vkeys, proof=signatures, consent=signatures),
    st.builds(genesis.LogApproved, approves=digests),
    st.builds(genesis.LogClockExplained, reason=codes),
    st.builds(
        heads.LogHeadsPublished, size=st.integers(1, 30), streams=st.integers(1, 30), root=thumbs,
        **common,
    ),
    st.builds(persons.PersonRegistered, **common),
    st.builds(persons.DeviceRegistered, kind=st.just("kiosk"), responsible=people, **common),
    st.builds(persons.DeviceRetired, **common),
    st.builds(
        keys.KeyEnrolled, holder=actors, jwk=jwks, proof=signatures, custody=st.just("file"),
        **common,
    ),
    st.builds(keys.KeyRotated, successor=thumbs, **common),
    st.builds(keys.KeyRevoked, reason=codes, since=maybe | st.integers(0, 2**60), **common),
    st.builds(
        keys.KeyRevocationProposed, reason=codes, since=maybe | st.integers(0, 2**60), **common
    ),
    st.builds(keys.KeyApproved, approves=digests, **common),
    st.builds(
        units.UnitEstablished, unit=units_, code=codes, name=st.just("x"), level=codes,
        parent=maybe | units_, effective_from=days,
    ),
    st.builds(
        units.UnitChanged, unit=units_, code=maybe | codes, parent=maybe | units_,
        effective_from=days,
    ),
    st.builds(
        units.UnitModeSwitched, unit=units_, mode=st.sampled_from(["ordinary", "emergency"]),
        effective_from=days,
    ),
    st.builds(
        units.UnitSplit, unit=units_, into=st.lists(units_, min_size=1, max_size=2).map(tuple),
        effective_from=days,
    ),
    st.builds(
        units.UnitRegimeSet, unit=units_, regime=st.sampled_from(["village", "urban"]),
        level=maybe | codes, effective_from=days,
    ),
    st.builds(
        units.UnitNumberStated, unit=units_, code=codes, value=st.integers(0, 9), day=days,
    ),
    st.builds(
        units.UnitDissolved, unit=units_, successors=st.lists(units_, max_size=2).map(tuple),
        effective_from=days,
    ),
    st.builds(
        posts.PostAppointmentProposed, holder=actors, post_role=codes, from_=days,
        until=maybe | days, **common,
    ),
    st.builds(posts.PostApproved, approves=digests, holder=actors, **common),
    st.builds(posts.PostEndProposed, holder=actors, effective_from=days, **common),
    st.builds(posts.PostEnded, holder=actors, effective_from=days, **common),
    st.builds(
        post_statements.PostMandateStated,
        holder=actors, by=st.sampled_from(["election", "by_election"]),
        voters=st.integers(0, 9), cast=st.integers(0, 9), ayes=st.integers(0, 9),
        former=maybe | people, **common,
    ),
    st.builds(
        post_statements.PostHandoverDrawnUp, holder=actors, to=people,
        items=st.lists(codes, min_size=1, max_size=2).map(tuple), **common,
    ),
    st.builds(
        post_statements.PostHandoverSigned, holder=actors, approves=digests,
        part=st.sampled_from(["old", "new", "supervisor"]), **common,
    ),
    st.builds(post_statements.PostRelationDeclared, holder=actors, **common),
    st.builds(
        post_statements.PostRecused, holder=actors, matter=st.just("case/" + "0" * 26), **common,
    ),
    st.builds(
        adoptions.PackAdoptionProposed, pack=st.sampled_from(["p@1", "q@2"]), digest=digests,
        extends=st.lists(st.builds(PackDigest, pack=st.just("q@2"), digest=digests)).map(tuple),
        effective_from=days, **common,
    ),
    st.builds(adoptions.PackApproved, approves=digests, **common),
)  # fmt: skip
streams = st.sampled_from(sorted({act.stream for act in BASE.acts})) | st.sampled_from(
    ["log/x", person("nobody"), device("till"), "key/" + a_digest("k"), unit("nowhere"),
     "post/" + "0" * 26, person("bo").replace("person", "post"), "pack/q@2"]
)  # fmt: skip
TYPICAL = {act.aggregate: act.stream for act in BASE.acts} | {"device": device("till")}
hands = st.sampled_from(
    [registrar("an"), registrar("bo"), acting("chen", "clerk"), acting("chen", "holder")]
)


@given(events, streams, hands)
@example(genesis.LogClockExplained(reason="x"), "log/x", registrar("an"))
def test_anything_of_a_declared_form_is_accepted_or_refused_in_words(event, stream, by):
    aggregate = SPECS[type(event)].name.partition(".")[0]
    if not stream.startswith(f"{aggregate}/"):
        stream = TYPICAL[aggregate]
    outcome = BASE.submits(stream, event, by, at=on("2026-03-03"))
    if outcome.error is not None:
        outcome.refused(outcome.error.code)
        return
    # What was accepted can be folded, and its bytes can be read again.
    outcome.story.state(stream)
    assert msgspec.json.decode(public_bytes(event), type=type(event)) == event
