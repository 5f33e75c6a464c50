"""Many clients of one event loop share the sequencer; each is told its own verdict."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from ledger.aggregates.case.commands import Accept, Attach
from ledger.aggregates.log import PublishHeads
from ledger.errors import LedgerError
from ledger.service.acts.front import Front, finish
from ledger.service.acts.stated import attachments
from ledger.service.acts.stated import heads as heads_
from ledger.service.acts.submit import acting, submit, submitting
from ledger.service.attachments.taking import upload
from ledger.service.upkeep.heads import heads_of
from ledger.store.batch import GuardMoved, NotNext, Placed, Submission
from tests.support.files import a_pdf
from tests.support.office import Office, forged, install, presented
from tests.support.soundness import require_sound

CLIENTS = 24


class Slow:
    """A ledger whose writer gives verdicts when a test says so."""

    def __init__(self) -> None:
        self.futures: list[Future[Placed]] = []

    def writer(self) -> "Slow":
        return self

    def append(self, _submission: Submission) -> "Future[Placed]":
        self.futures.append(Future())
        return self.futures[-1]


def placed(index: int) -> Placed:
    return Placed(indexes=(index,), recorded_at=(0,))


def one_step() -> Any:
    """Steps of one submission; where it was placed, or the code of its refusal."""
    try:
        where = yield Submission(drafts=())
    except LedgerError as refusal:
        return refusal.code
    return where.indexes[0]


def test_tasks_of_one_loop_each_get_their_own_receipt(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    before = office.size

    async def client(front: Front) -> list[str]:
        took = await front.finish(acting(office.ledger, office.receive(), clerk.who, clerk.key))
        stream = took.entries[0].stream
        accepted = await front.finish(
            acting(office.ledger, Accept(stream=stream), clerk.who, clerk.key)
        )
        assert accepted.entries[0].stream == stream
        return [took.entries[0].digest, accepted.entries[0].digest]

    async def all_of_them() -> list[list[str]]:
        front = Front(office.ledger)
        return await asyncio.gather(*(client(front) for _ in range(CLIENTS)))

    digests = [digest for pair in asyncio.run(all_of_them()) for digest in pair]
    assert len(set(digests)) == 2 * CLIENTS == office.size - before
    require_sound(office.path)


def test_a_refusal_reaches_the_task_it_is_for_and_nobody_else(office: Office) -> None:
    clerk = office.hands["intake_clerk"]
    sent = presented(office.ledger, clerk, office.receive())
    lost = forged(office.ledger, clerk, office.receive(), prev="A" * 43)

    async def both() -> list[Any]:
        front = Front(office.ledger)
        tasks = (front.finish(submitting(office.ledger, each)) for each in (sent, [lost]))
        return await asyncio.gather(*tasks, return_exceptions=True)

    stored, refused = asyncio.run(both())
    assert submit(office.ledger, sent).entries == stored.entries
    assert isinstance(refused, NotNext)


@pytest.mark.parametrize("refused", [False, True])
def test_a_thread_and_a_loop_take_the_same_steps(refused: bool) -> None:
    def told(future: "Future[Placed]") -> None:
        if refused:
            future.set_exception(GuardMoved())
        else:
            future.set_result(placed(7))

    class Quick(Slow):
        def append(self, submission: Submission) -> "Future[Placed]":
            future = super().append(submission)
            told(future)
            return future

    async def by_loop() -> Any:
        return await Front(Quick()).finish(one_step())  # type: ignore[arg-type]

    expected = GuardMoved.code if refused else 7
    assert finish(Quick(), one_step()) == expected  # type: ignore[arg-type]
    assert asyncio.run(by_loop()) == expected


def with_clients(told: Callable[[list["Future[Placed]"]], None]) -> tuple[list[Any], int]:
    """Let eight tasks wait, tell their verdicts; return the answers, and calls of the loop."""
    slow, calls = Slow(), 0

    async def all_of_them() -> list[Any]:
        nonlocal calls
        front, loop = Front(slow), asyncio.get_running_loop()  # type: ignore[arg-type]
        waking = loop.call_soon_threadsafe

        def counted(*args: Any) -> Any:
            nonlocal calls
            calls += 1
            return waking(*args)

        loop.call_soon_threadsafe = counted  # type: ignore[method-assign]
        tasks = [asyncio.create_task(front.finish(one_step())) for _ in range(8)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        told(slow.futures)
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(all_of_them()), calls


def test_the_verdicts_of_a_batch_wake_the_loop_once_and_pass_over_who_went_away() -> None:
    def told(futures: list["Future[Placed]"]) -> None:
        for index, future in enumerate(futures):
            future.set_result(placed(index))

    (gone, *others), calls = with_clients(told)
    assert isinstance(gone, asyncio.CancelledError)
    assert others == list(range(1, 8))
    assert calls == 1


def test_a_file_and_the_heads_of_all_streams_hold_no_loop(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, int] = {}

    def noted(name: str, call: Callable[..., None]) -> Callable[..., None]:
        def noting(*given: Any) -> None:
            threads[name] = threading.get_ident()
            call(*given)

        return noting

    for module, name in ((attachments, "claim"), (heads_, "require_heads")):
        monkeypatch.setattr(module, name, noted(name, getattr(module, name)))
    device, case, liaison = install(office), office.a_case(), office.hands["liaison"]
    file = upload(office.ledger, case, a_pdf())
    heads = heads_of(office.ledger, office.size)
    commands = (
        (liaison, Attach(stream=case, file=file.text)),
        (device, PublishHeads(size=heads.size, streams=heads.streams, root=heads.root)),
    )

    async def both() -> None:
        front = Front(office.ledger)
        for by, command in commands:
            await front.finish(submitting(office.ledger, presented(office.ledger, by, command)))

    asyncio.run(both())
    assert set(threads) == {"claim", "require_heads"}
    assert threading.get_ident() not in threads.values()
