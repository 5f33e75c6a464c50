"""The trust types are published: what they are called and hold never changes again."""

import msgspec
import pytest

from ledger.kernel.event import SPECS
from ledger.kernel.registry import Registry, public_bytes
from tests.support.trust import TRUST

REGISTRY = Registry(TRUST)
U = "unit/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
V = "unit/1R6V3M1TBXD01KAFK2S8H4QZ9Y"
P = "person/0R6V3M1TBXD01KAFK2S8H4QZ9Y"
D = "31bdMJ-gqQLrOljz9o0QPVv5jTwhWtMT6Gcy-xHZSco"
X = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"
S = "_CxP4jKPYEHg123Nb4Hw69qDrxMnELlYl6D7Jm5lqa0FikD6pXcHyoa0RbzD1aRv-nlQjpfxW0lgOr8gFRIQCQ"
JWK = f'{{"crv":"Ed25519","kty":"OKP","x":"{X}"}}'
VKEY = "ledger.example/110105+70cbc051+ASVDuS/xCVURR2rcg2nbbdyTNmWhGXjdoUBO4QZsqVWd"

GOLDEN = {
    "log.genesis.v1": [
        f'{{"clock":"real","founders":[{{"actor":"{P}","jwk":{JWK},"proof":"{S}"}}],'
        f'"origin":"ledger.example/110105","predecessor":null,"suite":"INT-1","threshold":1,'
        f'"vkey":"{VKEY}","zone":"Asia/Shanghai"}}',
        f'{{"clock":"simulated","founders":[{{"actor":"{P}","jwk":{JWK},"proof":"{S}"}}],'
        f'"origin":"ledger.example/110105",'
        f'"predecessor":{{"checkpoint":"old.example\\n5\\nAAAA\\n","origin":"old.example"}},'
        f'"suite":"INT-1","threshold":1,"vkey":"{VKEY}","zone":"Asia/Shanghai"}}',
    ],
    "log.key_rotation_proposed.v1": [f'{{"consent":"{S}","proof":"{S}","vkey":"{VKEY}"}}'],
    "log.approved.v1": [f'{{"approves":"{D}"}}'],
    "log.clock_explained.v1": ['{"reason":"battery_replaced"}'],
    "log.mark_renewed.v1": [f'{{"reason":"disk_failed","root":"{D}","size":7}}'],
    "log.heads_published.v1": [f'{{"root":"{X}","size":12,"streams":7}}'],
    "person.registered.v1": ["{}", f'{{"unit":"{U}"}}'],
    "device.registered.v1": [f'{{"kind":"import","responsible":"{P}","unit":"{U}"}}'],
    "device.retired.v1": ["{}"],
    "key.enrolled.v1": [
        f'{{"custody":"file","holder":"{P}","jwk":{JWK},"proof":"{S}"}}',
        f'{{"custody":"token","holder":"{P}","jwk":{JWK},"proof":"{S}","unit":"{U}"}}',
    ],
    "key.rotated.v1": [f'{{"successor":"{D[:-1]}o"}}'],
    "key.revoked.v1": [
        '{"reason":"lost"}',
        f'{{"reason":"stolen","since":7,"unit":"{U}"}}',
        f'{{"approves":"{D}","reason":"stolen"}}',
    ],
    "key.revocation_proposed.v1": [f'{{"reason":"stolen","since":7,"unit":"{U}"}}'],
    "key.approved.v1": [f'{{"approves":"{D}"}}'],
    "unit.established.v1": [
        f'{{"code":"110105001","effective_from":"2026-01-01","level":"grid","name":"第一网格",'
        f'"parent":"{V}","unit":"{U}"}}',
        f'{{"code":"110105","effective_from":"2026-01-01","level":"street","name":"街道",'
        f'"unit":"{U}"}}',
    ],
    "unit.changed.v1": [
        f'{{"effective_from":"2026-02-01","name":"新一网格","unit":"{U}"}}',
        f'{{"code":"x","effective_from":"2026-02-01","parent":"{V}","unit":"{U}"}}',
    ],
    "unit.mode_switched.v1": [
        f'{{"effective_from":"2026-02-01","mode":"emergency","unit":"{U}"}}',
    ],
    "unit.split.v1": [f'{{"effective_from":"2026-02-01","into":["{V}"],"unit":"{U}"}}'],
    "unit.regime_set.v1": [
        f'{{"effective_from":"2026-02-01","regime":"village","unit":"{U}"}}',
        f'{{"effective_from":"2026-02-01","level":"community","regime":"urban","unit":"{U}"}}',
    ],
    "unit.number_stated.v1": [
        f'{{"code":"households","day":"2026-02-01","unit":"{U}","value":312}}',
    ],
    "unit.dissolved.v1": [
        f'{{"effective_from":"2026-03-01","successors":["{V}"],"unit":"{U}"}}',
        f'{{"effective_from":"2026-03-01","successors":[],"unit":"{U}"}}',
    ],
    "post.appointment_proposed.v1": [
        f'{{"from":"2026-03-02","holder":"{P}","post_role":"clerk"}}',
        f'{{"from":"2026-03-02","holder":"{P}","post_role":"clerk","unit":"{U}",'
        f'"until":"2027-03-02"}}',
    ],
    "post.approved.v1": [f'{{"approves":"{D}","holder":"{P}","unit":"{U}"}}'],
    "post.ended.v1": [
        f'{{"effective_from":"2026-04-01","holder":"{P}"}}',
        f'{{"approves":"{D}","effective_from":"2026-04-01","holder":"{P}"}}',
    ],
    "post.end_proposed.v1": [f'{{"effective_from":"2026-04-01","holder":"{P}","unit":"{U}"}}'],
    "post.mandate_stated.v1": [
        f'{{"ayes":310,"by":"election","cast":520,"holder":"{P}","unit":"{U}","voters":900}}',
        f'{{"ayes":310,"by":"by_election","cast":520,"former":"{P}","holder":"{P}","unit":"{U}",'
        f'"voters":900}}',
    ],
    "post.handover_drawn_up.v1": [
        f'{{"holder":"{P}","items":["seals","accounts"],"to":"{P}","unit":"{U}"}}',
    ],
    "post.handover_signed.v1": [
        f'{{"approves":"{D}","holder":"{P}","part":"supervisor","unit":"{U}"}}',
    ],
    "post.relation_declared.v1": [
        f'{{"checks":[{{"check":"near_relative","subject":"committee","verdict":true}}],'
        f'"holder":"{P}","unit":"{U}"}}',
    ],
    "post.recusal_proposed.v1": [
        f'{{"holder":"{P}","matter":"case/0R6V3M1TBXD01KAFK2S8H4QZ9Y","unit":"{U}"}}',
    ],
    "post.recused.v1": [
        f'{{"holder":"{P}","matter":"case/0R6V3M1TBXD01KAFK2S8H4QZ9Y","unit":"{U}"}}',
    ],
    "pack.adoption_proposed.v1": [
        f'{{"digest":"{D}","effective_from":"2026-03-02",'
        f'"extends":[{{"digest":"{D}","pack":"cn-law@1.0.0"}}],"pack":"cn-base@1.0.0"}}',
        f'{{"digest":"{D}","effective_from":"2026-03-02","extends":[],"pack":"cn-law@1.0.0",'
        f'"unit":"{U}"}}',
    ],
    "pack.approved.v1": [f'{{"approves":"{D}"}}'],
}

STANDARD = {"unit", "basis", "reason", "cause", "approves", "checks", "numbered", "transcribed"}
PUBLIC = {
    "log.genesis.v1": {
        "origin", "suite", "vkey", "clock", "zone", "threshold", "founders", "predecessor",
    },
    "log.key_rotation_proposed.v1": {"vkey", "proof", "consent"},
    "log.approved.v1": set(),
    "log.clock_explained.v1": set(),
    "log.mark_renewed.v1": {"size", "root"},
    "log.heads_published.v1": {"size", "streams", "root"},
    "person.registered.v1": set(),
    "device.registered.v1": {"kind", "responsible"},
    "device.retired.v1": set(),
    "key.enrolled.v1": {"holder", "jwk", "proof", "custody"},
    "key.rotated.v1": {"successor"},
    "key.revoked.v1": {"since"},
    "key.revocation_proposed.v1": {"since"},
    "key.approved.v1": set(),
    "unit.established.v1": {"code", "name", "level", "parent", "effective_from"},
    "unit.changed.v1": {"code", "name", "parent", "effective_from"},
    "unit.mode_switched.v1": {"mode", "effective_from"},
    "unit.split.v1": {"into", "effective_from"},
    "unit.regime_set.v1": {"regime", "level", "effective_from"},
    "unit.number_stated.v1": {"code", "value", "day"},
    "unit.dissolved.v1": {"successors", "effective_from"},
    "post.appointment_proposed.v1": {"holder", "post_role", "from", "until"},
    "post.approved.v1": {"holder"},
    "post.ended.v1": {"holder", "effective_from"},
    "post.end_proposed.v1": {"holder", "effective_from"},
    "post.mandate_stated.v1": {"holder", "by", "voters", "cast", "ayes", "former"},
    "post.handover_drawn_up.v1": {"holder", "to", "items"},
    "post.handover_signed.v1": {"holder", "part"},
    "post.relation_declared.v1": {"holder"},
    "post.recusal_proposed.v1": {"holder", "matter"},
    "post.recused.v1": {"holder", "matter"},
    "pack.adoption_proposed.v1": {"pack", "digest", "extends", "effective_from"},
    "pack.approved.v1": set(),
}  # fmt: skip
SEALED = {
    "person.registered.v1": {"identity": ("id_no", "name", "phone")},
    "post.handover_drawn_up.v1": {"inventory": ("text",)},
    "post.relation_declared.v1": {"relative": ("name", "relation")},
    "post.recusal_proposed.v1": {"ground": ("text",)},
    "post.recused.v1": {"ground": ("text",)},
}


@pytest.mark.parametrize(("name", "text"), [(n, t) for n, ts in GOLDEN.items() for t in ts])
def test_published_bytes_decode_and_encode_to_themselves(name, text):
    spec = REGISTRY.spec(name)
    found = msgspec.json.decode(text.encode(), type=spec.cls)
    assert public_bytes(found) == text.encode()


def test_every_trust_type_has_golden_bytes_and_a_frozen_schema():
    assert set(REGISTRY.types) == set(GOLDEN) == set(PUBLIC)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_public_members_are_frozen(name):
    assert set(REGISTRY.spec(name).cls.__struct_encode_fields__) == STANDARD | PUBLIC[name]


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_sealed_names_are_frozen(name):
    groups = {group.name: group.fields for group in REGISTRY.spec(name).groups}
    assert groups == SEALED.get(name, {})


def test_who_a_person_is_is_kept_thirty_years_for_telling_who_acted():
    (group,) = REGISTRY.spec("person.registered.v1").groups
    assert (group.subject, group.data_class, group.years) == ("person", "identity", 30)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("log.genesis.v1", GOLDEN["log.genesis.v1"][0].replace("Asia/Shanghai", "Asia/Tokyo")),
        ("log.genesis.v1", GOLDEN["log.genesis.v1"][0].replace("INT-1", "GM-1")),
        ("log.genesis.v1", GOLDEN["log.genesis.v1"][0].replace('"real"', '"wall"')),
        ("log.genesis.v1", GOLDEN["log.genesis.v1"][0].replace(P, P.replace("person", "device"))),
        ("log.heads_published.v1", f'{{"root":"{X}","size":0,"streams":1}}'),
        ("log.heads_published.v1", f'{{"root":"{X}","size":1,"streams":0}}'),
        ("log.heads_published.v1", f'{{"root":"{X[:-1]}h","size":1,"streams":1}}'),
        ("key.enrolled.v1", GOLDEN["key.enrolled.v1"][0].replace('"file"', '"drawer"')),
        ("key.enrolled.v1", GOLDEN["key.enrolled.v1"][0].replace("Ed25519", "X25519")),
        ("key.revoked.v1", "{}"),
        ("key.revoked.v1", '{"reason":"lost","since":-1}'),
        ("device.registered.v1", GOLDEN["device.registered.v1"][0].replace("import", "drone")),
        ("post.approved.v1", f'{{"holder":"{P}"}}'),
        (
            "post.appointment_proposed.v1",
            GOLDEN["post.appointment_proposed.v1"][0].replace("clerk", "Clerk"),
        ),
        ("unit.split.v1", f'{{"effective_from":"2026-02-01","into":[],"unit":"{U}"}}'),
        ("unit.regime_set.v1", f'{{"effective_from":"2026-02-01","regime":"rural","unit":"{U}"}}'),
        (
            "unit.number_stated.v1",
            f'{{"code":"households","day":"2026-02-01","unit":"{U}","value":-1}}',
        ),
        ("post.recused.v1", f'{{"holder":"{P}","matter":"{P}"}}'),
        ("post.handover_signed.v1", f'{{"approves":"{D}","holder":"{P}","part":"guest"}}'),
        ("post.handover_drawn_up.v1", f'{{"holder":"{P}","items":[],"to":"{P}"}}'),
        ("unit.changed.v1", '{"effective_from":"2026-02-01","name":"x"}'),
        ("person.registered.v1", '{"name":"陈"}'),
    ],
)  # fmt: skip
def test_what_the_type_does_not_declare_is_refused(name, text):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text.encode(), type=REGISTRY.spec(name).cls)


def test_a_class_has_one_type_name():
    assert all(SPECS[spec.cls].name == name for name, spec in REGISTRY.types.items())
