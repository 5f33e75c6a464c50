"""The audit of a home that is whole: in use, behind with its views, judged by every rule again."""

import threading
from pathlib import Path

import pytest

from ledger.audit.ports import Audited, Stored
from ledger.entry.entry import parse_entry
from ledger.errors import MalformedError
from ledger.kernel.act import Tag
from ledger.service.auditing.audits import audit_home
from ledger.service.auditing.rules import Acts, Judge, Memory, RulesFailed, read_by
from ledger.service.office import do
from ledger.service.reading.receipts import checkpoint
from tests.audit.homes import Kept
from tests.audit.making import an_id
from tests.support.office import Office
from tests.support.soundness import require_sound
from tests.trust.forging import append_forged


def test_a_home_another_hand_finds_sound_is_clean(kept: Kept, tmp_path: Path) -> None:
    home = kept.copy(tmp_path / "home")
    require_sound(home, rules=True)
    with kept.opened(home) as ledger:
        report = audit_home(ledger)
    assert report.clean
    assert report.rates.judged == report.size
    assert set(report.rates.seconds) == {
        "integrity", "heads", "store", "blobs", "head", "tags", "vault", "packs", "views", "rules",
    }  # fmt: skip


def test_a_ledger_in_use_looks_no_worse(office: Office) -> None:
    stop = threading.Event()
    ledger = office.ledger

    def write() -> None:
        while not stop.is_set():
            do(ledger, office.hands["intake_clerk"], office.receive())

    writer = threading.Thread(target=write)
    writer.start()
    ledger.follower.start()
    try:
        reports = [audit_home(ledger, workers=2) for _ in range(4)]
    finally:
        stop.set()
        writer.join()
    assert [report.faults.items for report in reports] == [()] * 4
    assert all(report.clean for report in reports)
    assert reports[-1].size > reports[0].size


def test_views_that_are_behind_or_not_built_are_not_wrong(office: Office) -> None:
    assert audit_home(office.ledger).clean, "the view was never built"
    office.a_case()
    office.ledger.follower.catch_up()
    office.a_case()
    assert audit_home(office.ledger).clean, "one case behind"
    for file in (office.path / "views").iterdir():
        file.unlink()
    assert audit_home(office.ledger).clean, "deleted, and to be built again"


def test_parts_can_be_left_out(office: Office) -> None:
    report = audit_home(office.ledger, rules=False, views=False)
    assert report.clean
    assert report.rates.judged == 0
    assert set(report.rates.seconds) == {
        "integrity", "heads", "store", "blobs", "head", "tags", "vault", "packs",
    }  # fmt: skip


def test_an_earlier_checkpoint_and_the_genesis_are_anchors(office: Office) -> None:
    kept = checkpoint(office.ledger)
    office.a_case()
    genesis = audit_home(office.ledger).genesis
    report = audit_home(office.ledger, since=kept, genesis=genesis)
    assert [anchor.name for anchor in report.anchors] == [
        "pinned genesis",
        "signer's mark",
        "earlier checkpoint",
    ]
    with pytest.raises(MalformedError):
        audit_home(office.ledger, since=b"no checkpoint")


def test_rules_that_break_on_a_lawless_history_do_not_stop_the_audit(
    kept: Kept, tmp_path: Path
) -> None:
    home = kept.copy(tmp_path / "home")
    an = kept.office.registrars[0].who.actor
    pub = {"approves": "A" * 43, "holder": an}
    index = append_forged(
        home, an, f"post/{an_id('none')}", "post.approved.v1", pub, role="registrar",
        key=kept.office.registrars[0].key,  # type: ignore[arg-type]
    )  # fmt: skip
    again = append_forged(
        home, an, f"post/{an_id('none')}", "post.approved.v1", pub, role="registrar",
        key=kept.office.registrars[0].key,  # type: ignore[arg-type]
    )  # fmt: skip
    with kept.opened(home) as ledger:
        report = audit_home(ledger, views=False)
    assert {found.index for found in report.findings.items} == {index, again}
    assert report.rates.judged == report.size


def test_a_rule_that_crashes_is_a_finding_of_its_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.a_case()
    crashing = office.ledger.registry.aggregates["case"]

    def crash(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setitem(crashing.__dict__, "check", crash)
    report = audit_home(office.ledger, views=False)
    assert report.findings.counts == {RulesFailed.code: 1}
    assert "KeyError" in report.findings.items[0].en


def test_a_view_that_breaks_on_a_lawless_act_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.a_case()

    def crash(*_: object) -> None:
        raise KeyError("a bug")

    store = office.ledger.views["register"]
    monkeypatch.setitem(store.view.__dict__, "fold", crash)
    report = audit_home(office.ledger)
    assert report.faults.counts == {"audit.view": 1}
    assert "KeyError" in report.faults.items[0].en


def test_facts_are_those_before_the_entry_judged(office: Office) -> None:
    registry, recorder = office.ledger.registry, office.ledger.recorder
    states = recorder.states(0, office.size)
    acts = [
        registry.act(parse_entry(state).signed, index=index) for index, state in enumerate(states)
    ]
    read: list[int] = []

    def again(index: int) -> object:
        read.append(index)
        return acts[index]

    memory = Memory(registry, again)  # type: ignore[arg-type]
    tag = Tag("pack:adoption")
    bearing = [act.index for act in acts if tag in registry.tags(act)]
    assert len(bearing) == 2
    for act in acts:
        if act.index == bearing[1]:
            asked = memory.answer([tag])[0][tag]
            assert [one.index for one in asked.acts] == bearing[:1]
        memory.take(act, None)
    asked = memory.answer([tag])[0][tag]
    assert [one.index for one in asked.acts] == bearing
    assert read == bearing[:1], "read again once, when first asked for"
    assert memory.answer([tag])[0][tag] is asked, "folds made of an answer are kept with it"


def test_each_act_is_judged_with_only_earlier_ones_known(kept: Kept, tmp_path: Path) -> None:
    with kept.opened(kept.copy(tmp_path / "home")) as ledger:
        states = ledger.recorder.states(0, 30)
        registry = ledger.registry
        read = read_by(lambda index: Stored(index, states[index]), registry)
        judge = Judge(Acts(registry), ledger.home.shelf, read)
        refused = [
            index
            for index in (*range(24), 25, 24)
            if judge.judge(Audited(index, parse_entry(states[index]))) is not None
        ]
    assert refused == [25, 24], "triage before acceptance, acceptance after triage"
