"""Who may act: the rule over every act of every aggregate (docs/way-of-an-act.md).

The key is enrolled for the actor and in force at this log position; the role is a post she holds
on the day she signs, for the act's unit or one above it. Which roles an act allows, and separation
of duty, are each aggregate's rules. The role ``holder`` needs no post: aggregates allow it for acts
on one's own key or post only. The signature itself is verified by whoever parses the entry.
"""

from datetime import date

from ledger.errors import NotAuthorised
from ledger.kernel.act import Act, Tag
from ledger.kernel.event import Event
from ledger.kernel.facts import Facts
from ledger.rules import keys, persons, posts, units
from ledger.rules.genesis import LOG, LogGenesis, log_of
from ledger.rules.posts import HOLDER, REGISTRAR, Appointment
from ledger.rules.time import TOLERANCE, verify_times
from ledger.rules.units import UnitChanged, UnitEstablished


class KeyUnknown(NotAuthorised):
    """The key was not enrolled when the act was to be recorded."""

    code = "authority.key_unknown"
    zh = "密钥 {kid} 未在本账本登记。请先由登记员登记该密钥。"
    en = "Key {kid} is not enrolled in this log. Let a registrar enrol it first."


class KeyEnded(NotAuthorised):
    """The key was rotated away or revoked before."""

    code = "authority.key_ended"
    zh = "密钥 {kid} 已更换或吊销，不能再用来签署。请改用有效密钥。"
    en = "Key {kid} was rotated away or revoked. Sign with a key that is in force."


class KeyNotYet(NotAuthorised):
    """The act claims to have been signed before its key was enrolled."""

    code = "authority.key_not_yet"
    zh = "签署时间早于密钥 {kid} 的登记时间。请校准本机时钟后重新签署。"
    en = "It is dated before key {kid} was enrolled. Set the clock right and sign again."


class KeyNotHolders(NotAuthorised):
    """The key is enrolled for someone else."""

    code = "authority.key_not_holders"
    zh = "密钥 {kid} 不是 {actor} 的。请用本人密钥签署。"
    en = "Key {kid} is not that of {actor}. Sign with your own key."


class PostNotHeld(NotAuthorised):
    """The actor has no effective appointment in this role."""

    code = "authority.post_not_held"
    zh = "{actor} 没有 {role} 岗位。请选择所任岗位，或先办理任职。"
    en = "{actor} holds no post as {role}. Choose a role you hold, or be appointed first."


class PostNotInForce(NotAuthorised):
    """The post has not begun, has run out or was ended on the day of signing."""

    code = "authority.post_not_in_force"
    zh = "{actor} 的 {role} 岗位在 {day} 不在任期内。请由在任人员办理。"
    en = "The post of {actor} as {role} is not in force on {day}. Let someone in office act."


class OutOfScope(NotAuthorised):
    """The post is for another part of the log than the act's unit."""

    code = "authority.out_of_scope"
    zh = "{actor} 的 {role} 岗位不包括 {unit}。请由该单位或其上级单位的人员办理。"
    en = "The post of {actor} as {role} does not cover {unit}. Let that unit or one above it act."


class NotHolder(NotAuthorised):
    """Someone acts as holder on what is another's."""

    code = "authority.not_holder"
    zh = "这不是 {actor} 本人的。请由本人办理，或由登记员办理。"
    en = "This is not that of {actor}. Let its holder act, or a registrar."


class Recused(NotAuthorised):
    """She withdrew from the matter, and acts in it nevertheless (SD9, ADR 0028)."""

    code = "authority.recused"
    zh = "{actor} 已在 {matter} 中回避，不能再办理。请由其他人员办理。"
    en = "{actor} is recused from {matter} and does nothing in it any more. Let another act."


class RoleNotAllowed(NotAuthorised):
    """The act is not one for this role."""

    code = "authority.role_not_allowed"
    zh = "此事须以 {roles} 的身份办理，不能以 {role} 办理。请切换身份或转交。"
    en = "This is for {roles}, not for {role}. Act in that role, or pass it on."


class UnitDiffers(NotAuthorised):
    """The act names another unit than the thing it is about belongs to."""

    code = "authority.unit_differs"
    zh = "所填单位与对象所属单位不一致：应为 {unit}。请更正后重新提交。"
    en = "The unit named is not the one this belongs to: it is {unit}. Correct it and submit again."


def asks(act: Act, facts: Facts) -> list[Tag]:
    """Return the tags ``check`` reads; ask again until nothing is new."""
    found = [keys.key_tag(act.kid)]
    if act.actor.startswith("device/"):
        found.append(persons.actor_tag(act.actor))
    if act.role == HOLDER:
        return found
    found += asks_roles(act.actor)
    for unit in scopes(act.event):
        if unit is not None:
            found += units.asks_chain(unit, facts)
    return found


def check(act: Act, facts: Facts) -> None:
    """Hold key, device, post and scope to the act; a genesis is judged by its aggregate.

    Raises:
        BadClock, BadClaims, OccurredLater: its times are no times, or in no order.
        KeyUnknown, KeyEnded, KeyNotHolders, KeyNotYet: the key does not speak for the actor.
        ActorUnknown, DeviceOutOfUse: the actor is a device not in use.
        UnitUnknown: it is about a unit never established.
        Recused: the actor withdrew from what the act is about.
        PostNotHeld, PostNotInForce, OutOfScope: the actor may not act in this role.
    """
    day = verify_times(act)
    if isinstance(act.event, LogGenesis):
        return
    _check_key(act, facts)
    if act.actor.startswith("device/"):
        persons.verify_actor(facts, act.actor)
    if act.role == HOLDER:
        return
    if any(act.stream in post.recused for post in posts.posts_of(facts, act.actor)):
        raise Recused(actor=act.actor, matter=act.stream)
    for unit in scopes(act.event):
        if unit is not None:
            units.verify_unit(facts, unit)
        if not holds(facts, act.actor, act.role, unit, day):
            raise _refusal(facts, act, unit, day)


def _check_key(act: Act, facts: Facts) -> None:
    key = keys.key_of(facts, act.kid)
    if key is None:
        raise KeyUnknown(kid=act.kid)
    if key.ended:
        raise KeyEnded(kid=act.kid)
    if key.holder != act.actor:
        raise KeyNotHolders(kid=act.kid, actor=act.actor)
    if act.iat + TOLERANCE.total_seconds() < key.iat:
        raise KeyNotYet(kid=act.kid)


def _refusal(facts: Facts, act: Act, unit: str | None, day: date) -> NotAuthorised:
    said = {"actor": act.actor, "role": act.role}
    if any(post.role == act.role for post in roles_held(facts, act.actor, day)):
        return OutOfScope(unit=unit or "log", **said)
    if any(post.role == act.role for post in _effective(facts, act.actor)):
        return PostNotInForce(day=day.isoformat(), **said)
    return PostNotHeld(**said)


def scopes(event: Event) -> tuple[str | None, ...]:
    """Return the units a post must cover, None being the whole log.

    A unit being established lies in its parent; one that moves must leave and arrive lawfully.
    """
    match event:
        case UnitEstablished():
            return (event.parent,)
        case UnitChanged() if event.parent is not None:
            return (event.unit, event.parent)
        case _:
            return (event.unit,)


def asks_roles(actor: str) -> tuple[Tag, ...]:
    """Return the tags ``roles_held`` reads."""
    return (posts.post_tag(actor), LOG)


def roles_held(facts: Facts, actor: str, day: date) -> tuple[Appointment, ...]:
    """Return the posts ``actor`` holds on ``day``; ``asks_roles`` must have been asked.

    Raises:
        NoGenesis: the log has not been founded.
    """
    return tuple(post for post in _effective(facts, actor) if post.held(day))


def _effective(facts: Facts, actor: str) -> tuple[Appointment, ...]:
    threshold = log_of(facts).threshold
    return tuple(post for post in posts.posts_of(facts, actor) if post.effective(threshold))


def holds(facts: Facts, actor: str, role: str, unit: str | None, day: date) -> bool:
    """Tell whether ``actor`` holds ``role`` on ``day`` over ``unit`` (None: the whole log).

    ``asks_roles`` and, for a unit, ``units.asks_chain`` must have been asked.

    Raises:
        NoGenesis: the log has not been founded.
    """

    def find() -> bool:
        places = {post.unit for post in roles_held(facts, actor, day) if post.role == role}
        if None in places or unit is None:
            return None in places
        return not places.isdisjoint(units.chain(facts, unit, day))

    return facts.once((holds, actor, role, unit, day), find)


def require_role(act: Act, *roles: str) -> None:
    """Refuse an act in another role than these.

    Raises:
        RoleNotAllowed: naming the roles that may.
    """
    if act.role not in roles:
        raise RoleNotAllowed(role=act.role, roles=" / ".join(roles))


def require_holder(act: Act, holder: str) -> None:
    """Refuse unless the holder herself acts, or a registrar.

    Raises:
        RoleNotAllowed: another role.
        NotHolder: role ``holder``, but not hers.
    """
    require_role(act, HOLDER, REGISTRAR)
    if act.role == HOLDER and act.actor != holder:
        raise NotHolder(actor=act.actor)


def require_unit(act: Act, unit: str | None) -> None:
    """Refuse an act that names another unit than that of the thing it is about.

    Otherwise a registrar of one place could reach into another by naming her own.

    Raises:
        UnitDiffers: naming the unit it should be.
    """
    if act.event.unit != unit:
        raise UnitDiffers(unit=unit or "log")
