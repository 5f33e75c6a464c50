"""A process just opened is used by many threads at once, and does not crash.

msgspec 0.22 crashes the interpreter when two threads are the first to use one type; threads are
made to take turns as often as can be, so that they would meet there.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.office import Office

PROGRAM = """
import sys
import threading
from pathlib import Path

from ledger.bootstrap import open_ledger
from ledger.errors import LedgerError
from ledger.service.directory import hand_with
from ledger.service.office import do
from ledger.service.acts.commands import parse_command
from ledger.store.clock import SimulatedClock
from tests.support.trust import a_key

home, unit = sys.argv[1:]
sys.setswitchinterval(1e-6)
clock, codes, begun = SimulatedClock(0), [], threading.Barrier(8)
with open_ledger(Path(home), clock=clock) as ledger:
    clock.set(ledger.recorder.head().last_at)
    told = {"unit": unit, "kind": "request", "channel": "phone", "text": "x"}

    def client():
        begun.wait()
        for name in ledger.registry.commands:
            try:
                parse_command(ledger, name, told)
            except LedgerError as error:
                codes.append(error.code)
        clerk = hand_with(ledger, a_key("intake_clerk"))
        do(ledger, clerk, parse_command(ledger, "case.receive", told))

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
assert set(codes) == {"command.bad_value"}
"""


@pytest.mark.parametrize("attempt", range(3))
def test_many_threads_may_be_the_first_to_use_a_type(office: Office, attempt: int) -> None:
    before = office.size
    root = Path(__file__).parents[2]
    command = [sys.executable, "-X", "faulthandler", "-c", PROGRAM, office.path, office.unit]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert office.size == before + 8
