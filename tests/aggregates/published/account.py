"""Published types of accounts."""

ID = "0123456789ABCDEFGHJKMNPQRS"
U, P, C, S = (f"{kind}/{ID}" for kind in ("unit", "person", "case", "session"))
B = '"basis":[{"pack":"cn-base@2026.1","rule":"account.fund"}]'
STAND = '"standing":{"stars":1,"vest":"black","vests":["black","green","red"]}'

GOLDEN = {
    "account.opened.v1": [
        f'{{{B},"category":"resident","kind":"volunteer_hours","unit":"{U}"}}',
        f'{{{B},"category":"staff","holder":"{P}","kind":"volunteer_hours","unit":"{U}"}}',
        f'{{{B},"kind":"fund","opening":1000,"since":"2026-03","unit":"{U}"}}',
    ],
    "account.claimed.v1": [
        f'{{"amount":300,{B},"day":"2026-03-02","flow":"out","item":1,"purpose":"office",'
        f'"unit":"{U}"}}',
        f'{{"activity":"{S}","amount":120,{B},"day":"2026-03-02","flow":"in","item":2,'
        f'"purpose":"peace","start":540,"unit":"{U}"}}',
    ],
    "account.confirmed.v1": [
        f'{{{B},"item":1,"step":"review","unit":"{U}"}}',
        f'{{{B},"item":1,"step":"organiser","unit":"{U}","unrelated":true}}',
    ],
    "account.rejected.v1": [f'{{{B},"item":1,"reason":"no_evidence","unit":"{U}"}}'],
    "account.posted.v1": [
        f'{{"amount":-300,"balance":700,{B},"item":1,"period":"2026-03","unit":"{U}"}}',
        f'{{"amount":721,"balance":6001,{B},"flags":["over_day_cap","over_day_flag"],"item":1,'
        f'{STAND},"unit":"{U}"}}',
    ],
    "account.credited.v1": [
        f'{{"amount":90,"balance":90,{B},"day":"2026-03-02","item":1,"order":"{C}",'
        f'"purpose":"home_service",{STAND},"start":540,"unit":"{U}"}}',
    ],
    "account.reversed.v1": [
        f'{{"amount":300,"balance":1000,{B},"item":1,"period":"2026-03","reason":"refunded",'
        f'"unit":"{U}"}}',
    ],
    "account.period_closed.v1": [
        f'{{{B},"closing":1200,"expense":300,"income":500,"opening":1000,"period":"2026-03",'
        f'"unit":"{U}"}}',
    ],
    "account.consent_given.v1": [f'{{{B},"scope":"board","unit":"{U}"}}'],
    "account.consent_withdrawn.v1": [f'{{{B},"scope":"board","unit":"{U}"}}'],
    "account.joined.v1": [
        f'{{{B},"purpose":"peace",{STAND},"team":"{U}","unit":"{U}"}}',
        f'{{{B},"team":"{U}","unit":"{U}"}}',
    ],
    "account.left.v1": [f'{{{B},{STAND},"team":"{U}","unit":"{U}"}}'],
    "account.categorised.v1": [f'{{{B},"category":"staff",{STAND},"unit":"{U}"}}'],
    "account.certified.v1": [f'{{"balance":6001,{B},{STAND},"unit":"{U}"}}'],
    "account.closed.v1": [f'{{{B},"reason":"moved_away","unit":"{U}"}}'],
}
MOVES = {"item", "amount", "balance", "period", "flags", "standing"}
SCHEMA = {
    "account.opened.v1": ({"kind", "category", "holder", "opening", "since"}, {"holder"}),
    "account.claimed.v1": (
        {"item", "flow", "amount", "purpose", "day", "start", "activity"},
        {"claim"},
    ),
    "account.confirmed.v1": ({"item", "step", "unrelated"}, {"remark"}),
    "account.rejected.v1": ({"item"}, {"remark"}),
    "account.posted.v1": (MOVES, set()),
    "account.credited.v1": (MOVES | {"order", "purpose", "day", "start"}, set()),
    "account.reversed.v1": (MOVES, {"remark"}),
    "account.period_closed.v1": ({"period", "opening", "income", "expense", "closing"}, set()),
    "account.consent_given.v1": ({"scope"}, {"naming"}),
    "account.consent_withdrawn.v1": ({"scope"}, set()),
    "account.joined.v1": ({"team", "purpose", "standing"}, set()),
    "account.left.v1": ({"team", "standing"}, set()),
    "account.categorised.v1": ({"category", "standing"}, set()),
    "account.certified.v1": ({"balance", "standing"}, set()),
    "account.closed.v1": (set(), set()),
}
GROUPS = {
    "holder": ("holder", "identity", "truthful record of volunteering", 10),
    "claim": ("claim", "personal", "evidence of the claim", 10),
    "remark": ("claim", "personal", "evidence of the claim", 10),
    "naming": ("naming", "identity", "public naming by consent", 10),
}
FIELDS = {
    "holder": ["contact", "id_no", "name", "person"],
    "claim": ["digest", "payee", "text", "voucher"],
    "remark": ["text"],
    "naming": ["name"],
}
