"""Tampering with a copy: the reader chooses a deed, the server does it, and it shows who notices.

Done on a copy in a folder of its own, in a simulated home alone. What a deed shows depends on the
entries alone, so it is done once for each size and kept; one at a time, and only of a ledger small
enough to be audited while somebody waits.
"""

from typing import Any, Final

from api.errors import BadRequest
from api.serving.turns import Turn
from api.tour.step import Step, Visit
from api.wording.messages import N_
from ledger.errors import NotFound
from ledger.tampering.deeds import KINDS
from ledger.tampering.notices import NOT_SHOWN, TWO_ROOTS, Tampered, tamper_with_copy

MOST_ENTRIES: Final = 20_000
FAULTS: Final = {
    "signer.head_behind_mark": N_("账本接不上它上次签名到的地方，拒绝再写入"),
    "audit.behind": N_("条数比检查点上的少"),
    "audit.root": N_("算出来的树根与检查点上的不同"),
    "audit.seen": N_("后来的签名里写着签署人的设备见过的账本，不是这一本"),
    "audit.stray": N_("留有不属于任何一条的内容"),
    "audit.vault": N_("密封的内容与签名时所承诺的不同"),
    "audit.time_in_future": N_("签署时间晚于入账时间"),
    "disclosure.unreferenced": N_("密封的内容与签名时所承诺的不同"),
    "signature.bad": N_("签名与内容对不上"),
    NOT_SHOWN: N_("公示页不显示对不上的内容"),
    TWO_ROOTS: N_("条数相同，树根却不同"),
}
"""What the deeds here come to, in lay words; a fault without any is told by its code alone."""
_done: dict[tuple[str, str, int], Tampered] = {}
_one_at_a_time = Turn()


def find(visit: Visit) -> dict[str, Any] | None:
    """Return the deeds there are, and of the one asked for who noticed."""
    head = visit.ledger.recorder.head()
    files = visit.ledger.home.simulated and visit.ledger.home.database is None
    if not files or head.size > MOST_ENTRIES:
        return None
    kind = visit.asked.get("kind", "")
    if kind and kind not in KINDS:
        raise BadRequest(where="kind", why="unknown")
    deeds = {name: each.called for name, each in KINDS.items()}
    shown: dict[str, Any] = {"deeds": deeds, "faults": FAULTS, "kind": kind}
    shown |= {"done": None, "error": None}
    try:
        return shown | {
            "done": _tampered(visit, kind, head.root.hex(), head.size) if kind else None
        }
    except NotFound as error:  # nothing it could be done to; anything else may pass, and is no page
        return shown | {"error": {"zh": error.text("zh"), "en": error.text("en")}}


def _tampered(visit: Visit, kind: str, root: str, size: int) -> Tampered:
    wanted = (kind, root, size)
    if (found := _done.get(wanted)) is None:
        with _one_at_a_time:
            if len(_done) >= len(KINDS):
                _done.clear()
            found = _done[wanted] = tamper_with_copy(kind, visit.home, _silent, rules=False)
    return found


def _silent(done: int, size: int) -> None:
    """Tell nobody how far it is."""


step = Step(
    number=6,
    name="tamper",
    title=N_("动手改账，看谁发现"),
    about=N_(
        "选一种手法。服务器把整本账复制到一个临时文件夹，用管理员的全部权限去改，并把别处都改得相符，然后请几方各看一眼。"
    ),
    press=N_("请按下面任一种手法，再看谁发现了、凭什么发现。"),
    without=N_("只有演示账本可以这样试，而且不能太大。真实账本上没有这一步。"),
    find=find,
)
