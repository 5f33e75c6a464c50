"""RF-22: the very same file stands behind several records.

Digests are sealed, each under a salt of its own, so that no outsider can compare them: the service
opens them, and says of two records no more than that their files are the same.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from ledger.rules.attachments import GROUP
from ledger.rules.time import local_date
from ledger.service.board import Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.reading.marks import Mark, Marked, marks_in
from ledger.store.dialect import reading
from ledger.store.tables import tag


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each record a file came to after another one, on that day."""
    first: dict[Mark, Marked] = {}
    for found in marks_in(desk.ledger, _attached(desk), GROUP, _digest):
        earlier = first.setdefault(found.marks[0], found)
        if found.stream == earlier.stream:
            continue
        (act,) = desk.ledger.known.streams.acts(found.entry, 1)
        if act.event.unit is not None:
            yield Found(
                unit=act.event.unit,
                day=local_date((act.recorded_at or 0) // 1000),
                record=found.stream,
                about=earlier.stream,
                entries=(earlier.entry, found.entry),
            )


def _digest(_: str, values: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    yield (values["digest"],)


def _attached(desk: Desk) -> list[int]:
    """Return the log indexes of all entries that attach a file, ascending."""
    # A range over the tags of files; ";" is the character after ":".
    query = select(tag.c.idx).where(
        tag.c.tag > "blob:", tag.c.tag < "blob;", tag.c.idx < desk.point.size
    )
    with reading(desk.ledger.recorder.engine) as connection:
        return sorted(connection.execute(query).scalars())


rule = Rule(
    id="RF-22",
    version=1,
    kind="file_reused",
    zh="同一份文件附在多条记录上",
    en="The same file is attached to several records",
    source="INF 本系统自拟",
    find=find,
)
