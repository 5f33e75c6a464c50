"""RF-13: a unit still stands under one that was dissolved, and belongs nowhere."""

from collections.abc import Iterator

from ledger.rules.units import unit_at
from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each such unit, since the day the one above it was dissolved."""
    for name, unit in desk.units.items():
        version = unit_at(unit, desk.day)
        above = desk.units.get(version.parent) if version and version.parent else None
        if above is None or above.dissolved is None or above.dissolved > desk.day:
            continue
        late = (desk.day - above.dissolved).days
        yield Found(unit=name, day=above.dissolved, record=name, measure=late, lasts=True)


rule = Rule(
    id="RF-13",
    version=1,
    kind="under_dissolved",
    zh="上级单位已撤销，本单位仍挂在其下",
    en="A unit is still under one that was dissolved",
    measured=Called(zh="已 {n} 天", en="for {n} days"),
    source="INF 本系统自拟",
    find=find,
)
