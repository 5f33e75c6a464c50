"""What answers amount to: folded from those to one finding, in log order."""

from dataclasses import dataclass
from typing import Self

from ledger.aggregates.finding.events import Dismissed
from ledger.kernel.act import Act
from ledger.rules.answers import NEEDED


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What the answers to some facts amount to: who acknowledged them, who would dismiss them."""

    acknowledged: frozenset[str] = frozenset()
    dismissing: frozenset[str] = frozenset()

    @property
    def standing(self) -> str:
        """Where the finding stands, one of ``answers.STANDINGS``."""
        if len(self.dismissing) >= NEEDED:
            return "dismissed"
        if self.dismissing:
            return "to_dismiss"
        return "acknowledged" if self.acknowledged else "open"

    def after(self, act: Act) -> Self:
        """Return them with one answer more; who acknowledges takes all dismissals back."""
        if isinstance(act.event, Dismissed):
            return type(self)(
                acknowledged=self.acknowledged, dismissing=self.dismissing | {act.actor}
            )
        return type(self)(acknowledged=self.acknowledged | {act.actor})

    def holds(self, act: Act) -> bool:
        """Tell whether the same person's same answer stands."""
        if isinstance(act.event, Dismissed):
            return act.actor in self.dismissing
        return act.actor in self.acknowledged and not self.dismissing


State = Answers | None


def fold(acts: tuple[Act, ...]) -> Answers:
    """Return what answers amount to, in log order."""
    found = Answers()
    for act in acts:
        found = found.after(act)
    return found


def step(_: State, act: Act) -> Answers:
    """Return the answer an act gives."""
    return Answers().after(act)
