"""An evidence package: taken along, carried to a computer without network, verified there."""

from typing import Any

from api.tour.step import Step, Visit
from api.wording.messages import N_

VIEW = "register"
LOOKED_AT = 300


def find(visit: Visit) -> dict[str, Any] | None:
    """Return the case with the most entries among the first ones closed, else the first one."""
    rows = visit.ledger.views[VIEW].rows(visit.point, where={}, limit=LOOKED_AT)
    lengths = {row.case: _length(visit, row.case) for row in rows if not row.imported}
    if not lengths:
        return None
    case = max(lengths, key=lambda name: (lengths[name], name))
    row = next(row for row in rows if row.case == case)
    return {
        "stream": case,
        "row": row,
        "entries": lengths[case],
        "genesis": visit.ledger.known.streams.first_prev,
    }


def _length(visit: Visit, stream: str) -> int:
    rows = visit.ledger.recorder.select_events(stream, desc=True, limit=1)
    return int(rows[0].originator_version) if rows else 0


step = Step(
    number=7,
    name="evidence",
    title=N_("把证据带走，断网核验"),
    about=N_(
        "一件事的全部记录、签名、证明和当时的规则打成一个包，到任何一台电脑上，不联网也能核验。"
    ),
    press=N_(
        "请把证据包下载下来，拷到另一台装有核验程序的电脑，断开网络，再运行下面那一条命令。在手机上下载的，可以转到电脑上。"
    ),
    without=N_("这本账本还没有在这里办理的事项。办过一件之后，这里会给出它的证据包。"),
    find=find,
)
