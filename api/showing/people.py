"""The people of a demonstration, to act as. A real ledger does not list its people.

Names are sealed; a demonstration's are invented, and shown so that a visitor can choose.
"""

import msgspec

from ledger.entry.entry import parse_entry
from ledger.rules.posts import Appointment
from ledger.service.directory import everybody, posts_held
from ledger.service.ledger import Ledger
from ledger.service.reading.values import open_groups


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to act as: her invented name ("" for founders), and the posts she holds today."""

    actor: str
    name: str
    posts: list[tuple[str, str | None]]


def people(ledger: Ledger) -> list[Person]:
    """Return the people in post of a demonstration; nobody of a real ledger."""
    if not ledger.home.simulated:
        return []
    found = ((actor, posts_held(ledger, actor)) for actor in everybody(ledger))
    return [
        Person(actor=actor, name=_name(ledger, actor), posts=[_post(each) for each in posts])
        for actor, posts in found
        if posts
    ]


def by_role(found: list[Person]) -> list[tuple[str, list[Person]]]:
    """Return people by the first post each holds: posts of the most people last."""
    groups: dict[str, list[Person]] = {}
    for person in found:
        groups.setdefault(person.posts[0][0], []).append(person)
    for group in groups.values():
        group.sort(key=lambda person: (str(person.posts[0][1]), person.name))
    return sorted(groups.items(), key=lambda each: (len(each[1]), each[0]))


def _post(post: Appointment) -> tuple[str, str | None]:
    return post.role, post.unit


def _name(ledger: Ledger, actor: str) -> str:
    for row in ledger.recorder.select_events(actor, limit=1):
        act = ledger.known.streams.mapper.to_domain_event(row)
        groups = open_groups(ledger, act.index, parse_entry(row.state).signed.claims)
        return str(groups["identity"].values.get("name") or "") if "identity" in groups else ""
    return ""
