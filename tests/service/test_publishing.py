"""Publishing heads: by the home's policy device, once for what is new, and never falsely."""

from collections.abc import Callable

import msgspec
import pytest

from ledger.aggregates.log import PublishHeads
from ledger.entry import base64url
from ledger.errors import NotAuthorised
from ledger.service.acts.submit import submit
from ledger.service.auditing.audits import audit_home
from ledger.service.directory import NoPolicyDevice, policy_device
from ledger.service.ledger import Ledger
from ledger.service.office import do
from ledger.service.upkeep import heads as service_heads
from ledger.service.upkeep.heads import HeadsDiffer, heads_of, last_published
from ledger.service.upkeep.publishing import overdue, publish_daily, publish_heads
from ledger.store import heads as store_heads
from tests.support.heads import b64, lines_of, mth
from tests.support.office import Office, append, drafted, forged, install, presented

HOUR = 3_600_000


def expected(ledger: Ledger, size: int) -> PublishHeads:
    """Return what a second implementation publishes of the first ``size`` entries."""
    lines = lines_of(ledger.recorder.states(0, size))
    return PublishHeads(size=size, streams=len(lines), root=b64(mth(lines)))


def test_heads_are_those_of_a_second_implementation(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.a_case()
    size = office.size
    for page in (1, 3, 2_000):
        monkeypatch.setattr(store_heads, "PAGE", page)
        for at in (1, 2, size // 2, size):
            found, wanted = heads_of(office.ledger, at), expected(office.ledger, at)
            assert (found.size, found.streams, found.root) == (at, wanted.streams, wanted.root)


def test_a_home_without_a_policy_device_says_how_to_set_one_up(office: Office) -> None:
    with pytest.raises(NoPolicyDevice) as refused:
        publish_heads(office.ledger)
    assert "mingzhang policy setup" in refused.value.text("en")
    install(office, office.unit)
    with pytest.raises(NoPolicyDevice):
        policy_device(office.ledger)


def test_what_is_published_is_not_published_again(office: Office) -> None:
    install(office)
    size = office.size
    first = publish_heads(office.ledger)
    assert (first.index, first.event.size) == (size, size)
    assert publish_heads(office.ledger) == first == last_published(office.ledger, office.size)
    assert office.size == size + 1
    office.a_case()
    second = publish_heads(office.ledger)
    assert second.event.size == size + 2
    assert last_published(office.ledger, second.index) == first
    assert last_published(office.ledger, first.index) is None


def test_the_audit_computes_what_was_published(office: Office) -> None:
    install(office)
    publish_heads(office.ledger)
    office.a_case()
    publish_heads(office.ledger)
    report = audit_home(office.ledger)
    assert report.clean, report.to_dict()


def test_daily_means_once_the_day_is_over(office: Office) -> None:
    install(office)
    assert overdue(office.ledger)
    assert publish_daily(office.ledger) is not None
    office.clock.wait(HOUR)
    office.a_case()
    assert publish_daily(office.ledger) is None
    assert not overdue(office.ledger)
    office.clock.wait(20 * HOUR)
    assert publish_daily(office.ledger) is not None
    office.clock.wait(48 * HOUR)
    assert publish_daily(office.ledger) is None, "nothing came"
    assert not overdue(office.ledger)
    office.a_case()
    assert not overdue(office.ledger), "it has only just come"
    assert publish_daily(office.ledger) is None
    office.clock.wait(25 * HOUR)
    assert overdue(office.ledger)


def test_what_was_recorded_while_heads_were_computed_is_covered_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands before a publication that does not cover it, as if nothing had come since."""
    install(office)

    def interrupted(ledger: Ledger, size: int) -> object:
        found = heads_of(ledger, size)
        office.a_case()
        return found

    with monkeypatch.context() as patched:
        patched.setattr("ledger.service.upkeep.publishing.heads_of", interrupted)
        first = publish_heads(office.ledger)
    assert first.event.size + 1 == first.index == office.size - 1
    assert not overdue(office.ledger)
    office.clock.wait(25 * HOUR)
    assert overdue(office.ledger)
    second = publish_daily(office.ledger)
    assert second is not None
    assert second.event.size == first.index + 1
    assert publish_heads(office.ledger) == second


def test_a_publication_moves_no_fact_that_others_judged_by(office: Office) -> None:
    install(office)
    submission = drafted(office.ledger, office.hands["intake_clerk"], office.receive())
    publish_heads(office.ledger)
    # Straight to the sequencer: ``submit`` would judge again where a guard has moved.
    assert append(office.ledger, submission).indexes[-1] == office.size - 1


@pytest.mark.parametrize(
    "change",
    [
        lambda true, _: msgspec.structs.replace(true, root=base64url.encode(bytes(32))),
        lambda true, _: msgspec.structs.replace(true, streams=true.streams - 1),
        lambda true, _: msgspec.structs.replace(true, size=true.size + 1),
    ],
    ids=["root", "streams", "beyond"],
)
def test_false_heads_are_refused_at_submit(
    office: Office, change: Callable[[PublishHeads, int], PublishHeads]
) -> None:
    device = install(office)
    true = expected(office.ledger, office.size)
    with pytest.raises(HeadsDiffer):
        submit(office.ledger, presented(office.ledger, device, change(true, office.size)))
    submit(office.ledger, presented(office.ledger, device, true))


def test_heads_are_computed_for_those_alone_who_may_publish_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every stream is read for it: a key of any other post must not make the ledger do that."""
    device, clerk = install(office), office.hands["intake_clerk"]
    command = expected(office.ledger, office.size)
    who = {"actor": clerk.who.actor, "role": clerk.who.role}
    sent = forged(office.ledger, device, command, key=clerk.key, **who)
    monkeypatch.setattr("ledger.service.acts.stated.heads.require_heads", lambda *_: 1 / 0)
    with pytest.raises(NotAuthorised):
        submit(office.ledger, [sent])


def test_heads_far_behind_are_refused_at_submit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = install(office)
    monkeypatch.setattr(service_heads, "HEADS_BACK", 3)
    old = presented(office.ledger, device, expected(office.ledger, office.size - 4))
    with pytest.raises(HeadsDiffer):
        submit(office.ledger, old)
    do(office.ledger, device, expected(office.ledger, office.size - 3))
