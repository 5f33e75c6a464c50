"""The statements of the log, built once each: to build one costs several times what to run it does.

Only the recorder runs them, and says what each answers.
"""

from sqlalchemy import and_, bindparam, func, insert, select, update

from ledger.store.bulk import Bulk
from ledger.store.tables import entry, head, tag, tile, vault

ROW = (entry.c.idx, entry.c.stream, entry.c.seq, entry.c.type, entry.c.state)
OF_STREAM_UNORDERED = select(*ROW).where(
    entry.c.stream == bindparam("stream"),
    entry.c.seq > bindparam("gt"),
    entry.c.seq <= bindparam("lte"),
)
OF_STREAM = OF_STREAM_UNORDERED.order_by(entry.c.seq)
OF_STREAM_BACKWARDS = OF_STREAM_UNORDERED.order_by(entry.c.seq.desc())
TAGGED = (
    select(tag.c.tag, *ROW)
    .join(entry, entry.c.idx == tag.c.idx)
    .where(tag.c.tag.in_(bindparam("tags", expanding=True)), tag.c.idx < bindparam("size"))
    .order_by(tag.c.idx)
)
NEWEST_TAGGED = (
    select(*ROW)
    .join(tag, entry.c.idx == tag.c.idx)
    .where(tag.c.tag == bindparam("tag"), tag.c.idx < bindparam("below"))
    .order_by(tag.c.idx.desc())
    .limit(bindparam("limit"))
)
BY_JTI = select(entry.c.jti, *ROW).where(entry.c.jti.in_(bindparam("jtis", expanding=True)))
TIPS = (
    select(entry.c.stream, func.max(entry.c.seq).label("seq"))
    .where(entry.c.stream.in_(bindparam("streams", expanding=True)))
    .group_by(entry.c.stream)
    .subquery()
)
LAST_OF = select(*ROW).join(TIPS, and_(entry.c.stream == TIPS.c.stream, entry.c.seq == TIPS.c.seq))
NEWEST = (
    select(tag.c.tag, func.max(tag.c.idx).label("idx"))
    .where(tag.c.tag.in_(bindparam("tags", expanding=True)))
    .group_by(tag.c.tag)
)
STREAMS_AT = (
    select(entry.c.stream).distinct().where(entry.c.idx.in_(bindparam("indexes", expanding=True)))
)
OF_STREAMS = (
    select(*ROW)
    .where(entry.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(entry.c.stream, entry.c.seq)
)
STATES_AT = select(entry.c.idx, entry.c.state).where(
    entry.c.idx.in_(bindparam("indexes", expanding=True))
)
FIRST_OF = select(*ROW).where(
    entry.c.stream.in_(bindparam("streams", expanding=True)), entry.c.seq == 1
)
COUNT_OF = select(func.count()).where(
    entry.c.stream.in_(bindparam("streams", expanding=True)), entry.c.idx < bindparam("size")
)
NEWEST_OF = (
    select(entry.c.stream, func.max(entry.c.idx))
    .where(
        entry.c.stream.in_(bindparam("streams", expanding=True)), entry.c.idx < bindparam("size")
    )
    .group_by(entry.c.stream)
)
RANK = select(func.count()).where(tag.c.tag == bindparam("tag"), tag.c.idx <= bindparam("last"))
PLACES = (
    select(tag.c.tag, tag.c.idx)
    .where(tag.c.tag.in_(bindparam("tags", expanding=True)), tag.c.idx <= bindparam("last"))
    .order_by(tag.c.idx)
)
HEAD = select(head.c.size, head.c.root, head.c.frontier, head.c.last_at).where(head.c.id == 1)
LOCKED_HEAD = HEAD.with_for_update()
INSERT_ENTRIES, INSERT_TAGS = Bulk(insert(entry)), Bulk(insert(tag))
INSERT_VAULT, INSERT_TILES = Bulk(insert(vault)), Bulk(insert(tile))
UPDATE_HEAD = Bulk(
    update(head).values({name: bindparam(name) for name in ("size", "root", "frontier", "last_at")})
)
ROWS = (
    select(*ROW)
    .where(entry.c.idx >= bindparam("start"), entry.c.idx < bindparam("stop"))
    .order_by(entry.c.idx)
)
STATES = (
    select(entry.c.state)
    .where(entry.c.idx >= bindparam("start"), entry.c.idx < bindparam("stop"))
    .order_by(entry.c.idx)
)
