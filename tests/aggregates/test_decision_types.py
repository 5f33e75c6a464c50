"""Published types of decisions: golden bytes, frozen schemas, nothing personal in public."""

from ledger.aggregates import decision
from ledger.kernel.registry import Registry
from tests.support import goldens

REGISTRY = Registry([decision.aggregate])
U = "unit/0123456789ABCDEFGHJKMNPQRS"
B = '"basis":[{"pack":"cn-base@2026.1","rule":"decision.covenant"}]'
KIND = '"code":"covenant"'
VOTE = '"vote":{"abstained":0,"ayes":21,"nays":19,"of":"representatives","present":40,"total":60}'

GOLDEN = {
    "decision.proposed.v1": [f'{{{B},{KIND},"period":"2026-03-05","unit":"{U}"}}'],
    "decision.step_taken.v1": [
        f'{{{B},"step":"proposed","unit":"{U}"}}',
        f'{{{B},"defects":["out_of_order","no_quorum"],"result":"passed","step":"decided",'
        f'"unit":"{U}",{VOTE}}}',
        f'{{{B},"step":"decision_posted","unit":"{U}","until":"2026-03-21"}}',
    ],
    "decision.taken_down.v1": [f'{{{B},"early":true,"step":"decision_posted","unit":"{U}"}}'],
    "decision.closed.v1": [
        f'{{{B},{KIND},"missing":["result_posted"],"period":"2026-03-05","unit":"{U}"}}'
    ],
    "decision.appealed.v1": [f'{{{B},"due":"2026-04-01","number":1,"unit":"{U}"}}'],
    "decision.appeal_decided.v1": [f'{{{B},"number":1,"unit":"{U}","verdict":"upheld"}}'],
    "decision.appraised.v1": [
        f'{{{B},"grade":"competent","holder":"person/0123456789ABCDEFGHJKMNPQRS","unit":"{U}"}}'
    ],
    "decision.revoked.v1": [f'{{{B},"reason":"unlawful","unit":"{U}"}}'],
}
SCHEMA = {
    "decision.proposed.v1": ({"code", "period"}, {"proposal"}),
    "decision.step_taken.v1": ({"step", "vote", "result", "until", "defects"}, {"minutes"}),
    "decision.taken_down.v1": ({"step", "early"}, set()),
    "decision.closed.v1": ({"code", "period", "missing"}, set()),
    "decision.appealed.v1": ({"number", "due"}, {"appeal"}),
    "decision.appeal_decided.v1": ({"number", "verdict"}, {"ruling"}),
    "decision.appraised.v1": ({"holder", "grade"}, {"remark"}),
    "decision.revoked.v1": (set(), {"ground"}),
}
GROUPS = {
    "proposal": ("proposal", "personal", "deciding", 30),
    "minutes": ("minutes", "personal", "record of the step", 30),
    "ground": ("ground", "personal", "revocation", 30),
    "appeal": ("appeal", "personal", "appeal", 30),
    "ruling": ("appeal", "personal", "appeal", 30),
    "remark": ("remark", "personal", "appraisal", 10),
}
FIELDS = {
    "proposal": ["text", "title"],
    "minutes": ["place", "text"],
    "ground": ["text"],
    "appeal": ["appellant", "text"],
    "ruling": ["text"],
    "remark": ["text"],
}


def test_published_bytes_decode_and_encode_to_themselves():
    assert set(GOLDEN) == set(REGISTRY.types)
    goldens.verify_bytes(REGISTRY, GOLDEN)


def test_published_types_hold_what_they_held():
    goldens.verify_schema(REGISTRY, SCHEMA)
    goldens.verify_groups(REGISTRY, GROUPS, FIELDS)
    goldens.verify_names(REGISTRY)


def test_no_public_member_takes_free_text():
    goldens.verify_no_free_text(REGISTRY, GOLDEN)
