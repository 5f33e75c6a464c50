"""Run by ``test_add_an_aggregate`` in a process of its own: a ledger with the page's modules.

Arguments: the folder the page's files were laid in, and a folder for the home.
"""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import ledger.aggregates
import ledger.projections

laid, home = map(Path, sys.argv[1:])
ledger.aggregates.__path__.append(str(laid / "ledger" / "aggregates"))
ledger.projections.__path__.append(str(laid / "ledger" / "projections"))

from api.app import make_app  # noqa: E402
from ledger.aggregates.case.commands import Close, Receive  # noqa: E402
from ledger.bootstrap import registry  # noqa: E402
from ledger.errors import LedgerError  # noqa: E402
from ledger.rules.packs.pack import digest_of, read_pack_dir  # noqa: E402
from ledger.service import office  # noqa: E402
from ledger.service.acts.commands import parse_command  # noqa: E402
from ledger.service.auditing.audits import audit_home  # noqa: E402
from ledger.service.ledger import as_of, today  # noqa: E402
from tests.support.office import _employed, found_office  # noqa: E402

notice = import_module("ledger.aggregates.notice")
desk = found_office(home)
book = desk.ledger
publisher = _employed(book, desk.registrars, "publisher", desk.unit)


def put_up(title):
    values = {"unit": desk.unit, "title": title, "until": "2026-04-01", "asker_phone": "示例 001"}
    command = parse_command(book, "notice.put_up", values)
    return office.do(book, publisher, command).entries[0].stream


def refused(code, do):
    with pytest.raises(LedgerError) as refusal:
        do()
    assert refusal.value.code == code


def adopt_lost_and_found():
    files = read_pack_dir(laid / "packs" / "lost-and-found")
    book.home.keep_pack(digest_of(files), files)
    below = tuple(office.keep_shipped(book, name) for name in ("cn-law", "cn-base"))
    fields = {
        "pack": "lost-and-found@1",
        "digest": digest_of(files),
        "extends": below,
        "effective_from": today(book).isoformat(),
    }
    first, second = desk.registrars
    command = registry().commands["pack.adopt"][1](**fields)
    proposal = office.do(book, first, command).entries[0]
    approve = {"stream": proposal.stream, "approves": proposal.digest}
    office.do(book, second, parse_command(book, "pack.approve", approve))


first = put_up("停水通知")
put_up("义诊安排")
put_up("寻物启事")
refused("notice.board_full", lambda: put_up("第四则"))
take_down = parse_command(book, "notice.take_down", {"stream": first, "reason": "over"})
refused("authority.role_not_allowed", lambda: office.do(book, desk.registrars[0], take_down))
office.do(book, publisher, take_down)
refused("notice.unknown", lambda: office.do(book, publisher, take_down))
put_up("第四则")

adopt_lost_and_found()
clerk = desk.hands["intake_clerk"]
lost = Receive(unit=desk.unit, kind="lost", channel="window", text="黑色雨伞一把")
office.do(book, clerk, Close(stream=office.do(book, clerk, lost).entries[0].stream))

book.follower.catch_up()
board = book.views["board"]
counted = board.count(as_of(book), by=("unit", "hangs"))
assert counted == {(desk.unit, True): 3, (desk.unit, False): 1}, counted
assert board.row(first, as_of(book)).hangs is False
report = audit_home(book)
assert report.clean, report.to_dict()

with TestClient(make_app(book)) as client:
    for lang, words in (
        ("zh-CN", ("公告", "张贴公告", "撤下公告", "张贴至")),
        ("en", ("Notice", "Notice put up", "Notice taken down", "Hangs until")),
    ):
        wanted = {"Accept": "text/html", "Accept-Language": lang}
        page = client.get(f"/replay/{first}?at=1", headers=wanted)
        missing = [word for word in words if word not in page.text]
        assert page.status_code == 200, page.text
        assert not missing, missing
book.close()

from ledger.cli.app import app  # noqa: E402

app(["notice", "--help"], prog_name="mingzhang", standalone_mode=False)
app(["notice", "put-up", "--help"], prog_name="mingzhang")
