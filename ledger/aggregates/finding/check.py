"""Every rule of an answer to a finding; the same in prepare, submit and audit."""

from collections.abc import Iterable, Iterator
from typing import Final, cast

from ledger.aggregates.finding.commands import AnswerFinding
from ledger.aggregates.finding.errors import (
    AnsweredAlready,
    OwnMatter,
    ReasonNotListed,
    RelativeThere,
)
from ledger.aggregates.finding.events import REASONS, Answer, Dismissed
from ledger.aggregates.finding.state import State, fold
from ledger.kernel.act import Act, Tag, concern_tag, concerned, paper_tag
from ledger.kernel.aggregate import Command
from ledger.kernel.facts import Facts
from ledger.rules.accounts import account_of, account_tag
from ledger.rules.authority import Recused, require_role
from ledger.rules.joint import verify_person
from ledger.rules.keys import key_of, key_tag
from ledger.rules.posts import Appointment, post_tag, posts_of
from ledger.rules.time import local_date

SUPERVISOR: Final = "supervisor"


def finding_tag(unit: str, facts: str) -> Tag:
    """Return the tag of the answers to the facts found at a unit."""
    return Tag(f"finding:{unit}:{facts}")


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of an answer.

    Raises:
        RoleNotAllowed, PersonNeeded: not by a member of the committee, in person.
        Recused: she withdrew from the record that the finding is about.
        OwnMatter: she would dismiss what she had a hand in, or what is about herself.
        RelativeThere: she would dismiss one, having a near relative in a body she supervises.
        ReasonNotListed: no such reason for it.
        AnsweredAlready: she gave this answer and it stands, or the stream holds one.
    """
    require_role(act, SUPERVISOR)
    verify_person(act)
    answer = cast(Answer, act.event)
    posts = posts_of(facts, act.actor)
    if any(answer.record in post.recused for post in posts):
        raise Recused(actor=act.actor, matter=answer.record)
    if isinstance(answer, Dismissed):
        _check_apart(answer, act, posts, facts)
    allowed = REASONS[type(answer)]
    if answer.reason not in allowed:
        raise ReasonNotListed(allowed=", ".join(allowed))
    given = facts.about(finding_tag(answer.unit, answer.facts))
    alike = tuple(one for one in given if cast(Answer, one.event).named == answer.named)
    if state is not None or fold(alike).holds(act):
        raise AnsweredAlready


def _check_apart(answer: Dismissed, act: Act, posts: Iterable[Appointment], facts: Facts) -> None:
    if _is_own(answer.record, act.actor, facts):
        raise OwnMatter(record=answer.record)
    # Who the relative is stays sealed, so nobody could tell which findings are about her.
    day = local_date(act.iat)
    held = [post for post in posts if post.role == act.role and post.held(day)]
    related = sorted(body for post in held for body in post.related)
    if related:
        raise RelativeThere(body=related[0])


def _is_own(record: str | None, actor: str, facts: Facts) -> bool:
    """Tell whether she had a hand in a record, or it is she, or a post, account or key of hers."""
    if record is None:
        return False
    if record == actor or _acted(record, actor, facts) or _concerned(record, actor, facts):
        return True
    kind, _, name = record.partition("/")
    match kind:
        case "post":
            return any(post.stream == record for post in posts_of(facts, actor))
        case "account":
            # An answer may name an account there is not: it is nobody's, and shows nowhere.
            known = facts.about(account_tag(record))
            return bool(known) and account_of(facts, record).holder == actor
        case "key":
            key = key_of(facts, name)
            return key is not None and key.holder == actor
        case _:
            return False


def _acted(record: str, actor: str, facts: Facts) -> bool:
    """Tell whether an entry of the record is hers, or was typed from a paper she signed."""
    signed = record in facts.fold(signed_tag(actor), _streams)
    return signed or actor in facts.fold(paper_tag(record), _of_paper)


def _concerned(record: str, actor: str, facts: Facts) -> bool:
    """Tell whether an entry of the record put it into her hands, or is about her."""
    return actor in facts.fold(concern_tag(record), _of_concern)


def _of_concern(acts: tuple[Act, ...]) -> frozenset[str]:
    # Else naming each member of the committee in turn would leave nobody to dismiss anything; who
    # signed a list that was replaced acted in the stream.
    newest = {type(act.event): act for act in acts if act.event.replaces}
    standing = (act for act in acts if newest.get(type(act.event), act) is act)
    return frozenset().union(*(concerned(act.event) for act in standing))


def _streams(acts: tuple[Act, ...]) -> frozenset[str]:
    return frozenset(act.stream for act in acts)


def _of_paper(acts: tuple[Act, ...]) -> frozenset[str]:
    """Return who signed a paper, as its entry has it, and who answered for one."""
    named = (act.event.transcribed.persons for act in acts if act.event.transcribed)
    return frozenset(act.actor for act in acts).union(*named)


def signed_tag(actor: str) -> Tag:
    """Return the tag of all acts of an actor, which the registry gives them."""
    return Tag(f"actor:{actor}")


def asks(_: State, what: Command | Act, __: Facts) -> Iterator[Tag]:
    """Yield the tags of the answers to these facts, of the posts of who gives one, and of her acts.

    Her acts are many, and asked for only where she would dismiss; so are the record's papers and
    whom it concerns.
    """
    named = cast("Answer | AnswerFinding", what.event if isinstance(what, Act) else what)
    yield finding_tag(named.unit, named.facts)
    if not isinstance(what, Act):
        return
    yield post_tag(what.actor)
    if isinstance(named, Dismissed) and named.record is not None:
        yield signed_tag(what.actor)
        yield paper_tag(named.record)
        yield concern_tag(named.record)
        kind, name = named.record.split("/", 1)
        if kind == "account":
            yield account_tag(named.record)
        elif kind == "key":
            yield key_tag(name)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the answers to these facts."""
    answer = cast(Answer, act.event)
    yield finding_tag(answer.unit, answer.facts)
