"""What every aggregate holds an event's public members to; each refuses in its own words.

Each function returns the facts of the first member that is not as it must be, for the refusal, or
None. Which types take a reason, which codes a pack lists and what an act leads to (ADR 0002) is for
the aggregate to say.
"""

from collections.abc import Mapping

import msgspec

from ledger.kernel.event import Event

Facts = Mapping[str, str]
Listed = tuple[str, str | None, tuple[str, ...]]
"""A member, the code it carries, the codes that are lawful there."""


def stray_member(
    event: Event, *, reasoned: bool, approving: bool = False, checked: bool = False
) -> Facts | None:
    """Return the ``member`` an event carries and its type has no use for."""
    useless = {
        "approves": None if approving else event.approves,
        "checks": None if checked else event.checks or None,
        "reason": None if reasoned else event.reason,
    }
    return next(({"member": name} for name, value in useless.items() if value is not None), None)


def unlisted_code(*members: Listed) -> Facts | None:
    """Return the ``member`` whose ``value`` is not among those ``allowed``; None is no code."""
    for member, value, allowed in members:
        if value is not None and value not in allowed:
            return {"member": member, "value": value, "allowed": ", ".join(allowed) or "-"}
    return None


def reckoned_otherwise(stated: Event, settled: Event) -> Facts | None:
    """Return the ``member`` that says other than what the act leads to, and that ``value``."""
    for field in msgspec.structs.fields(stated):
        value = getattr(settled, field.name)
        if getattr(stated, field.name) != value:
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            return {"member": field.name, "value": shown or "-"}
    return None
