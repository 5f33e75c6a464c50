"""Examples of the OpenAPI document: of one form with what the server gives, held so by a test."""

from typing import Any, Final

DIGEST: Final = "ZWyiOYYg99-twF4dXXRSUF-XOzw6jLRP9wGZP2l1QDM"
CASE: Final = "case/MA3PGQF7C5JSWMMF40YAVZHSA4"
UNIT: Final = "unit/WJYHQQPNCDEC7B0Y3GTF3Q1H81"
PERSON: Final = "person/KC85N168F20Q7W8TSZVVDFJSN9"
JTI: Final = "S3Q6Y88869BQM9JKSAQ76RMQZD"
KID: Final = "1IG2tMH7J2wbJZnOf8LJzQitKf7LMvoAElsuDMVM54Y"
AS_OF: Final = {"size": 343, "at": 1776326400000}
LINE: Final = {
    "index": 28,
    "code": "28-CNPA",
    "recorded_at": 1776042120000,
    "stream": CASE,
    "seq": 5,
    "type": "case.extended.v1",
    "unit": UNIT,
}
STEP: Final[dict[str, Any]] = {
    "index": 28,
    "seq": 5,
    "type": "case.extended.v1",
    "occurred": "2026-04-13T09:02:00+08:00",
    "recorded_at": 1776042120000,
    "gap_ms": 3420000000,
    "actor": PERSON,
    "role": "unit_head",
    "kid": KID,
    "digest": DIGEST,
    "pub": {"unit": UNIT, "state": "assigned", "clock": "handle", "days": 20},
    "changes": [
        {
            "path": ["clocks", ["clock", "handle"], "due", "day"],
            "before": "2026-05-06",
            "after": "2026-05-25",
        }
    ],
}
DRAFT: Final[dict[str, Any]] = {
    "type": "case.extended.v1",
    "stream": CASE,
    "seq": 5,
    "chained": False,
    "signing_input": "eyJhbGciOi….eyJfc2RfYWxnIjoi…",
    "claims": {"v": 1, "type": "case.extended.v1", "stream": CASE, "seq": 5},
    "disclosures": ["WyJESTR1MHp3…"],
    "values": {"note": {"text": "须待测绘单位出具复核成果。"}},
}
PROOF: Final = (
    "c2sp.org/tlog-proof@v1\nindex 28\nn4Ocdb…=\n\n"
    "ledger.example/520602\n343\nQ2nT1m…=\n\n— ledger.example/520602 6jtK…==\n"
)
SHOWN: Final[dict[str, Any]] = {
    **{name: value for name, value in LINE.items() if name != "unit"},
    "occurred": "2026-04-13T09:02:00+08:00",
    "signed_at": 1776042120,
    "jti": JTI,
    "actor": PERSON,
    "role": "unit_head",
    "kid": KID,
    "digest": DIGEST,
    "leaf": "9df8c854" + "0" * 56,
    "jws": "eyJhbGciOi…",
    "pub": {"unit": UNIT, "state": "assigned", "clock": "handle", "days": 20},
    "sealed": {"note": 1},
}
RECEIPT: Final[dict[str, Any]] = {
    "entries": [
        {
            "index": 28,
            "recorded_at": 1776042120000,
            "digest": DIGEST,
            "stream": CASE,
            "type": "case.extended.v1",
            "code": "28-CNPA",
            "official": None,
        }
    ],
    "again": False,
}
