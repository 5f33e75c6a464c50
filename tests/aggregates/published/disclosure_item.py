"""Published types of disclosure items."""

U = "unit/0123456789ABCDEFGHJKMNPQRS"
D = "A" * 43
B = '"basis":[{"pack":"cn-base@2026.1","rule":"catalogue.residents.finance"}]'
KIND = '"code":"residents.finance"'
AMOUNTS = '"amounts":[{"fen":-5,"of":"closing"}]'

GOLDEN = {
    "disclosure_item.drafted.v1": [
        f'{{{B},{KIND},"period":"2026-02","unit":"{U}"}}',
        f'{{{AMOUNTS},{B},{KIND},"period":"2026-02","unit":"{U}"}}',
    ],
    "disclosure_item.revised.v1": [
        f'{{{AMOUNTS},{B},{KIND},"period":"2026-02","reason":"wrong_amount","unit":"{U}"}}'
    ],
    "disclosure_item.reviewed.v1": [
        f'{{"approves":"{D}",{B},"unit":"{U}"}}',
        f'{{"approves":"{D}",{B},"complete":true,"unit":"{U}"}}',
    ],
    "disclosure_item.returned.v1": [f'{{{B},"reason":"incomplete","unit":"{U}"}}'],
    "disclosure_item.approved.v1": [
        f'{{"approves":"{D}",{B},"session":"session/0123456789ABCDEFGHJKMNPQRS","unit":"{U}"}}'
    ],
    "disclosure_item.published.v1": [
        f'{{{B},"channel":"board",{KIND},"day":"2026-03-03","period":"2026-02","unit":"{U}",'
        '"until":"2026-03-18"}'
    ],
    "disclosure_item.taken_down.v1": [f'{{{B},"early":true,"unit":"{U}"}}'],
    "disclosure_item.query_raised.v1": [f'{{{B},"due":"2026-03-19","number":1,"unit":"{U}"}}'],
    "disclosure_item.query_answered.v1": [f'{{{B},"number":1,"unit":"{U}"}}'],
    "disclosure_item.challenged.v1": [f'{{{B},"unit":"{U}"}}'],
    "disclosure_item.challenge_decided.v1": [f'{{{B},"unit":"{U}","verdict":"upheld"}}'],
    "disclosure_item.withdrawn.v1": [
        f'{{{B},"reason":"superseded","replaced_by":"disclosure_item/0123456789ABCDEFGHJKMNPQRS",'
        f'"unit":"{U}"}}'
    ],
    "disclosure_item.archived.v1": [f'{{{B},"unit":"{U}"}}'],
    "disclosure_item.attached.v1": [f'{{{B},"blob":"0123456789ABCDEFGHJKMNPQRS","unit":"{U}"}}'],
}
VERSION = {"code", "period", "amounts"}
SCHEMA = {
    "disclosure_item.drafted.v1": (VERSION, {"content"}),
    "disclosure_item.revised.v1": (VERSION, {"content"}),
    "disclosure_item.reviewed.v1": ({"complete"}, set()),
    "disclosure_item.returned.v1": (set(), set()),
    "disclosure_item.approved.v1": ({"session"}, set()),
    "disclosure_item.published.v1": ({"code", "period", "day", "until", "channel"}, set()),
    "disclosure_item.taken_down.v1": ({"early"}, set()),
    "disclosure_item.query_raised.v1": ({"number", "due"}, {"question"}),
    "disclosure_item.query_answered.v1": ({"number"}, {"answer"}),
    "disclosure_item.challenged.v1": (set(), {"question"}),
    "disclosure_item.challenge_decided.v1": ({"verdict"}, {"answer"}),
    "disclosure_item.withdrawn.v1": ({"replaced_by"}, set()),
    "disclosure_item.archived.v1": (set(), set()),
    "disclosure_item.attached.v1": ({"blob"}, {"attachment"}),
}
GROUPS = {
    "content": ("content", "published", "disclosure while posted", 30),
    "question": ("question", "personal", "answering", 5),
    "answer": ("answer", "personal", "answering", 5),
    "attachment": ("attachment", "published", "evidence", 30),
}
FIELDS = {
    "content": ["table", "text", "title"],
    "question": ["contact", "name", "text"],
    "answer": ["text"],
    "attachment": ["digest", "media_type", "pages", "size", "title"],
}
