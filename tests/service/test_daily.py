"""A process that serves publishes the heads of days that are over, whatever refuses it at times."""

import logging
import threading

import pytest

from ledger.errors import StorageError
from ledger.service.ledger import Ledger
from ledger.service.upkeep.daily import daily
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
    assert "mingzhang doctor" in caplog.text
    assert len(called) == count, "nothing goes on after the end"


def test_a_bug_on_one_day_does_not_end_the_days_after_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    tried = threading.Semaphore(0)

    def broken(_: Ledger) -> None:
        tried.release()
        raise ZeroDivisionError("居民甲")

    with daily(office.ledger, every=0.01, publish=broken):
        for _ in range(3):
            assert tried.acquire(timeout=60)
    assert "ZeroDivisionError" in caplog.text
    assert "居民甲" not in caplog.text
