"""Published types of answers to findings."""

ID = "0123456789ABCDEFGHJKMNPQRS"
U, F = f"unit/{ID}", "A" * 43

GOLDEN = {
    "finding.acknowledged.v1": [
        f'{{"facts":"{F}","kind":"deadline_passed","reason":"looking_into","record":"case/{ID}",'
        f'"unit":"{U}","version":1}}',
        f'{{"facts":"{F}","kind":"vacant_post","reason":"told_above","unit":"{U}","version":2}}',
    ],
    "finding.dismissed.v1": [
        f'{{"facts":"{F}","kind":"disputed_key","reason":"explained",'
        f'"record":"key/7cSBBrabMpKlYXNTfEHfFa0FzWABQxr4lqM0CmOOw6o","unit":"{U}","version":1}}',
    ],
}
MEMBERS = {"kind", "version", "facts", "record"}
SCHEMA = {name: (MEMBERS, {"remark"}) for name in GOLDEN}
GROUPS = {"remark": ("remark", "personal", "supervision", 10)}
FIELDS = {"remark": ["text"]}
