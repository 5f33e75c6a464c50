"""Submissions signed by their actors: parsed, verified, judged and sequenced, by 64 clients."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.measure import Work
from bench.office import Office, life
from bench.workers import Client, Workers
from ledger.kernel.aggregate import Command
from ledger.service.acts.front import Front
from ledger.service.acts.prepare import prepare
from ledger.service.acts.sign import presentations, sign_drafts
from ledger.service.acts.submit import submitting as steps
from ledger.service.office import Hand


def submitting(office: Office, workers: Workers, cases: int) -> Work:
    """Return the work: ``cases`` through five acts each.

    An act of all cases is signed before the clock of that act starts, since signing happens on
    the clients' own machines. A case stays with its worker, as a session does.
    """

    def work() -> tuple[int, float]:
        streams, done, seconds = [""] * cases, 0, 0.0
        for hand, command in life(office):
            office.ledger.known.catch_up()  # the workers took the act before
            signed = [_signed(office, hand, command, stream) for stream in streams]
            streams = [stream for stream, _ in signed]
            sent = [each for _, each in signed]
            each = len(workers)
            count, took = workers.run([_Sent(sent[n::each]) for n in range(each)])
            done, seconds = done + count, seconds + took
        return done, seconds

    return work


@dataclass(frozen=True)
class _Sent:
    """Each client sends its share, one submission after another."""

    batch: list[list[bytes]]

    def __call__(self, office: Office, number: int, clients: int) -> Client:
        own = self.batch[number::clients]

        async def client(front: Front) -> int:
            for sent in own:
                await front.finish(steps(office.ledger, sent))
            return len(own)

        return client


def _signed(
    office: Office, hand: Hand, command: Callable[[str], Command], stream: str
) -> tuple[str, list[bytes]]:
    prepared = prepare(office.ledger, [command(stream)], hand.who)
    sent = presentations(prepared, sign_drafts(prepared, hand.key))
    return prepared.drafts[0].claims.stream, sent
