"""Who holds which post as of a point, and what is wrong with it: for the board and its findings.

Read are the acts about posts of every actor, as far as recorded by the point; the arrangements are
those of the packs in force at the post's unit on the day. Pure but for that reading.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ledger.kernel.act import Act, Tag
from ledger.rules import posts
from ledger.rules.calendars import due_date
from ledger.rules.genesis import LOG, log_of
from ledger.rules.kinds.post import Conflict, PostKind
from ledger.rules.packs.sections import posts as kinds
from ledger.rules.posts import Appointment, post_tag
from ledger.rules.units import unit_at
from ledger.service.board import Desk
from ledger.service.directory import actors, facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Clash:
    """A post that should not be held: for another held beside it, or a relative in a body."""

    post: Appointment
    conflict: Conflict
    because: str
    other: Appointment | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaving:
    """A post that ended and is to be handed over by ``due``; ``lacking`` is not on the list."""

    post: Appointment
    due: date
    done: date | None
    lacking: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vacancy:
    """A unit of a level that must have somebody in a role, and has had nobody since a day."""

    unit: str
    role: str
    since: date


class Posts:
    """All posts of a ledger as of a desk's point."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.acts = {actor: _acts(desk, post_tag(actor)) for actor in actors(desk.ledger)}
        self.threshold = log_of(facts(desk.ledger, LOG)).threshold
        self.all = tuple(
            post
            for actor, acts in self.acts.items()
            for post in posts.fold(acts).values()
            if post.holder == actor
        )
        self.effective = tuple(post for post in self.all if post.effective(self.threshold))
        self.held = tuple(post for post in self.effective if post.held(desk.day))

    def kind(self, post: Appointment) -> PostKind | None:
        """Return how the packs in force at its unit arrange a post, None where they do not."""
        book = None if post.unit is None else self.desk.book(post.unit)
        return None if book is None else book.find(kinds.section, post.role)

    def beside(self, post: Appointment) -> tuple[Appointment, ...]:
        """Return the other posts its holder has on the day (交叉任职)."""
        return tuple(
            other for other in self.held if other.holder == post.holder and other is not post
        )

    def clashes(self) -> Iterator[Clash]:
        """Yield what is against posts held on the day (SD3)."""
        for post in self.held:
            kind = self.kind(post)
            if kind is None:
                continue
            for other in self.beside(post):
                if other.unit == post.unit and other.role in kind.bars:
                    yield Clash(post=post, conflict="barred", because=other.role, other=other)
            hers = frozenset().union(post.related, *(one.related for one in self.beside(post)))
            for body in sorted(hers.intersection(kind.apart_from)):
                yield Clash(post=post, conflict="relative", because=body)

    def leavings(self) -> Iterator[Leaving]:
        """Yield the posts that ended by the day and are to be handed over."""
        for post in self.effective:
            ended, kind = post.ends, self.kind(post)
            if ended is None or ended > self.desk.day or kind is None or self._goes_on(post):
                continue
            if (due := self._due(post, kind, ended)) is not None:
                found = post.handover
                items = found.items if found else ()
                yield Leaving(
                    post=post,
                    due=due,
                    done=found.complete if found else None,
                    lacking=tuple(item for item in kind.items if item not in items),
                )

    def _goes_on(self, post: Appointment) -> bool:
        """Another term of the same person in the same post: there is nobody to hand over to."""
        return any(
            (other.holder, other.role, other.unit) == (post.holder, post.role, post.unit)
            and other is not post
            and post.ends is not None
            and other.since <= post.ends
            and (other.ends is None or other.ends > post.ends)
            for other in self.effective
        )

    def _due(self, post: Appointment, kind: PostKind, ended: date) -> date | None:
        book = None if post.unit is None else self.desk.book(post.unit)
        if book is None or kind.hand_over is None:
            return None
        rule = book.find_rule(kind.hand_over, ended)
        if rule is None or rule.term is None:
            return None
        return due_date(ended, rule.term.value, rule.term.unit, book.holidays).day

    def overrun(self) -> Iterator[tuple[Appointment, date]]:
        """Yield the posts held on the day beyond the longest term, and the last day of that."""
        for post in self.held:
            kind = self.kind(post)
            book = None if post.unit is None else self.desk.book(post.unit)
            rule = book.find_rule(kind.term, post.since) if book and kind and kind.term else None
            if book is not None and rule is not None and rule.term is not None:
                term = rule.term
                last = due_date(post.since, term.value, term.unit, book.holidays).day
                if last < self.desk.day:
                    yield post, last

    def vacancies(self) -> Iterator[Vacancy]:
        """Yield the units that must have somebody in a role and have nobody on the day."""
        day = self.desk.day
        for name, unit in self.desk.units.items():
            version, book = unit_at(unit, day), self.desk.book(name)
            if version is None or book is None:
                continue
            for kind in book.items(kinds.section):
                if version.level in kind.levels and not self._covered(name, kind.id):
                    ends = [
                        post.ends
                        for post in self.effective
                        if (post.unit, post.role) == (name, kind.id) and post.ends is not None
                    ]
                    since = max([unit.versions[0].since, *(end for end in ends if end <= day)])
                    yield Vacancy(unit=name, role=kind.id, since=since)

    def _covered(self, unit: str, role: str) -> bool:
        """Somebody there, or above it, for whom the unit is in scope."""
        above, seen = unit, [unit]
        while (found := self.desk.units.get(above)) is not None:
            parent = found.placed(self.desk.day).parent
            if parent is None or parent in seen:
                break
            seen.append(above := parent)
        return any(post.role == role and (post.unit in seen) for post in self.held)


def _acts(desk: Desk, tag: Tag) -> tuple[Act, ...]:
    found = facts(desk.ledger, tag).about(tag)
    return tuple(act for act in found if act.index is not None and act.index < desk.point.size)
