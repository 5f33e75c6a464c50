"""Submissions signed by their actors: parsed, verified, judged and sequenced, by 64 clients."""

from collections.abc import Callable

from bench.clients import CLIENTS, together
from bench.measure import Work
from bench.office import Office, life
from ledger.kernel.aggregate import Command
from ledger.service.front import Front
from ledger.service.office import Hand
from ledger.service.prepare import prepare
from ledger.service.sign import presentations, sign_drafts
from ledger.service.submit import submitting as steps


def submitting(office: Office, cases: int) -> Work:
    """Return the work: ``cases`` through five acts each.

    An act of all cases is signed before the clock of that act starts, since signing happens on
    the clients' own machines.
    """

    def work() -> tuple[int, float]:
        streams, done, seconds = [""] * cases, 0, 0.0
        for hand, command in life(office):
            signed = [_signed(office, hand, command, stream) for stream in streams]
            streams = [stream for stream, _ in signed]
            count, took = _sent(office, [sent for _, sent in signed])
            done, seconds = done + count, seconds + took
        return done, seconds

    return work


def _signed(
    office: Office, hand: Hand, command: Callable[[str], Command], stream: str
) -> tuple[str, list[bytes]]:
    prepared = prepare(office.ledger, [command(stream)], hand.who)
    sent = presentations(prepared, sign_drafts(prepared, hand.key))
    return prepared.drafts[0].claims.stream, sent


def _sent(office: Office, batch: list[list[bytes]]) -> tuple[int, float]:
    async def client(front: Front, number: int) -> int:
        own = batch[number::CLIENTS]
        for sent in own:
            await front.finish(steps(office.ledger, sent))
        return len(own)

    return together(office.ledger, client)
