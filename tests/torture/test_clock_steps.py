"""A clock that steps to and fro at random: times recorded never decrease, and refusals say why.

What is refused for the clock is taken again once a registrar has explained it, or once it is right.
"""

import random
from pathlib import Path

import pytest

from ledger.aggregates.log import ExplainClock
from ledger.bootstrap import open_ledger
from ledger.service.auditing.audits import audit_home
from ledger.service.office import do
from ledger.store.clock import ClockSuspect
from tests.support.office import MINUTE, Office
from tests.support.soundness import require_sound
from tests.support.tally import tally

SECOND, HOUR = 1_000, 60 * MINUTE
STEPS = (SECOND, 6 * SECOND, MINUTE, 11 * MINUTE, HOUR)


class Walk:
    """A ledger whose clock is stepped; it remembers when the last entry was recorded."""

    def __init__(self, office: Office, seed: int) -> None:
        office.clock.wait(30 * 24 * HOUR)  # or keys and posts were not yet, after a step back
        self.office = office
        self.chance = random.Random(seed)
        self.right = office.clock.now_ms()
        self.last_at = office.ledger.recorder.head().last_at

    def step(self) -> None:
        """Let some time pass, or the clock step, or a new process begin."""
        clock, much = self.office.clock, self.chance.choice(STEPS)
        match self.chance.randrange(5):
            case 0 | 1:
                clock.wait(much)
                self.right += much
            case 2:
                clock.jump(much)
            case 3:
                clock.jump(-much)
            case _:
                self.office = self.office.reopened(clock)

    def append(self) -> bool:
        """Take a request in; tell whether it was, having held its time to the one before."""
        size = self.office.size
        try:
            receipt = do(
                self.office.ledger, self.office.hands["intake_clerk"], self.office.receive()
            )
        except ClockSuspect as refused:
            assert self.office.size == size
            tally("clock steps", refused.code)
            return False
        self._told(receipt.entries[0].recorded_at)
        tally("clock steps", "recorded")
        return True

    def explain(self) -> None:
        """Set the clock right and explain it; then writing goes on."""
        self.office.clock.wall = self.right
        command = ExplainClock(reason="ntp_restored")
        self._told(
            do(self.office.ledger, self.office.registrars[0], command).entries[0].recorded_at
        )
        tally("clock steps", "explained")

    def _told(self, recorded_at: int) -> None:
        assert recorded_at >= self.last_at
        self.last_at = recorded_at


def walk(office: Office, seed: int, steps: int) -> None:
    """Step the clock so often, explaining it where that is needed; then look at all of it."""
    walking = Walk(office, seed)
    for _ in range(steps):
        walking.step()
        if not walking.append():
            walking.explain()
            walking.append()
    walking.office.ledger.close()
    require_sound(office.path)
    end = walking.office.clock
    end.wall = max(walking.right, walking.last_at)
    with open_ledger(office.path, clock=end) as ledger:
        report = audit_home(ledger, views=False)
    assert report.clean, report.to_dict()


@pytest.mark.parametrize("seed", range(2))
def test_a_clock_that_steps_never_takes_time_back(office: Office, seed: int) -> None:
    walk(office, seed, steps=25)


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100, 140))
def test_a_clock_that_steps_a_hundred_times_never_takes_time_back(
    office: Office, tmp_path: Path, seed: int
) -> None:
    walk(office, seed, steps=100)
