"""Heads are published by a policy device, for sizes that only grow and that the log has passed."""

import pytest

from ledger.aggregates.log import PublishHeads
from ledger.kernel.act import Who
from ledger.rules.genesis import LOG, log_of
from ledger.rules.heads import HEADS, LogHeadsPublished
from tests.support.gwt import Outcome, Story, a_digest, device, person, unit, who
from tests.support.trust import (
    ORIGIN,
    a_key,
    acting,
    appointed,
    device_registered,
    established,
    founded,
    registered,
)

STREAM = f"log/{ORIGIN}"
MACHINE = who(device("watch"), "policy", a_key("watch").kid)


def with_machine(story: Story | None = None) -> Story:
    story = device_registered(story or founded("an"), "watch", kind="policy")
    return appointed(story, device("watch"), "policy", "an")


def published(size: int, streams: int = 1) -> LogHeadsPublished:
    return LogHeadsPublished(size=size, streams=streams, root=a_digest("root")[:-1] + "A")


def publish(story: Story, event: LogHeadsPublished, by: Who = MACHINE) -> Outcome:
    return story.submits(STREAM, event, by)


def test_a_policy_device_publishes_heads() -> None:
    story = with_machine()
    event = published(4, 3)
    command = PublishHeads(size=4, streams=3, root=event.root)
    story = story.when(command, MACHINE).then(event)
    assert story.state(STREAM).published == 4


def test_publications_move_nothing_a_rule_reads() -> None:
    story = publish(with_machine(), published(3)).story
    assert [act.event.size for act in story.knows(HEADS).about(HEADS)] == [3]
    assert log_of(story.knows(LOG)) == log_of(with_machine().knows(LOG))


@pytest.mark.parametrize(
    "size_and_streams", [(3, 1), (2, 1), (1, 1), (5, 6)], ids=["same", "less", "first", "more"]
)
def test_sizes_only_grow_and_streams_are_at_most_entries(
    size_and_streams: tuple[int, int],
) -> None:
    story = publish(with_machine(), published(3)).story
    publish(story, published(*size_and_streams)).refused("log.heads_out_of_place")


def test_a_registrar_publishes_none() -> None:
    outcome = publish(with_machine(), published(3), acting("an", "registrar"))
    outcome.refused("authority.role_not_allowed")


def test_a_person_in_the_role_publishes_none() -> None:
    story = appointed(registered(with_machine(), "chen"), person("chen"), "policy", "an")
    publish(story, published(3), acting("chen", "policy")).refused("log.heads_by_machine")


def test_a_machine_of_one_place_publishes_none() -> None:
    story = device_registered(established(founded("an"), "grid"), "watch", kind="policy")
    story = appointed(story, device("watch"), "policy", "an", unit=unit("grid"))
    publish(story, published(3)).refused("authority.out_of_scope")


def test_heads_are_not_those_of_a_unit() -> None:
    story = established(with_machine(), "grid")
    event = LogHeadsPublished(size=3, streams=1, root=published(3).root, unit=unit("grid"))
    publish(story, event).refused("authority.unit_differs")
