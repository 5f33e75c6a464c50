"""RF-15: entries signed with a key from where on it was later said to be compromised."""

from collections.abc import Iterator

from ledger.rules import keys
from ledger.rules.keys import KeyRevoked
from ledger.rules.time import local_date
from ledger.service.board import Called, Desk
from ledger.service.directory import facts, streams_of
from ledger.service.finding import Found, Rule, Window
from ledger.service.reading.signed import signed_before

WHOLE = "log"


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each key revoked with entries in dispute."""
    for stream in streams_of(desk.ledger, "key"):
        tag = keys.key_tag(stream.removeprefix("key/"))
        acts = facts(desk.ledger, tag).about(tag)
        known = [act for act in acts if act.index is not None and act.index < desk.point.size]
        key = keys.fold(tuple(known)).get(stream.removeprefix("key/"))
        ends = [act for act in known if isinstance(act.event, KeyRevoked)]
        if key is None or key.since is None or not ends:
            continue
        found = []
        for act in signed_before(desk.ledger, key.holder, ends[-1].index or 0):
            if not key.disputes(act.index or 0):
                break
            if act.kid == key.kid:
                found.append(act.index or 0)
        if found:
            yield Found(
                unit=key.unit or WHOLE,
                day=local_date((ends[-1].recorded_at or 0) // 1000),
                record=stream,
                measure=len(found),
                entries=tuple(sorted(found)),
            )


rule = Rule(
    id="RF-15",
    version=1,
    kind="disputed_key",
    zh="密钥吊销时声明存疑的条目",
    en="Entries signed with a key since it was compromised",
    measured=Called(zh="涉及 {n} 条记录", en="{n} entries"),
    source="LAW-V 电子签名法第十五条",
    find=find,
)
