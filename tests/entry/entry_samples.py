"""Shared samples: the known answers, keys, hypothesis strategies of valid values and of damage."""

import json
from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st

from ledger.entry import base64url, canonical
from ledger.entry.claims import Claims, Seen
from ledger.entry.keys import PrivateKey

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "entries.json").read_text("utf-8")
)
KEY = PrivateKey.from_seed(bytes(range(32)))
OTHER_KEY = PrivateKey.from_seed(bytes(range(96, 128)))
ORIGIN = VECTORS["payload"]["log"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ids = st.text(ALPHABET, min_size=26, max_size=26)
names = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
digests = st.binary(min_size=32, max_size=32).map(base64url.encode)
integers = st.integers(-canonical.MAX_INTEGER, canonical.MAX_INTEGER)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
member_names = st.text(st.characters(max_codepoint=127), max_size=8).filter(
    lambda name: name not in {"_sd", "..."}
)
plain = st.none() | st.booleans() | integers | texts
# At most 5 containers deep, so that the values also fit inside ``pub`` and inside a disclosure.
values = plain
for _ in range(5):
    values = (
        plain | st.lists(values, max_size=3) | st.dictionaries(member_names, values, max_size=3)
    )
pubs = st.dictionaries(member_names, values, max_size=4)

streams_and_types = st.one_of(
    st.tuples(
        names.filter(lambda n: n not in {"key", "pack", "log"}), names, ids, st.integers(1, 9999)
    ).map(lambda t: (f"{t[0]}/{t[2]}", f"{t[0]}.{t[1]}.v{t[3]}")),
    digests.map(lambda digest: (f"key/{digest}", "key.enrolled.v1")),
    st.just(("pack/cn-base@2026.1", "pack.adopted.v1")),
    st.just((f"log/{ORIGIN}", "log.key_rotated.v1")),
)
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
times = st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31), timezones=offsets)  # noqa: DTZ001
occurred = times.map(datetime.isoformat) | st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(
    date.isoformat
)
sealed_groups = st.dictionaries(
    names, st.lists(digests, min_size=1, max_size=4), min_size=1, max_size=3
).filter(
    lambda groups: len({d for g in groups.values() for d in g}) == sum(map(len, groups.values()))
)


@st.composite
def claims(draw: st.DrawFn) -> Claims:
    """Return claims that hold every rule of the profile."""
    stream, type_ = draw(streams_and_types)
    sealed = draw(st.none() | sealed_groups)
    return Claims(
        log=ORIGIN,
        stream=stream,
        seq=draw(st.integers(1, canonical.MAX_INTEGER)),
        prev=draw(digests),
        type=type_,
        jti=draw(ids),
        occ=draw(occurred),
        iat=draw(st.integers(0, 10**10 - 1)),
        actor=draw(st.sampled_from(["person", "device"])) + "/" + draw(ids),
        role=draw(names),
        pub=msgspec.Raw(canonical.encode(draw(pubs))),
        seen=draw(st.none() | st.builds(Seen, root=digests, size=st.integers(0, 2**53 - 1))),
        sealed=sealed and {group: tuple(sorted(made)) for group, made in sealed.items()},
    )


@st.composite
def damaged(draw: st.DrawFn, sound: bytes) -> bytes:
    """Return ``sound`` with one to three cuts, insertions, overwritings or repetitions."""
    data = sound
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        stop = draw(st.integers(start, min(len(data), start + 40)))
        put = draw(st.one_of(st.binary(max_size=6), st.just(data[start:stop] * 2), st.just(b"")))
        data = data[:start] + put + data[stop:]
    return data


@cache
def payload() -> dict[str, Any]:
    """Return the payload of the vectors' entry; do not change it in place."""
    return VECTORS["payload"]
