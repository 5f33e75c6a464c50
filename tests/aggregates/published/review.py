"""Published types of reviews."""

U = "unit/0123456789ABCDEFGHJKMNPQRS"
R = "A" * 43

GOLDEN = {
    "review.signed.v1": [
        f'{{"outcome":"nothing_found","root":"{R}","size":348,"start":0,"unit":"{U}"}}',
        f'{{"outcome":"questions","root":"{R}","size":400,"start":348,"unit":"{U}"}}',
    ],
}
SCHEMA = {"review.signed.v1": ({"start", "size", "root", "outcome"}, {"remark"})}
GROUPS = {"remark": ("remark", "personal", "supervision", 10)}
FIELDS = {"remark": ["text"]}
