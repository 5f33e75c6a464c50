"""Each fault of an entry is named, at its index, and none hides another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.audit import audit
from ledger.audit.ports import Stored
from ledger.entry import base64url
from ledger.entry.keys import PrivateKey, prove_possession
from tests.audit.making import HandMade, a_key, an_id
from tests.audit.reading import codes, faults, forged


def test_a_true_log_is_clean_and_its_root_is_the_trees(full: HandMade) -> None:
    report = audit(full.source())
    assert report.clean
    assert report.exit_status == 0
    assert (report.size, report.root, report.origin) == (300, full.root(), full.origin)
    assert report.genesis == full.genesis
    assert report.anchors == (), "its own checkpoint lies beside it, and is no anchor"


def test_an_empty_source_is_behind_every_claim(full: HandMade) -> None:
    source = full.source()
    source.rows.clear()
    assert faults(source) == {"audit.entry_missing": [0], "audit.unsigned": [None]}


# -- entries ---------------------------------------------------------------------------------


def test_a_changed_entry_breaks_its_signature_its_successor_and_the_root(log: HandMade) -> None:
    source = log.source()
    source.put(3, forged(log.states[3], b'"role":"clerk"', b'"role":"clork"'))
    found = faults(source)
    assert found["signature.bad"] == [3]
    assert found["audit.prev"] == [5]
    assert found["audit.tile"] == [3]
    assert set(found["audit.root"]) == {None}


def test_a_changed_entry_in_a_full_tile_is_named_by_the_tile(full: HandMade) -> None:
    source = full.source()
    changed = full.states[77].replace(full.states[77][:13], b"%d" % (int(full.states[77][:13]) + 1))
    source.put(77, changed)
    found = faults(source)
    assert found["audit.tile"][0] == 77, "the first hash that differs names the entry"
    assert "signature.bad" not in found, "the time is the sequencer's, not the signer's"


def test_a_deleted_entry_is_missed_by_place_and_by_its_stream(log: HandMade) -> None:
    source = log.source()
    del source.rows[3]
    found = faults(source)
    assert found["audit.entry_missing"] == [3]
    assert found["audit.seq"] == [5]


def test_a_run_of_deleted_entries_is_one_fault(full: HandMade) -> None:
    source = full.source()
    for index in range(100, 150):
        del source.rows[index]
    report = audit(source)
    missing = [fault for fault in report.faults.items if fault.code == "audit.entry_missing"]
    assert len(missing) == 1
    assert "100" in missing[0].en
    assert "149" in missing[0].en
    assert report.root is None


def test_entries_deleted_at_the_end_leave_the_head_ahead(log: HandMade) -> None:
    source = log.source()
    del source.rows[7]
    found = faults(source)
    assert found["audit.entry_missing"] == [7]


def test_a_row_given_twice_is_read_once_and_told(log: HandMade) -> None:
    source = log.source()
    rows = [source.rows[index] for index in (0, 1, 2, 3, 3, 4, 5, 6, 7)]
    source.entries = lambda start, limit: [row for row in rows if row.index >= start][:limit]  # type: ignore[method-assign]
    assert faults(source) == {"audit.stray": [3]}


def test_swapped_entries_are_out_of_time_and_sequence(log: HandMade) -> None:
    source = log.source()
    for index, other in ((5, 6), (6, 5)):
        source.put(index, log.states[other])
    source.retiled()
    found = faults(source)
    assert found["audit.time_order"] == [6]
    assert found["audit.seq"] == [5, 6], "one too early, the other too late"


def test_bytes_that_are_no_entry_do_not_stop_the_audit(log: HandMade) -> None:
    source = log.source()
    source.change(4, lambda _: b"nothing of the kind")
    found = faults(source)
    assert found["entry.malformed"] == [4]
    assert found["audit.seq"] == [7], "the next of the same case"


def test_a_row_pointing_elsewhere_is_named_by_its_column(log: HandMade) -> None:
    source = log.source()
    row = source.rows[4]
    assert row.columns is not None
    source.rows[4] = Stored(4, row.state, row.columns._replace(type="case.closed.v1", seq=9))
    report = audit(source)
    assert codes(report) == {"audit.row": [4]}
    assert "seq, type" in report.faults.items[0].en


def test_an_entry_of_another_log_is_refused(log: HandMade) -> None:
    log.case("c", by="cy", log="ledger.example/other", prev=log.genesis)
    assert faults(log.source()) == {"audit.other_log": [8]}


def test_a_sequence_that_jumps_is_named_once(log: HandMade) -> None:
    log.case("a", by="cy", seq=9)
    log.case("a", by="cy")
    assert faults(log.source()) == {"audit.seq": [8]}


def test_an_entry_signed_after_another_than_the_one_here_is_named(log: HandMade) -> None:
    log.case("a", by="cy", prev=base64url.encode(bytes(32)))
    assert faults(log.source()) == {"audit.prev": [8]}


def test_a_first_entry_continues_the_genesis(log: HandMade) -> None:
    log.case("new", by="cy", prev=base64url.encode(bytes(32)))
    assert faults(log.source()) == {"audit.prev": [8]}


def test_one_entry_taken_in_twice_is_known_by_its_id(log: HandMade) -> None:
    log.case("c", by="cy", jti=an_id("jti 5"))
    assert faults(log.source()) == {"audit.jti": [8]}


def test_time_does_not_run_backwards(log: HandMade) -> None:
    log.case("c", by="cy", at=log.clock - 5000)
    log.case("c", by="cy")
    assert faults(log.source()) == {"audit.time_order": [8]}


@pytest.mark.parametrize("late", ["iat", "occ"])
def test_nothing_is_signed_or_happens_over_five_minutes_after_it_is_recorded(
    log: HandMade, late: str
) -> None:
    seconds = log.clock // 1000
    value = seconds + 302 if late == "iat" else "2026-03-03"
    log.case("c", by="cy", **{late: value})
    assert faults(log.source()) == {"audit.time_in_future": [8]}


# -- keys ------------------------------------------------------------------------------------


def test_a_key_does_not_count_before_its_enrolment() -> None:
    log = HandMade()
    log.case("a", by="cy")
    log.enrol("cy")
    log.case("a", by="cy")
    assert faults(log.source()) == {"audit.key_unknown": [1]}


def test_a_key_does_not_enrol_itself() -> None:
    log = HandMade()
    log.enrol("cy", by="cy")
    log.case("a", by="cy")
    assert faults(log.source()) == {"audit.key_unknown": [1, 2]}


@pytest.mark.parametrize("end", ["key.rotated.v1", "key.revoked.v1"])
def test_a_key_counts_through_the_entry_that_ends_it(log: HandMade, end: str) -> None:
    log.add(f"key/{a_key('cy').kid}", end, by="cy")
    log.case("a", by="cy")
    log.case("a", by="di")
    assert faults(log.source()) == {"audit.key_ended": [9]}


def test_a_key_speaks_for_its_holder_only(log: HandMade) -> None:
    log.case("a", by="di", key="cy")
    assert faults(log.source()) == {"audit.key_not_holders": [8]}


def test_a_first_enrolment_stands_whoever_enrols_the_key_again(log: HandMade) -> None:
    proof = prove_possession(a_key("cy"), origin=log.origin, actor=log.person("di"))
    log.enrol("cy", holder=log.person("di"), proof=proof)
    log.case("a", by="cy")
    assert faults(log.source()) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"proof": "A" * 86}, "key.bad_proof"),
        ({"holder": None}, "audit.enrolment"),
        ({"jwk": {"crv": "Ed25519", "kty": "OKP", "x": "A" * 43}}, "key.weak"),
        ({"jwk": {"crv": "Ed25519", "kty": "OKP"}}, "key.malformed"),
        ({"jwk": PrivateKey.from_seed(bytes(32)).public.jwk}, "audit.enrolment"),
    ],
)
def test_an_enrolment_that_does_not_hold_enrols_nothing(
    log: HandMade, change: dict[str, object], code: str
) -> None:
    log.enrol("ed", **change)
    log.case("a", by="ed")
    assert faults(log.source()) == {code: [8], "audit.key_unknown": [9]}


def test_a_log_without_a_genesis_knows_no_key(log: HandMade) -> None:
    source = log.source()
    del source.rows[0]
    found = faults(source)
    assert found["audit.entry_missing"] == [0]
    assert found["audit.key_unknown"] == list(range(1, 8))
    assert "audit.prev" not in found, "what a missing genesis was, nobody can tell"


def test_a_genesis_is_not_followed_by_another(log: HandMade) -> None:
    other = HandMade(founders=("eve",))
    log.states.append(other.states[0].replace(other.states[0][:13], b"%d" % log.clock))
    found = faults(log.source())
    assert found["audit.seq"] == [8]
    assert found["audit.key_unknown"] == [8]


def test_a_pinned_genesis_tells_another_log_from_this(log: HandMade) -> None:
    other = HandMade(founders=("eve", "mal"))
    assert faults(other.source()) == {}, "a log made up as a whole agrees with itself"
    assert faults(other.source(), genesis=log.genesis) == {"audit.other_genesis": [0]}
    report = audit(log.source(), genesis=log.genesis)
    assert "pinned genesis" in [anchor.name for anchor in report.anchors]


MEMBERS = st.sampled_from(["holder", "jwk", "proof", "vkey", "consent", "approves", "digest"])
VALUES = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.text(st.characters(codec="ascii"), max_size=50),
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "d"]), st.text("OKPEd25519A", max_size=8)),
)
TYPES = st.sampled_from(
    [
        "key.enrolled.v1",
        "log.key_rotation_proposed.v1",
        "log.approved.v1",
        "pack.adoption_proposed.v1",
    ]
)


@given(type_=TYPES, pub=st.dictionaries(MEMBERS, VALUES, max_size=4))
def test_whatever_a_signer_states_of_keys_and_packs_is_at_most_a_fault(
    type_: str, pub: dict[str, object]
) -> None:
    log = HandMade()
    streams = {"key": f"key/{a_key('x').kid}", "log": f"log/{log.origin}", "pack": "pack/x@1"}
    log.add(streams[type_.partition(".")[0]], type_, pub)
    log.case("a")
    report = audit(log.source(), workers=1)
    assert report.faults.first in {1, None}
