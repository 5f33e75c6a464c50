"""A founded log for stories: real keys and proofs, registrars, units, posts and packs.

story = founded("an", "bo", threshold=2)          # two founders, judged with authority
story, clerk = in_office(story, "chen", "clerk", unit=GRID)
story = adopted(story, "cn-base@1.0.0", digest)
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from ledger.aggregates import device, key, log, pack, person, post, unit
from ledger.entry import base64url
from ledger.entry.keys import PrivateKey, prove_possession
from ledger.kernel.act import Who
from ledger.kernel.aggregate import Aggregate
from ledger.rules import authority
from ledger.rules.genesis import Founder, Jwk, LogGenesis
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.packs.pack import digest_of
from ledger.tlog.note import NoteSigner, format_vkey
from tests.support.gwt import START, Story, a_story, did, who
from tests.support.gwt import device as device_ref
from tests.support.gwt import person as person_ref
from tests.support.gwt import unit as unit_ref

ORIGIN = "ledger.example/110105"
TRUST: tuple[Aggregate[Any], ...] = (
    log.aggregate,
    person.aggregate,
    device.aggregate,
    key.aggregate,
    unit.aggregate,
    post.aggregate,
    pack.aggregate,
)
PERMIT = (authority.asks, authority.check)
SINCE = START.date().isoformat()


@cache
def a_key(label: str) -> PrivateKey:
    """Return the private key that is always the same for a label."""
    return PrivateKey.from_seed(hashlib.sha256(f"key {label}".encode()).digest())


def jwk(label: str) -> Jwk:
    return Jwk(x=base64url.encode(a_key(label).public.raw))


def proof(label: str, actor: str, origin: str = ORIGIN) -> str:
    return prove_possession(a_key(label), origin=origin, actor=actor)


def registrar(label: str) -> Who:
    """Return a person acting as registrar with her own key."""
    return acting(label, "registrar")


def acting(label: str, role: str, *, keyed: str | None = None) -> Who:
    """Return a person in a role, signing with the key of ``keyed`` (default: her own)."""
    return who(person_ref(label), role, a_key(keyed or label).kid)


@cache
def log_signer(label: str = "log") -> NoteSigner:
    return NoteSigner(name=ORIGIN, seed=hashlib.sha256(label.encode()).digest())


def vkey(label: str = "log") -> str:
    return format_vkey(log_signer(label).verifier)


def genesis(*founders: str, threshold: int = 1, **changes: Any) -> LogGenesis:
    """Return a genesis whose founders' proofs verify."""
    members: dict[str, Any] = {
        "origin": ORIGIN,
        "suite": "INT-1",
        "vkey": vkey(),
        "clock": "real",
        "zone": "Asia/Shanghai",
        "threshold": threshold,
        "founders": tuple(
            Founder(actor=person_ref(label), jwk=jwk(label), proof=proof(label, person_ref(label)))
            for label in founders
        ),
        "predecessor": None,
    }
    return LogGenesis(**members | changes)


def founded(
    *founders: str,
    threshold: int = 1,
    more: tuple[Aggregate[Any], ...] = (),
    packs: Mapping[str, Mapping[str, bytes]] | None = None,
) -> Story:
    """Return a story that begins with a genesis and is judged with authority."""
    story = a_story(*TRUST, *more, packs=packs, permits=(PERMIT,))
    first = did(f"log/{ORIGIN}", genesis(*founders, threshold=threshold), registrar(founders[0]))
    return story.given(first)


def registered(story: Story, label: str, by: str = "an", *, unit: str | None = None) -> Story:
    """Return the story with a person registered and her key enrolled by a founder."""
    ref = person_ref(label)
    command = person.RegisterPerson(stream=ref, full_name=label, unit=unit)
    story = story.when(command, registrar(by)).story
    return enrolled(story, label, ref, by)


def device_registered(story: Story, label: str, by: str = "an", kind: Any = "import") -> Story:
    """Return the story with a founder's device registered and its key enrolled."""
    ref = device_ref(label)
    command = device.RegisterDevice(stream=ref, kind=kind, responsible=person_ref(by))
    story = story.when(command, registrar(by)).story
    return enrolled(story, label, ref, by)


def enrolled(
    story: Story, label: str, holder: str, by: str = "an", *, own: str | None = None
) -> Story:
    """Return the story with the key of ``label`` enrolled for ``holder``.

    A registrar enrols it, or ``own``, the holder's label, who has a key already.
    """
    enrol = key.EnrolKey(
        holder=holder, public_key=jwk(label).x, proof=proof(label, holder), custody="file"
    )
    return story.when(enrol, acting(own, "holder") if own else registrar(by)).story


def appointed(
    story: Story, holder: str, role: str, *by: str, unit: str | None = None, **term: str
) -> Story:
    """Return the story with ``holder`` proposed by the first of ``by``, approved by the others."""
    propose = post.ProposeAppointment(
        holder=holder, post_role=role, unit=unit, **{"from_date": SINCE} | term
    )
    outcome = story.when(propose, registrar(by[0]))
    story, digest = outcome.story, str(outcome.story.acts[-1].digest)
    for approver in by[1:]:
        approve = post.ApproveAppointment(stream=outcome.stream, approves=digest)
        story = story.when(approve, registrar(approver)).story
    return story


def in_office(
    story: Story, label: str, role: str, *by: str, unit: str | None = None
) -> tuple[Story, Who]:
    """Return the story with a new person registered, keyed and appointed; and her, acting."""
    story = registered(story, label)
    story = appointed(story, person_ref(label), role, *(by or ("an",)), unit=unit)
    return story, acting(label, role)


def established(
    story: Story, label: str, parent: str | None = None, *, since: str = SINCE
) -> Story:
    """Return the story with ``unit(label)`` established by the first founder."""
    command = unit.EstablishUnit(
        stream=unit_ref(label),
        code=label,
        unit_name=label,
        level="grid",
        parent=parent and unit_ref(parent),
        effective_from=since,
    )
    return story.when(command, registrar("an")).story


def a_pack(ref: str, *extends: str, title: str = "包") -> dict[str, bytes]:
    """Return the files of a small valid pack ``id@version`` on top of the packs named."""
    id_, version = ref.split("@")
    head = f'id = "{id_}"\nversion = "{version}"\nzh = "{title}"\nen = "Pack"\n'
    return {"pack.toml": f"{head}extends = {json.dumps(extends)}\n".encode()}


def on_shelf(*packs: dict[str, bytes]) -> dict[str, dict[str, bytes]]:
    """Return packs by their digests."""
    return {digest_of(files): files for files in packs}


def adopted(
    story: Story, name: str, digest: str, *by: str, unit: str | None = None, since: str = SINCE,
    extends: tuple[PackDigest, ...] = (),
) -> Story:  # fmt: skip
    """Return the story with a pack adopted by the founders an and bo, or by ``by``."""
    first, *others = by or ("an", "bo")
    adopt = pack.AdoptPack(
        pack=name, digest=digest, extends=extends, unit=unit, effective_from=since
    )
    outcome = story.when(adopt, registrar(first))
    story, proposal = outcome.story, str(outcome.story.acts[-1].digest)
    for approver in others:
        approve = pack.ApprovePack(stream=f"pack/{name}", approves=proposal)
        story = story.when(approve, registrar(approver)).story
    return story
