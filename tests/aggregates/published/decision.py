"""Published types of decisions."""

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
