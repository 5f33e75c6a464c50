"""The directory: units by code, the holder of a key, the posts she may act in, devices that sign.

What people call things, answered from the registry's own acts in this log; nothing is stored
beside them. Who someone is stays sealed and is not answered here.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from typing import cast

from sqlalchemy import select

from ledger.entry.keys import PrivateKey, Signer
from ledger.errors import NotAuthorised, NotFound
from ledger.kernel.act import Act, AsOf, Tag
from ledger.kernel.facts import Facts
from ledger.rules import authority, keys, persons
from ledger.rules.genesis import LOG, log_of
from ledger.rules.persons import DEVICE_ROLES, DeviceKind
from ledger.rules.posts import HOLDER, Appointment, posts_of
from ledger.rules.time import local_date
from ledger.rules.units import PLACING, Unit, borne, fold, unit_at, unit_tag
from ledger.service.ledger import Ledger, today
from ledger.service.office import Hand, hand
from ledger.store.dialect import reading
from ledger.store.tables import entry


class UnitCodeUnknown(NotFound):
    """No unit bears this code today."""

    code = "unit.code_unknown"
    zh = "没有代码为 {code} 的单位。请核对代码，或先用 mingzhang unit establish 设立。"
    en = "No unit has code {code}. Check it, or run `mingzhang unit establish` first."


class UnitCodeShared(NotFound):
    """Several units bear this code today."""

    code = "unit.code_shared"
    zh = "有 {count} 个单位使用代码 {code}。请改用 unit/… 编号指明。"
    en = "{count} units have code {code}. Say which by its unit/… id."


class RoleNotChosen(NotAuthorised):
    """The signer holds several posts, or none, and did not say in which she acts."""

    code = "authority.role_not_chosen"
    zh = "请用 --role 指明以何岗位办理。{actor} 现任：{roles}。"
    en = "Say with --role in which post you act. {actor} holds: {roles}."


class NoImportDevice(NotFound):
    """No device in use, with a key kept here and a post as importer, can sign an import."""

    code = "import.no_device"
    zh = (
        "没有可用的导入设备。请由登记员运行 mingzhang import setup --as 密钥文件，"
        "再由其他登记员按提示批准任职。"
    )
    en = (
        "There is no import device ready. Let a registrar run `mingzhang import setup --as "
        "KEYFILE`, then another approve its post as that command says."
    )


class NoPolicyDevice(NotFound):
    """No policy device in use, with a key kept here and a post, can sign what machines state."""

    code = "heads.no_device"
    zh = (
        "没有可用的策略设备，无法发布末条清单。请由登记员运行 mingzhang policy setup "
        "--as 密钥文件，再由其他登记员按提示批准任职。"
    )
    en = (
        "There is no policy device ready to publish heads. Let a registrar run `mingzhang policy "
        "setup --as KEYFILE`, then another approve its post as that command says."
    )


class DeviceAwaitsApproval(NotFound):
    """There is an import device, but its post lacks the signatures of other registrars."""

    code = "import.device_awaits_approval"
    zh = (
        "导入设备的任职尚待批准。请由另一名登记员运行 mingzhang post approve {post} --as 密钥文件。"
    )
    en = (
        "The import device's post awaits approval. Let another registrar run `mingzhang post "
        "approve {post} --as KEYFILE`."
    )


def streams_of(ledger: Ledger, aggregate: str) -> list[str]:
    """Return the streams of an aggregate in order of name."""
    # A range over the (stream, seq) index; "0" is the character after "/".
    query = select(entry.c.stream).where(
        entry.c.stream > f"{aggregate}/", entry.c.stream < f"{aggregate}0", entry.c.seq == 1
    )
    with reading(ledger.recorder.engine) as connection:
        return list(connection.execute(query.order_by(entry.c.stream)).scalars())


def founders(ledger: Ledger) -> list[str]:
    """Return the persons the genesis registers; they have no streams of their own."""
    return [founder.actor for founder in log_of(facts(ledger, LOG)).genesis.founders]


def everybody(ledger: Ledger) -> list[str]:
    """Return every person: those registered, then the founders."""
    return [*streams_of(ledger, "person"), *founders(ledger)]


def actors(ledger: Ledger) -> list[str]:
    """Return all who may ever have signed: founders, persons, devices."""
    return [*founders(ledger), *streams_of(ledger, "person"), *streams_of(ledger, "device")]


def units(ledger: Ledger) -> Iterator[tuple[str, Unit]]:
    """Yield every unit ever established, with its versions."""
    for name in streams_of(ledger, "unit"):
        yield name, cast("Unit", ledger.known.stream(name).state)


def units_by_code(ledger: Ledger, names: Iterable[str] | None = None) -> list[str]:
    """Return units, all by default, in the order of the codes they bear today, or bore last."""
    day, known = today(ledger), dict(units(ledger))
    chosen = known if names is None else (name for name in names if name in known)
    return sorted(chosen, key=lambda name: known[name].placed(day).code)


def units_by_code_at(ledger: Ledger, point: AsOf) -> list[str]:
    """Return every unit known at a point by its code then: those under a unit come after it."""
    day = local_date(point.at // 1000)
    found = ((unit.placed(day).code, name) for name, unit in units_at(ledger, point.size))
    return [name for _, name in sorted(found)]


def units_at(ledger: Ledger, size: int) -> Iterator[tuple[str, Unit]]:
    """Yield every unit established within entries 0..size-1, with what was recorded of it there."""
    moved = set(_moved_since(ledger, size))
    for name, unit in units(ledger):
        if name not in moved:
            yield name, unit
            continue
        tag = unit_tag(name)
        acts = facts(ledger, tag).about(tag)
        if (then := fold(tuple(act for act in acts if (act.index or 0) < size))) is not None:
            yield name, then


def placings(ledger: Ledger, size: int) -> Iterator[Act]:
    """Yield the acts among entries 0..size-1 that say where a unit is from a day on, or is no more.

    Those of every unit, each unit's in log order.
    """
    for name in streams_of(ledger, "unit"):
        tag = unit_tag(name)
        for act in facts(ledger, tag).about(tag):
            if (act.index or 0) < size and isinstance(act.event, PLACING):
                yield act


def _moved_since(ledger: Ledger, size: int) -> list[str]:
    query = select(entry.c.stream).where(
        entry.c.stream > "unit/", entry.c.stream < "unit0", entry.c.idx >= size
    )
    with reading(ledger.recorder.engine) as connection:
        return list(connection.execute(query.distinct()).scalars())


def unit_label(ledger: Ledger, unit: str) -> str:
    """Return a unit's code and name of today, or its last."""
    found = cast("Unit | None", ledger.known.stream(unit).state)
    if found is None:
        return unit
    version = found.placed(today(ledger))
    return f"{version.code} {version.name}"


def unit_of(ledger: Ledger, code: str) -> str:
    """Return the unit that bears ``code`` today; a ``unit/…`` reference is returned as it is.

    Raises:
        UnitCodeUnknown, UnitCodeShared: none, or several.
    """
    if code.startswith("unit/"):
        return code
    day = today(ledger)
    found = [
        name
        for name, unit in units(ledger)
        if (version := unit_at(unit, day)) is not None and version.code == code
    ]
    if len(found) != 1:
        raise UnitCodeShared(code=code, count=len(found)) if found else UnitCodeUnknown(code=code)
    return found[0]


def unit_as_of(ledger: Ledger, code: str, point: AsOf) -> str:
    """Return the unit that bears ``code`` as of a point, or else bore it last before.

    So that a unit is found by the code it had, renamed or dissolved since; a ``unit/…`` reference
    is returned as it is, if such a unit was established by then.

    Raises:
        UnitCodeUnknown, UnitCodeShared: none, or several.
    """
    if code.startswith("unit/"):
        if not _established(ledger, code, point.size):
            raise UnitCodeUnknown(code=code)
        return code
    day = local_date(point.at // 1000)
    last: dict[str, date] = {}
    for name, unit in units_at(ledger, point.size):
        ends = [until for since, until in borne(unit, code) if since <= day]
        if ends:
            last[name] = min(max(ends), day)
    found = [name for name, until in last.items() if until == max(last.values())]
    if len(found) != 1:
        raise UnitCodeShared(code=code, count=len(found)) if found else UnitCodeUnknown(code=code)
    return found[0]


def _established(ledger: Ledger, unit: str, size: int) -> bool:
    query = select(entry.c.idx).where(entry.c.stream == unit, entry.c.seq == 1, entry.c.idx < size)
    with reading(ledger.recorder.engine) as connection:
        return connection.execute(query).first() is not None


def holder_of(ledger: Ledger, kid: str) -> str:
    """Return the actor a key is enrolled for. Raises: KeyUnknown."""
    tag = keys.key_tag(kid)
    found = facts(ledger, tag).fold(tag, keys.fold).get(kid)
    if found is None:
        raise authority.KeyUnknown(kid=kid)
    return found.holder


def posts_held(ledger: Ledger, actor: str) -> tuple[Appointment, ...]:
    """Return the posts ``actor`` holds today."""
    known = facts(ledger, *authority.asks_roles(actor))
    return authority.roles_held(known, actor, today(ledger))


def posts_pending(ledger: Ledger, actor: str) -> tuple[Appointment, ...]:
    """Return the posts proposed for ``actor`` that lack signatures."""
    known = facts(ledger, *authority.asks_roles(actor))
    threshold = log_of(known).threshold
    return tuple(
        post
        for post in posts_of(known, actor)
        if post.ended is None and not post.effective(threshold)
    )


def hand_with(ledger: Ledger, key: Signer, role: str | None = None) -> Hand:
    """Return the hand that holds ``key``; without ``role``, in the one role she has.

    Raises:
        KeyUnknown: the key is nobody's here.
        RoleNotChosen: several roles, or none.
    """
    actor = holder_of(ledger, key.kid)
    if role is None:
        roles = sorted({post.role for post in posts_held(ledger, actor)})
        if len(roles) != 1:
            raise RoleNotChosen(actor=actor, roles=", ".join(roles) or HOLDER)
        role = roles[0]
    return hand(actor, role, key)


def import_device(ledger: Ledger) -> Hand:
    """Return an import device that can sign here. Raises: NoImportDevice, DeviceAwaitsApproval."""
    for found, _ in _devices(ledger, "import"):
        return found
    for name in streams_of(ledger, "device"):
        for post in posts_pending(ledger, name):
            if post.role == DEVICE_ROLES["import"]:
                raise DeviceAwaitsApproval(post=post.stream)
    raise NoImportDevice


def policy_device(ledger: Ledger) -> Hand:
    """Return a policy device of the whole log that can sign here. Raises: NoPolicyDevice."""
    for found, post in _devices(ledger, "policy"):
        if post.unit is None:
            return found
    raise NoPolicyDevice


def _devices(ledger: Ledger, kind: DeviceKind) -> Iterator[tuple[Hand, Appointment]]:
    """Yield the devices of a kind that can sign here, with each post they hold today."""
    role = DEVICE_ROLES[kind]
    for device in streams_of(ledger, "device"):
        tag = persons.actor_tag(device)
        found = persons.registration(facts(ledger, tag), device)
        if found is None or found.retired or found.kind != kind:
            continue
        posts = [post for post in posts_held(ledger, device) if post.role == role]
        with suppress(NotFound):  # its key is kept on another machine
            yield from [(hand(device, role, kept_key(ledger, device)), post) for post in posts]


def kept_key(ledger: Ledger, holder: str) -> PrivateKey:
    """Return the newest key in force with which the server signs for ``holder``.

    Its enrolment says that others keep it: with one enrolled as her own the server never signs,
    whatever lies in its keystore, but in a demonstration, where visitors act as anybody. Of a
    founder's key the genesis says nothing. One that was made and never enrolled, or has ended, does
    not count. Raises: NotFound.
    """
    for key in ledger.keystore.signing_keys(holder):
        enrolled = keys.key_of(facts(ledger, keys.key_tag(key.kid)), key.kid)
        if enrolled is None or enrolled.ended:
            continue
        if enrolled.hand != "own" or ledger.home.simulated:
            return key
    raise NotFound(what=f"a key in force kept by the server for {holder}")


def facts(ledger: Ledger, *tags: Tag) -> Facts:
    """Return the facts of some tags, as this process knows them."""
    found, _ = ledger.known.answer(tags)
    return Facts(found, ledger.home.shelf)
