"""Replay: a stream as it was at any point of history, and what each entry changed."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ledger.entry.entry import parse_entry
from ledger.errors import NotFound
from ledger.kernel.act import Act, AsOf
from ledger.service.ledger import Ledger
from ledger.service.reading.differences import Difference, differences
from ledger.service.reading.numbers import number_of
from ledger.service.reading.papers import Mark, mark_of
from ledger.service.reading.values import SealedGroup, open_groups


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a stream: the act, the states before and after it, what it sealed.

    ``official`` is the number it took, ``paper`` what it was typed from; None for most.
    """

    act: Act
    before: Any
    state: Any
    gap_ms: int | None
    sealed: Mapping[str, SealedGroup]
    official: str | None = None
    paper: Mark | None = None

    @property
    def changes(self) -> tuple[Difference, ...]:
        """What it changed, found when asked."""
        return differences(self.before, self.state)


def replay(ledger: Ledger, stream: str, at: AsOf, *, values: bool = False) -> list[Step]:
    """Return the steps of ``stream`` among the first ``at.size`` entries, in order.

    ``values`` opens the sealed groups; who may see them is the caller's question.
    Raises: NotFound when the stream has no entry there.
    """
    steps: list[Step] = []
    state: Any = None
    for row in ledger.recorder.select_events(stream):
        act = ledger.known.streams.mapper.to_domain_event(row)
        if act.index is None or act.index >= at.size:
            break
        aggregate = ledger.registry.aggregates[act.aggregate]
        before = aggregate.initial if state is None else state
        state = aggregate.evolve(before, act)
        sealed = {}
        if values:
            sealed = open_groups(ledger, act.index, parse_entry(row.state).signed.claims)
        steps.append(
            Step(
                act=act,
                before=before,
                state=state,
                gap_ms=_gap(steps, act),
                sealed=sealed,
                official=number_of(ledger, act),
                paper=mark_of(ledger, act, at.size),
            )
        )
    if not steps:
        raise NotFound(what=stream)
    return steps


def state_at(ledger: Ledger, stream: str, size: int) -> Any:
    """Return the state of ``stream`` by the first ``size`` entries, the initial one before any."""
    newest = ledger.known.stream(stream)
    if ledger.known.size <= size:  # read after the stream, which is then no newer
        return newest.state
    state = ledger.known.streams.empty(stream).state
    for row in ledger.recorder.select_events(stream):
        act = ledger.known.streams.mapper.to_domain_event(row)
        if act.index is None or act.index >= size:
            break
        state = ledger.registry.aggregates[act.aggregate].evolve(state, act)
    return state


def _gap(steps: list[Step], act: Act) -> int | None:
    if not steps:
        return None
    return (act.recorded_at or 0) - (steps[-1].act.recorded_at or 0)
