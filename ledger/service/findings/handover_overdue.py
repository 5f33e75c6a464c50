"""Coverage B-04: a post was not handed over in time, or not all of what belongs to it."""

from collections.abc import Iterator

from ledger.service.board import Called, Desk
from ledger.service.finding import Found, Rule, Window
from ledger.service.posts import Posts


def find(desk: Desk, _: Window) -> Iterator[Found]:
    """Yield one finding for each post handed over late, in part, or not at all past its day."""
    for leaving in desk.once(Posts).leavings():
        done, due = leaving.done, leaving.due
        late = ((done or desk.day) - due).days
        if leaving.post.unit is None or (late <= 0 and (done is None or not leaving.lacking)):
            continue
        yield Found(
            unit=leaving.post.unit,
            day=due,
            record=leaving.post.stream,
            about=" ".join((leaving.post.role, *leaving.lacking)),
            measure=max(late, 0),
            lasts=done is None or bool(leaving.lacking),
        )


rule = Rule(
    id="B.4",
    version=1,
    kind="handover_overdue",
    zh="离任后逾期未移交，或移交项目不全",
    en="A post not handed over in time, or not all of it",
    measured=Called(zh="超期 {n} 天", en="{n} days late"),
    source="LAW-P 十日内移交",
    told=("role", "handed"),
    find=find,
)
