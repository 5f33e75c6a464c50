"""Published types of sessions."""

U = "unit/0123456789ABCDEFGHJKMNPQRS"
C = "case/0123456789ABCDEFGHJKMNPQRS"
B = '"basis":[{"pack":"cn-base@2026.1","rule":"session.meeting"}]'
KIND = '"code":"meeting"'

GOLDEN = {
    "session.planned.v1": [
        f'{{{B},{KIND},"day":"2026-03-10","period":"2026-03","unit":"{U}"}}',
    ],
    "session.replanned.v1": [
        f'{{{B},{KIND},"day":"2026-04-02","period":"2026-04","reason":"weather","unit":"{U}"}}',
    ],
    "session.held.v1": [
        f'{{{B},{KIND},"day":"2026-03-10","period":"2026-03","present":9,"unit":"{U}"}}',
        f'{{{B},"code":"class","counts":[{{"number":300,"of":"leaflets"}}],"day":"2026-03-10",'
        f'"expected":11,"outcome":"noted","period":"2026-W11","present":9,"unit":"{U}"}}',
    ],
    "session.attended.v1": [f'{{{B},"unit":"{U}"}}'],
    "session.problem_raised.v1": [
        f'{{{B},"unit":"{U}"}}',
        f'{{{B},"case":"{C}","unit":"{U}"}}',
    ],
    "session.concluded.v1": [f'{{{B},"outcome":"resolved","unit":"{U}"}}'],
    "session.corrected.v1": [
        f'{{{B},{KIND},"day":"2026-03-10","period":"2026-03","present":8,"reason":"mistaken",'
        f'"unit":"{U}"}}',
    ],
    "session.cancelled.v1": [f'{{{B},"reason":"weather","unit":"{U}"}}'],
    "session.withdrawn.v1": [f'{{{B},"reason":"mistaken","unit":"{U}"}}'],
}
PLACED = {"code", "period", "day"}
RECORD = PLACED | {"present", "expected", "counts", "outcome"}
SCHEMA = {
    "session.planned.v1": (PLACED, {"agenda"}),
    "session.replanned.v1": (PLACED, {"agenda"}),
    "session.held.v1": (RECORD, {"minutes"}),
    "session.attended.v1": (set(), {"attendee"}),
    "session.problem_raised.v1": ({"case"}, {"problem"}),
    "session.concluded.v1": ({"outcome"}, {"conclusion"}),
    "session.corrected.v1": (RECORD, {"minutes"}),
    "session.cancelled.v1": (set(), set()),
    "session.withdrawn.v1": (set(), set()),
}
GROUPS = {
    "agenda": ("agenda", "personal", "convening", 5),
    "minutes": ("minutes", "personal", "record of what was held", 10),
    "attendee": ("attendee", "contact", "attendance", 5),
    "problem": ("problem", "personal", "handling", 10),
    "conclusion": ("minutes", "personal", "outcome", 10),
}
FIELDS = {
    "agenda": ["place", "starts_at", "text", "title"],
    "minutes": ["ends_at", "place", "starts_at", "text", "title"],
    "attendee": ["capacity", "contact", "name"],
    "problem": ["raised_by", "text"],
    "conclusion": ["text"],
}
