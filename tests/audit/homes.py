"""A home with a history: cases on their way, a post ended, more than one full tile, views built."""

import shutil
from pathlib import Path
from typing import NamedTuple

from ledger.aggregates.case.commands import Accept, Assign, NoteProgress, Triage
from ledger.aggregates.post import EndPost
from ledger.bootstrap import open_ledger
from ledger.kernel.aggregate import Command
from ledger.service.ledger import Ledger, today
from ledger.service.office import do
from ledger.service.reading.receipts import checkpoint
from tests.support.office import MINUTE, HandClock, Office


class Kept(NamedTuple):
    """A closed home to copy from, an older copy of it, and the checkpoint kept from then."""

    office: Office
    path: Path
    older: Path
    since: bytes
    cases: tuple[str, ...]

    def copy(self, path: Path) -> Path:
        """Return a copy to tamper with."""
        return shutil.copytree(self.path, path)

    def opened(self, path: Path) -> Ledger:
        """Open a copy, some time after it was left."""
        return open_ledger(path, clock=HandClock(self.office.clock.now_ms() + 60 * MINUTE))


def keep_history(founded: Office, folder: Path) -> Kept:
    """Make a home of some 300 entries from a founded one."""
    path = shutil.copytree(founded.path, folder / "home")
    clock = HandClock(founded.clock.now_ms() + MINUTE)
    office = founded._replace(ledger=open_ledger(path, clock=clock), clock=clock)
    cases = tuple(office.a_case(f"第 {number} 号路灯不亮") for number in range(4))
    since = checkpoint(office.ledger)
    office.ledger.follower.catch_up()
    office.ledger.close()
    older = shutil.copytree(path, folder / "older")
    office = office.reopened()
    _work(office, cases)
    office.ledger.follower.catch_up()
    office.ledger.close()
    return Kept(office, path, older, since, cases)


def _work(office: Office, cases: tuple[str, ...]) -> None:
    ledger, hands = office.ledger, office.hands
    handler = hands["liaison"].who.actor
    steps: tuple[tuple[str, Command], ...] = tuple(
        step
        for case in cases[:3]
        for step in (
            ("intake_clerk", Accept(stream=case)),
            ("coordinator", Triage(stream=case, route="direct")),
            ("coordinator", Assign(stream=case, handler=handler)),
        )
    )
    for role, command in steps:
        office.clock.wait(MINUTE)
        do(ledger, hands[role], command)
    for number in range(16):
        office.clock.wait(MINUTE)
        notes = [NoteProgress(stream=cases[0], text=f"进展 {number}.{n}") for n in range(16)]
        do(ledger, hands["liaison"], *notes)
    verifier = hands["verifier"].who.actor
    (_, proposal), *_ = ledger.recorder.tagged([f"post:{verifier}"], office.size)
    ended = EndPost(stream=proposal.originator_id, effective_from=today(ledger).isoformat())
    do(ledger, office.registrars[0], ended)
    for case in cases[1:3]:
        office.clock.wait(MINUTE)
        do(ledger, hands["liaison"], NoteProgress(stream=case, text="已联系"))
