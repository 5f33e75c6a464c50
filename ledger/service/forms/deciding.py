"""What the forms of a decision ask, by its kind and the step chosen, and what is chosen from.

A meeting is asked for its counts, the step that decides for its result, and no other step is; an
age is asked where a kind is for adults alone, a period where one decision covers more than its day.
The steps not yet taken come first, so what is next is the first; taken ones may be recorded again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from ledger.aggregates.decision.state import DecisionState
from ledger.errors import LedgerError
from ledger.rules.kinds.decision import DecisionKind, Step
from ledger.rules.measures import Quorum
from ledger.rules.packs.sections import decisions
from ledger.service.forms.setting import Choice, Setting, Source, listed

_COUNTS: Final = frozenset({"of", "total", "present", "ayes", "nays", "abstained"})
_NONE: Final = frozenset({"nays", "abstained"})
"""Counts that begin as none."""
_TAKEN: Final = ("（已登记过）", " (recorded before)")


def asked(setting: Setting, name: str) -> bool | None:
    """Tell whether a field must be filled in (True) or is not asked for (False).

    None where the command alone says.
    """
    if setting.aggregate.name != "decision":
        return None
    kind, step = setting.decision, chosen_step(setting)
    match setting.command.partition(".")[2], name:
        case "propose", "adult":
            return bool(kind and kind.adults_only)
        case "propose", "period":
            return None if kind and kind.period != "day" else False
        case "take_step", _ if name in _COUNTS:
            return bool(step and step.quorum)
        case "take_step", "result":
            return bool(step and step.decides)
        case _:
            return None


def begun(name: str, found: Sequence[Choice]) -> str:
    """Return what a field that must be filled in says before anything is typed."""
    if name in _NONE:
        return "0"
    return found[0].value if name == "of" and len(found) == 1 else ""


def chosen_step(setting: Setting) -> Step | None:
    """Return the step chosen, the next one before any is."""
    steps = _in_order(setting)
    return next((step for step in steps if step.id == setting.given.get("step")), None) or next(
        iter(steps), None
    )


def next_step(kind: DecisionKind, state: DecisionState) -> Step | None:
    """Return the first step that was not taken, None where all were."""
    return next((step for step in kind.steps if step.id not in state.taken), None)


def _kinds(setting: Setting) -> Iterator[Choice]:
    """Yield the kinds of decision that whoever looks may put up."""
    for kind in setting.book.items(decisions.section) if setting.book else ():
        if not setting.roles.isdisjoint(kind.keepers):
            yield Choice(value=kind.id, zh=kind.zh, en=kind.en)


def _steps(setting: Setting) -> Iterator[Choice]:
    """Yield the steps of a decision, those not taken first."""
    for step in _in_order(setting):
        zh, en = _TAKEN if step.id in setting.state.taken else ("", "")
        yield Choice(value=step.id, zh=step.zh + zh, en=step.en + en)


def _posted(setting: Setting) -> Iterator[Choice]:
    """Yield the steps whose posting is up."""
    up = {each.step for each in setting.state.up}
    for step in setting.decision.steps if setting.decision else ():
        if step.id in up:
            yield Choice(value=step.id, zh=step.zh, en=step.en)


def _bodies(setting: Setting) -> Iterable[str]:
    """Return whose members the quorum of the step chosen counts."""
    quorum = _quorum(setting)
    return (
        ()
        if quorum is None
        else dict.fromkeys(share.of for share in quorum.present or quorum.agree)
    )


def _appeals(setting: Setting) -> Iterator[Choice]:
    """Yield the appeals that wait for a ruling."""
    for number in setting.state.appeals:
        yield Choice(value=str(number), zh=f"第 {number} 号申诉", en=f"Appeal {number}")


def _quorum(setting: Setting) -> Quorum | None:
    step = chosen_step(setting)
    if step is None or step.quorum is None or setting.book is None:
        return None
    try:
        rule = setting.book.find_rule(step.quorum, setting.day)
    except LedgerError:
        return None  # the rules say so of whatever is chosen
    return None if rule is None else rule.quorum


def _in_order(setting: Setting) -> list[Step]:
    kind, taken = setting.decision, getattr(setting.state, "taken", ())
    return sorted(kind.steps if kind else (), key=lambda step: step.id in taken)


CHOSEN_FROM: Final[Mapping[str, Source]] = {
    "decision.propose.code": _kinds,
    "decision.take_step.step": _steps,
    "decision.take_step.of": listed("counted", _bodies),
    "decision.take_down.step": _posted,
    "decision.reason": listed("reason", lambda s: s.decision.reasons if s.decision else ()),
    "decision.decide_appeal.number": _appeals,
    "decision.grade": listed("grade", lambda s: s.decision.grades if s.decision else ()),
}
"""What a field of a decision is chosen from, as in ``choosing``."""
