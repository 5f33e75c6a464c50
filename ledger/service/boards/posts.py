"""Posts: who holds which roles where, cross-posts per person, what is against them, vacancies.

The conflict map of the supervision overview (SD3): a line for each post held,
awaited or ended within a year, and for each that a unit must have and nobody holds. Persons are
shown by their reference; who they are is sealed, but for what a holder says of herself where her
post has a notice (S1-09).
"""

from collections.abc import Iterator
from datetime import timedelta

from ledger.rules.kinds.post import Standing
from ledger.rules.posts import Appointment
from ledger.service.board import Board, Called, Cell, Column, Desk, Glance, Line
from ledger.service.posts import Posts
from ledger.service.reading.notices import notice
from ledger.service.reading.posted import Posted

BACK = timedelta(days=366)


def rows(desk: Desk) -> Iterator[Line]:
    """Yield the posts of a desk's units by unit, role and first day; vacancies among them."""
    posts = desk.once(Posts)
    lines = [*_posts(posts), *_vacancies(posts)]
    lines.sort(key=lambda line: (desk.order(str(line["unit"])), str(line["role"])))
    for line in lines:
        if line["unit"] is None or desk.covers(str(line["unit"])):
            yield line


def _posts(posts: Posts) -> Iterator[dict[str, Cell]]:
    leaving = {each.post.stream: each for each in posts.leavings()}
    clashes: dict[str, list[tuple[str, str]]] = {}
    for clash in posts.clashes():
        clashes.setdefault(clash.post.stream, []).append((clash.conflict, clash.because))
    desk = posts.desk
    for post in sorted(posts.all, key=lambda post: (post.since, post.stream)):
        standing = _standing(posts, post)
        if standing == "over" and (post.ends or post.since) < desk.day - BACK:
            continue
        if post.unit is None and desk.unit is not None:
            continue
        hers = leaving.get(post.stream)
        kind = posts.kind(post) if standing == "held" else None
        said = kind and kind.notice and notice(desk, post, kind.notice)
        against = clashes.get(post.stream, [])
        yield {
            **dict.fromkeys(column.id for column in COLUMNS),
            "unit": post.unit,
            "role": post.role,
            "holder": post.holder,
            "standing": standing,
            "since": post.since.isoformat(),
            "until": post.ends.isoformat() if post.ends else None,
            "mandate": post.mandate.by if post.mandate else None,
            "notice": _told(said[1]) if said else None,
            "notice_record": said[0] if said else None,
            "others": _others(posts, post, "zh"),
            "others_en": _others(posts, post, "en"),
            "conflict": against[0][0] if against else None,
            "because": ", ".join(because for _, because in against) or None,
            "handover_due": hers.due.isoformat() if hers else None,
            "handed_over": hers.done.isoformat() if hers and hers.done else None,
            "lacking": (hers and ", ".join(hers.lacking)) or None,
            "recused": len(post.recused) or None,
            "record": post.stream,
        }


def _told(said: Posted) -> str:
    return "　".join(filter(None, (said.title, said.text)))


def _standing(posts: Posts, post: Appointment) -> Standing:
    day = posts.desk.day
    if post.over or (post.ends is not None and post.ends <= day):
        return "over"
    if not post.effective(posts.threshold):
        return "awaiting"
    return "not_begun" if day < post.since else "held"


def _others(posts: Posts, post: Appointment, lang: str) -> str | None:
    """Return the posts she holds besides, in words, each with the unit it is at."""
    found = sorted(_said(posts.desk, other, lang) for other in posts.beside(post))
    return ("、" if lang == "zh" else ", ").join(found) or None


def _said(desk: Desk, post: Appointment, lang: str) -> str:
    book = desk.book(post.unit) if post.unit else None
    role = book.word("role", post.role, lang) if book else post.role
    return f"{role} {desk.label(post.unit).zh.partition(' ')[2]}" if post.unit else role


def _vacancies(posts: Posts) -> Iterator[dict[str, Cell]]:
    for vacancy in posts.vacancies():
        yield {
            **dict.fromkeys(column.id for column in COLUMNS),
            "unit": vacancy.unit,
            "role": vacancy.role,
            "standing": "vacant",
            "since": vacancy.since.isoformat(),
        }


COLUMNS = (
    Column(id="unit", zh="单位", en="Unit", form="unit"),
    Column(id="role", zh="岗位", en="Post", form="code", words="role"),
    Column(id="standing", zh="状态", en="Standing", form="code", words="post_standing"),
    Column(id="holder", zh="任职人", en="Holder", form="stream", beside=True),
    Column(id="since", zh="起", en="Since", form="day"),
    Column(id="until", zh="止", en="Until", form="day"),
    Column(id="mandate", zh="产生方式", en="Came by", form="code", words="mandate"),
    Column(id="notice", zh="公示牌", en="Notice"),
    Column(id="others", zh="兼任（交叉任职）", en="Other posts she holds (Chinese)"),
    Column(id="others_en", zh="兼任（英文）", en="Other posts she holds"),
    Column(id="conflict", zh="冲突", en="Conflict", form="code", words="post_conflict"),
    Column(id="because", zh="冲突所在", en="With", form="code", words="role body"),
    Column(id="handover_due", zh="应移交完毕", en="To be handed over by", form="day"),
    Column(id="handed_over", zh="移交完毕", en="Handed over on", form="day"),
    Column(id="lacking", zh="未列入移交", en="Not on the list"),
    Column(id="recused", zh="回避事项数", en="Matters withdrawn from", form="count"),
    Column(
        id="notice_record", zh="公示牌记录", en="Record of the notice", form="stream", beside=True
    ),
    Column(id="record", zh="记录", en="Record", form="stream"),
)

board = Board(
    name="posts",
    zh="岗位与任职",
    en="Posts",
    columns=COLUMNS,
    names=("unit", "role", "record"),
    headed=("role",),
    rows=rows,
    views={"disclosures": ()},
    besides=frozenset({"post", "log"}),
    posted=True,
    listed=("unit", "role", "standing", "holder", "since", "until", "notice", "others", "conflict"),
    glance=Glance(
        place=1,
        zh="谁任什么岗位，有没有冲突",
        en="Who holds which posts, and whether they conflict",
        calm=Called(
            zh="任职中没有发现冲突。",
            en="No conflict among the posts.",
        ),
        columns=(
            "unit",
            "role",
            "holder",
            "others",
            "others_en",
            "conflict",
            "because",
            "since",
        ),
        asks=("conflict",),
    ),
    notes=(
        Called(
            zh="列出在任、待批准和近一年内离任的岗位，以及应设而空缺的岗位；任职人只列编号末六位。"
            "公示牌由任职人本人起草，公示期内、在任时显示。",
            en="Posts held, awaited or ended within a year, and those that stand vacant. A notice "
            "is its holder's own words, shown while it is posted and she has the post.",
        ),
    ),
    about=Called(
        zh="谁在什么岗位，任期到哪天，一人多岗有没有冲突。",
        en="Who holds which post until when, and whether several posts of one person conflict.",
    ),
    empty=Called(
        zh="还没有登记任职。任命生效后，每个岗位占一行，空缺的也列出。",
        en="Nobody has been appointed. Each post is a line once held, and so is a vacant one.",
    ),
)
