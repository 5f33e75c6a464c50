"""Copies handed over: that one of a whole unit and period was given to the inspectors (S1-16).

The supervision committee reports to the supervisory commission (Organic Law of Urban Residents'
Committees (2025), Art. 36; of Villagers' Committees (2025), Art. 37). Who or what is looked at may
not stand in a log that everybody reads, so the log records only that a copy of everything of a unit
in a whole month, quarter, half or year was handed over, and that it was received. What is stated:
the unit, the period, the size and root of the log it was made at, the digest of its evidence
package, and the unit whose inspector receives it. Whoever hands it over signs, and the inspector
acknowledges the very package with her own key.

That the package is the whole one is no rule: the home makes it again before the act is sequenced
(``ledger.service.acts.stated.deliveries``). Leads, and what is looked for in a copy, are not
handled: they never come here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta

from ledger.errors import ConflictError, NotAuthorised, NotFound, RuleViolation
from ledger.kernel.act import Act, Proposed, Tag
from ledger.kernel.aggregate import Aggregate, Command, Context
from ledger.kernel.event import Digest, Event, UnitRef, event
from ledger.kernel.facts import Facts
from ledger.kernel.naming import Name, Naming
from ledger.rules.authority import (
    RoleNotAllowed,
    asks_roles,
    require_role,
    require_unit,
    roles_held,
)
from ledger.rules.joint import verify_person
from ledger.rules.keys import key_of, key_tag
from ledger.rules.paper import KEPT_BY_OTHERS
from ledger.rules.periods import PeriodText, parse_period
from ledger.rules.posts import REGISTRAR
from ledger.rules.time import local_date, occ_date
from ledger.rules.units import asks_chain, chain, unit_at, verify_unit

SUPERVISOR: Final = "supervisor"
INSPECTOR: Final = "inspector"
GIVERS: Final = (SUPERVISOR, REGISTRAR)
WHOLE: Final = frozenset({"month", "quarter", "half", "year"})
"""Kinds of period that are wide enough: a week or a day would tell what is looked for."""
Size = Annotated[int, Meta(ge=1, lt=2**53)]


class DeliveryUnknown(NotFound):
    """Nothing was handed over in this stream."""

    code = "delivery.unknown"
    zh = "没有这次副本移交。请核对编号。"
    en = "No copy was handed over under this id. Check it."


class HandedOverAlready(ConflictError):
    """The stream holds a hand-over."""

    code = "delivery.handed_over"
    zh = "这次移交已登记。再次移交请另行登记。"
    en = "This hand-over is recorded. Record another one anew."


class AcknowledgedAlready(RuleViolation):
    """The copy was acknowledged."""

    code = "delivery.acknowledged"
    zh = "这份副本已签收，无需再签。"
    en = "This copy was acknowledged; nothing is left to sign."


class PeriodTooNarrow(RuleViolation):
    """A week or a day would tell what is looked for."""

    code = "delivery.period_too_narrow"
    zh = "只移交整月、整季、半年或整年的副本，{period} 太窄，会泄露在查什么。请改为整段时间。"
    en = (
        "A copy is of a whole month, quarter, half or year; {period} would tell what is looked for."
    )


class PeriodNotOver(RuleViolation):
    """The period still runs, so no copy of it is whole."""

    code = "delivery.period_not_over"
    zh = "{period} 至 {last} 才结束，副本还不完整。请待其结束后移交。"
    en = "{period} ends on {last}: no copy of it is whole before. Hand it over then."


class BodyElsewhere(RuleViolation):
    """The inspectors named are of no unit above: of another line, or of the very unit copied."""

    code = "delivery.body_elsewhere"
    zh = "副本须交给被移交单位的上级（最上级单位除外），{receiver} 不是。请改选。"
    en = "Inspectors of a unit above the one copied receive; {receiver} is none. Choose another."


class NotItsInspector(RuleViolation):
    """She is an inspector, and not of the body the copy was handed to."""

    code = "delivery.not_its_inspector"
    zh = "这份副本交给了 {receiver} 的联络岗位，须由该岗位的人签收。"
    en = "The copy was handed to the inspector of {receiver}. Let whoever has that post sign."


class OwnHandOver(RuleViolation):
    """Whoever handed it over would say herself that it was received."""

    code = "delivery.own_hand_over"
    zh = "移交人不能签收自己移交的副本。请由接收机关的另一人签收。"
    en = "Whoever handed the copy over cannot acknowledge it. Let somebody else of the body sign."


class NotOwnKey(NotAuthorised):
    """The key is kept by the server or by a device: whoever runs it could say it was received."""

    code = "delivery.not_own_key"
    zh = "签收副本须用本人自己保管的密钥，不能用代管密钥。请先登记本人的密钥。"
    en = "A copy is acknowledged with a key one keeps oneself. Enrol a key of your own first."


class OtherPackage(RuleViolation):
    """What was received is not what was handed over."""

    code = "delivery.other_package"
    zh = "收到的证据包与移交登记的不是同一个（摘要不同）。请勿签收，向移交人索取原包。"
    en = "The package received is not the one handed over: its digest differs. Do not sign; ask."


@event("delivery.handed_over.v1", zh="移交整段副本", en="Copy handed over")
class HandedOver(Event, frozen=True, kw_only=True):
    """A copy of everything of a unit in a whole period was handed to ``receiver``'s inspectors.

    ``root`` is that of the first ``size`` entries, ``package`` the SHA-256 of the ZIP, base64url.
    """

    unit: UnitRef
    period: PeriodText
    size: Size
    root: Digest
    package: Digest
    receiver: UnitRef


@event("delivery.acknowledged.v1", zh="签收副本", en="Copy acknowledged")
class Acknowledged(Event, frozen=True, kw_only=True):
    """The inspector has the very package."""

    unit: UnitRef
    package: Digest


class HandOver(Command, frozen=True, kw_only=True):
    """Hand over the copy of a whole unit and period that ``export copy`` made."""

    name: ClassVar[str] = "delivery.hand_over"
    zh: ClassVar[str] = "移交整单位、整时段的副本"
    en: ClassVar[str] = "Hand over a copy"
    brought: ClassVar[frozenset[str]] = frozenset({"unit", "period", "size", "root", "package"})
    unit: UnitRef
    period: PeriodText
    size: Size
    root: Digest
    package: Digest
    receiver: UnitRef


class Acknowledge(Command, frozen=True, kw_only=True):
    """Acknowledge the copy received, by the digest of its package."""

    name: ClassVar[str] = "delivery.acknowledge"
    zh: ClassVar[str] = "签收副本"
    en: ClassVar[str] = "Acknowledge"
    withheld: ClassVar[frozenset[str]] = frozenset({"package"})
    own_key: ClassVar[bool] = True
    package: Digest


class Delivery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A copy handed over by ``giver``; ``received`` once its inspector signed."""

    giver: str
    unit: str
    period: str
    size: int
    package: str
    receiver: str
    received: bool = False


State = Delivery | None


def delivery_tag(unit: str) -> Tag:
    """Return the tag of the copies of a unit that were handed over."""
    return Tag(f"delivery:{unit}")


def decide(state: State, command: HandOver | Acknowledge, context: Context) -> tuple[Proposed, ...]:
    """Propose the act of a command. Raises: DeliveryUnknown, there is nothing to acknowledge."""
    if isinstance(command, Acknowledge):
        received = Acknowledged(unit=_begun(state).unit, package=command.package)
        return (Proposed(stream=str(command.stream), event=received),)
    handed = HandedOver(
        unit=command.unit,
        period=command.period,
        size=command.size,
        root=command.root,
        package=command.package,
        receiver=command.receiver,
    )
    stream = command.stream or f"delivery/{context.new_id()}"
    return (Proposed(stream=stream, event=handed),)


def check(state: State, act: Act, facts: Facts) -> None:
    """Hold every rule of copies handed over.

    Raises:
        RoleNotAllowed, PersonNeeded, UnitDiffers, NotOwnKey: not hers to sign.
        HandedOverAlready, AcknowledgedAlready, DeliveryUnknown: not as the stream stands.
        BadPeriod, PeriodTooNarrow, PeriodNotOver: no whole period that is over.
        UnitUnknown, BodyElsewhere, NotItsInspector, OwnHandOver, OtherPackage: not that body or
            person, or that package.
    """
    verify_person(act)
    match act.event:
        case HandedOver() as handed:
            _check_handed(state, handed, act, facts)
        case Acknowledged() as received:
            _check_received(_begun(state), received, act, facts)


def _check_handed(state: State, handed: HandedOver, act: Act, facts: Facts) -> None:
    if act.role not in GIVERS:
        raise RoleNotAllowed(role=act.role, roles=" / ".join(GIVERS))
    if state is not None:
        raise HandedOverAlready
    day, period = occ_date(act.occ), parse_period(handed.period)
    if period.kind not in WHOLE:
        raise PeriodTooNarrow(period=handed.period)
    if period.last >= day:
        raise PeriodNotOver(period=handed.period, last=period.last.isoformat())
    standing = unit_at(verify_unit(facts, handed.receiver), day)
    if standing is None or handed.receiver not in _above(facts, handed.unit, day):
        raise BodyElsewhere(receiver=handed.receiver)


def _above(facts: Facts, unit: str, day: date) -> tuple[str, ...]:
    """Return the units above one on a day; of the topmost itself, for nothing is above it."""
    line = chain(facts, unit, day)
    return line[1:] or line


def _check_received(state: Delivery, received: Acknowledged, act: Act, facts: Facts) -> None:
    require_role(act, INSPECTOR)
    require_unit(act, state.unit)
    if state.received:
        raise AcknowledgedAlready
    key = key_of(facts, act.kid)
    if key is not None and key.custody in KEPT_BY_OTHERS:
        raise NotOwnKey
    posts = roles_held(facts, act.actor, local_date(act.iat))
    if not any(post.role == INSPECTOR and post.unit == state.receiver for post in posts):
        raise NotItsInspector(receiver=state.receiver)
    if act.actor == state.giver:
        raise OwnHandOver
    if received.package != state.package:
        raise OtherPackage


def evolve(state: State, act: Act) -> State:
    """Return the copy after an act."""
    match act.event:
        case HandedOver() as handed:
            return Delivery(
                giver=act.actor,
                unit=handed.unit,
                period=handed.period,
                size=handed.size,
                package=handed.package,
                receiver=handed.receiver,
            )
        case _:
            return msgspec.structs.replace(_begun(state), received=True)


def asks(_: State, what: Command | Act, facts: Facts) -> Iterator[Tag]:
    """Yield the tags of the units named, and of the posts of who acknowledges."""
    if not isinstance(what, Act):
        return
    yield key_tag(what.kid)
    yield from asks_roles(what.actor)
    if isinstance(what.event, HandedOver):
        yield from asks_chain(what.event.unit, facts)
        yield from asks_chain(what.event.receiver, facts)


def tags(act: Act) -> Iterator[Tag]:
    """Yield the tag of the unit's copies."""
    yield delivery_tag(str(act.event.unit))


def _begun(state: State) -> Delivery:
    if state is None:
        raise DeliveryUnknown(what="delivery")
    return state


NAMING = Naming(
    zh="副本移交",
    en="Copy handed over",
    about="Copies of whole units and periods handed to the inspectors, and received",
    members={
        "giver": Name("移交人", "Handed over by"),
        "package": Name("证据包摘要", "Digest of the package"),
        "received": Name("是否签收", "Acknowledged"),
        "receiver": Name("接收机关所在单位", "Unit of the inspectors"),
    },
    prompts={
        "acknowledge.package": Name("您收到的副本文件的摘要", "Digest of the file you received"),
        "hand_over.package": Name("证据包摘要（照原样）", "Digest of the package (as it stands)"),
        "hand_over.period": Name("哪个时段（整月、整季、半年或整年）", "Which whole period"),
        "hand_over.root": Name("导出时的树根（照原样）", "Root it was made at (as it stands)"),
        "hand_over.size": Name("导出时账本多少条", "Size it was made at"),
        "hand_over.receiver": Name("交给哪一级的纪检监察联络岗位", "Inspectors of which unit"),
        "hand_over.unit": Name("哪个单位（含下级）", "Which unit, with those under it"),
    },
)

aggregate = Aggregate[State](
    name="delivery",
    naming=NAMING,
    initial=None,
    events=(HandedOver, Acknowledged),
    commands=(HandOver, Acknowledge),
    decide=decide,
    check=check,
    evolve=evolve,
    asks=asks,
    tags=tags,
)
