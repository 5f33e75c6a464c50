"""Whoever has the home can write to it; the audit says that, where, and against which anchor.

Anchors, from the weakest: *nothing* (the home alone), the *signer's mark* (kept apart from the
database and its backups), an *earlier checkpoint* (anyone's copy; a witness's is as good). A test
that names an anchor also shows that without it the same tampering agrees with itself.
"""

import shutil
from pathlib import Path

import pytest

from ledger.entry import ids
from ledger.entry.entry import parse_entry
from ledger.entry.keys import PrivateKey
from ledger.service.reading.receipts import checkpoint
from ledger.tampering.deeds import KINDS, NothingToTamper, UnknownTampering, tamper
from ledger.tampering.means import Was, move_mark, read_states, rewrite
from tests.audit.homes import Kept
from tests.support.office import Office
from tests.trust.forging import append_forged, execute
from tests.trust.rowdeeds import (
    entries_swapped,
    entry_changed,
    entry_deleted,
    entry_moved,
    entry_put_in_again,
    entry_redated,
    entry_retyped,
)
from tests.trust.tampered import FOUND, at, audited, by_code, faults


def test_what_was_not_tampered_with_is_clean(kept: Kept, home: Path) -> None:
    report = audited(kept, home, kept.since)
    assert report.clean
    assert [anchor.name for anchor in report.anchors] == ["signer's mark", "earlier checkpoint"]
    assert report.size > 256, "there is a full tile to tamper with"


# -- entries: no anchor needed -----------------------------------------------------------------


def test_a_changed_act_needs_no_anchor(kept: Kept, home: Path) -> None:
    told = tamper("changed", home)
    move_mark(home)
    (index,) = by_code(audited(kept, home))["signature.bad"]
    assert f"entry {index} " in told


def test_a_change_of_the_row_alone_shows_in_tile_head_and_mark_too(kept: Kept, home: Path) -> None:
    entry_changed(kept, home)
    report = audited(kept, home)
    found = by_code(report)
    assert found["entry.bad_jws"] == [100]
    assert found["audit.tile"] == [100]
    assert found["audit.root"] == [None, None], "the head's and the mark's"
    assert report.faults.first == 100


def test_a_changed_time_needs_no_anchor_while_the_tiles_are_old(kept: Kept, home: Path) -> None:
    entry_redated(kept, home)
    assert faults(kept, home)["audit.tile"] == [100]


def test_a_deleted_row_needs_no_anchor(kept: Kept, home: Path) -> None:
    entry_deleted(kept, home)
    found = by_code(audited(kept, home))
    assert found["audit.entry_missing"] == [at(kept, kept.cases[1], 2)]
    assert found["audit.seq"] == [at(kept, kept.cases[1], 3)]


def test_swapped_rows_need_no_anchor(kept: Kept, home: Path) -> None:
    one, other = at(kept, kept.cases[1], 2), at(kept, kept.cases[2], 2)
    entries_swapped(kept, home)
    found = by_code(audited(kept, home))
    assert found["audit.row"] == [one, other]
    assert found["audit.tile"] == [one]


def test_a_retyped_row_needs_no_anchor(kept: Kept, home: Path) -> None:
    entry_retyped(kept, home)
    assert faults(kept, home) == {"audit.row": [at(kept, kept.cases[1], 2)]}


def test_a_row_moved_to_another_stream_needs_no_anchor(kept: Kept, home: Path) -> None:
    entry_moved(kept, home)
    assert faults(kept, home) == {"audit.row": [at(kept, kept.cases[3], 1)]}


def test_an_entry_put_in_a_second_time_needs_no_anchor(kept: Kept, home: Path) -> None:
    index = len(read_states(home))
    entry_put_in_again(kept, home)
    assert faults(kept, home) == {"audit.stray": [None]}, "the head does not count it"
    execute(home, "UPDATE head SET size = size + 1")
    found = by_code(audited(kept, home))
    assert found["audit.jti"] == [index]
    assert found["audit.seq"] == [index]
    assert found["audit.row"] == [index]


def test_an_entry_of_a_stranger_put_in_needs_no_anchor(kept: Kept, home: Path) -> None:
    stranger = PrivateKey.generate()
    holder = kept.office.hands["liaison"].who.actor
    index = append_forged(
        home, holder, kept.cases[0], "case.progress_noted.v1", {}, role="liaison", key=stranger
    )
    report = audited(kept, home)
    assert by_code(report)["audit.key_unknown"] == [index]


# -- rules: no anchor needed -------------------------------------------------------------------


def test_a_rule_breaking_act_truly_signed_is_a_finding(kept: Kept, home: Path) -> None:
    """A custodial key stolen with the home signs what no rule allows; all else is consistent."""
    clerk = kept.office.hands["intake_clerk"].who
    pub = {"unit": kept.office.unit, "state": "closed", "open": False}
    index = append_forged(
        home, clerk.actor, kept.cases[3], "case.closed.v1", pub, role="intake_clerk"
    )
    report = audited(kept, home)
    assert by_code(report) == {}, "signed, sequenced and stored as if it had been allowed"
    assert report.findings.total == 1
    (finding,) = report.findings.items
    assert (finding.index, finding.code) == (index, "case.act_not_possible")
    assert report.exit_status == FOUND


def test_an_act_in_a_post_that_had_ended_is_a_finding(kept: Kept, home: Path) -> None:
    verifier = kept.office.hands["verifier"].who
    pub = {"unit": kept.office.unit, "state": "assigned", "reason": "not_done"}
    index = append_forged(
        home,
        verifier.actor,
        kept.cases[1],
        "case.verification_failed.v1",
        pub,
        role="verifier",
        groups={"note": {"text": None}},
    )
    report = audited(kept, home)
    assert by_code(report) == {}
    assert [(f.index, f.code) for f in report.findings.items] == [
        (index, "authority.post_not_in_force")
    ]


def test_a_registrars_act_recorded_long_after_it_was_signed_is_a_fault(
    kept: Kept, home: Path
) -> None:
    """Her term may have run out since: rules cannot tell, the time of recording can."""
    registrar = kept.office.registrars[0]
    signed = parse_entry(read_states(home)[-1]).recorded_at // 1000 - 2 * 24 * 3600
    index = append_forged(
        home,
        registrar.who.actor,
        f"device/{ids.new_id()}",
        "device.registered.v1",
        {"kind": "import", "responsible": registrar.who.actor},
        role="registrar",
        key=registrar.key,
        iat=signed,
        occ="2026-01-01",
    )
    assert by_code(audited(kept, home))["audit.signed_long_ago"] == [index]


def test_an_act_no_type_declares_is_a_finding(kept: Kept, home: Path) -> None:
    clerk = kept.office.hands["intake_clerk"].who
    pub = {"unit": kept.office.unit, "state": "closed", "secret": "x"}
    index = append_forged(
        home, clerk.actor, kept.cases[3], "case.closed.v1", pub, role="intake_clerk"
    )
    report = audited(kept, home)
    assert [(f.index, f.code) for f in report.findings.items] == [(index, "entry.schema")]


# -- the signer's mark, or an earlier checkpoint -----------------------------------------------


@pytest.mark.parametrize(
    ("kind", "code"),
    [("deleted", "audit.behind"), ("swapped", "audit.root"), ("rollback", "audit.behind")],
)
def test_a_consistent_rewriting_needs_the_signers_mark(
    kept: Kept, home: Path, kind: str, code: str
) -> None:
    tamper(kind, home)
    assert faults(kept, home) == {code: [None]}
    move_mark(home)
    assert faults(kept, home) == {}, "with the mark moved too, the home agrees with itself"


def test_an_older_copy_put_back_needs_the_signers_mark(kept: Kept, home: Path) -> None:
    shutil.rmtree(home / "signer")
    shutil.copytree(kept.path / "signer", home / "signer")
    older = shutil.copytree(kept.older, home.with_name("older"))
    shutil.rmtree(older / "signer")
    (home / "signer").rename(older / "signer")
    assert faults(kept, older) == {"audit.behind": [None]}


def test_a_whole_older_home_put_back_needs_a_later_checkpoint(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "later")) as ledger:
        later = checkpoint(ledger)
    older = shutil.copytree(kept.older, tmp_path / "older")
    assert faults(kept, older) == {}
    assert faults(kept, older, later) == {"audit.behind": [None]}


def test_a_fork_needs_a_checkpoint_of_the_other_history(kept: Kept, home: Path) -> None:
    with kept.opened(kept.copy(home.with_name("true"))) as ledger:
        witnessed = checkpoint(ledger)
    tamper("fork", home)
    assert faults(kept, home) == {}, "the operator holds every key there is"
    assert faults(kept, home, kept.since) == {}, "a checkpoint from before the fork fits both"
    assert set(faults(kept, home, witnessed)) == {"audit.behind"}


def test_a_fork_as_long_as_the_truth_needs_a_checkpoint_of_the_truth(
    kept: Kept, home: Path
) -> None:
    with kept.opened(kept.copy(home.with_name("true"))) as ledger:
        witnessed = checkpoint(ledger)
    tamper("swapped", home)
    move_mark(home)
    assert faults(kept, home, witnessed) == {"audit.root": [None]}


# -- the means themselves ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind, each in KINDS.items() if not each.sealed])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_says_what_it_did(home: Path, kind: str, lang: str) -> None:
    told = tamper(kind, home, lang=lang)
    assert "{" not in told
    assert any(char.isdigit() for char in told)


def test_an_unknown_kind_is_refused(home: Path) -> None:
    with pytest.raises(UnknownTampering):
        tamper("burnt", home)


def test_a_log_too_short_to_tamper_with_is_refused(founded: Office, tmp_path: Path) -> None:
    home = shutil.copytree(founded.path, tmp_path / "home")
    with pytest.raises(NothingToTamper):
        tamper("deleted", home)


def test_rewriting_nothing_leaves_a_sound_home(kept: Kept, home: Path) -> None:
    rewrite(home, [Was(state, index) for index, state in enumerate(read_states(home))])
    assert faults(kept, home, kept.since) == {}
