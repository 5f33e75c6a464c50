"""How far a reader's posts reach: whose acts she may look at together, being held to her units.

An inspector, supervisor or registrar of one place audits that place and those under it. Which
posts give which right is the surface's to say; each entry by itself is public.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cache

from ledger.kernel.act import Tag
from ledger.kernel.facts import Facts
from ledger.rules import authority
from ledger.rules.posts import Appointment
from ledger.rules.units import asks_chain
from ledger.service.acts.facts import facts_of
from ledger.service.directory import posts_held
from ledger.service.ledger import Ledger, today


def reaching(ledger: Ledger, actor: str, roles: Collection[str]) -> tuple[Appointment, ...]:
    """Return the posts in ``roles`` that ``actor`` holds today."""
    return tuple(post for post in posts_held(ledger, actor) if post.role in roles)


def within(ledger: Ledger, posts: Collection[Appointment]) -> Callable[[str | None], bool]:
    """Return how to tell whether a unit (None: the whole log) lies within one of these posts."""
    day = today(ledger)

    @cache
    def covers(unit: str | None) -> bool:
        def asks(found: Facts) -> Iterator[Tag]:
            for post in posts:
                yield from authority.asks_roles(post.holder)
            if unit is not None:
                yield from asks_chain(unit, found)

        facts = facts_of(ledger, asks)
        return any(authority.holds(facts, post.holder, post.role, unit, day) for post in posts)

    return covers
