"""Days of a log: those of one copy of a home are not taken for another's."""

from collections.abc import Callable

from ledger.service.reading.days import days_of
from tests.support.office import MINUTE, Office

DAY = 24 * 60 * MINUTE


def grown(office: Office, cases: int) -> list[int]:
    """Record some on a day and one on the next; return the sizes at the ends of days."""
    for _ in range(cases):
        office.a_case()
    office.clock.wait(DAY)
    office.a_case()
    return [each.size for each in days_of(office.ledger, office.size)]


def test_copies_of_a_home_have_days_of_their_own(offices: Callable[[str], Office]) -> None:
    one, other = offices("one"), offices("other")
    begun = one.size
    assert one.ledger.known.streams.first_prev == other.ledger.known.streams.first_prev
    assert grown(one, 1) == [begun + 1, begun + 2]
    assert grown(other, 3) == [begun + 3, begun + 4]
