"""A process that serves publishes the heads of days that are over, whatever refuses it at times."""

import logging
import threading

import pytest

from ledger.errors import StorageError
from ledger.service.daily import daily
from ledger.service.ledger import Ledger
from tests.support.office import Office


def test_it_publishes_at_once_and_goes_on_after_a_refusal(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[Ledger] = []
    often = threading.Event()

    def publish(ledger: Ledger) -> None:
        called.append(ledger)
        if len(called) > 2:
            often.set()
        raise StorageError(why="read-only")

    with caplog.at_level(logging.WARNING), daily(office.ledger, every=0.001, publish=publish):
        assert often.wait(30)
    count = len(called)
    assert {id(ledger) for ledger in called} == {id(office.ledger)}
    assert "read-only" not in caplog.text
    assert len(called) == count, "nothing goes on after the end"
