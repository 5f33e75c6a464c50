"""A finding on its page is answered from there: the form holds what was found, as it stands."""

import re
from html import unescape

from ledger.aggregates.session.commands import Hold
from ledger.service.office import do
from tests.api.browsing import As
from tests.service.test_boards import staffed
from tests.service.test_findings import found
from tests.support.office import Office


def test_a_finding_is_acknowledged_from_its_page(signed_in: As, office: Office) -> None:
    hold = Hold(unit=office.unit, code="sweep", present=6, occ="2026-01-05")
    do(office.ledger, staffed(office, "session_clerk"), hold)
    (row,) = found(office, "backdated")
    jian = signed_in("supervisor-1")
    row_page = "/boards/findings/rows/0?kind=backdated"
    passed_by = signed_in("liaison").get(row_page)
    assert "/acts/new?command=finding" not in passed_by
    assert "/acts?stream=" not in passed_by, "she can do nothing with that session"
    led = re.search(r'href="(/boards/findings/rows/[^"]*)"', jian.get("/supervision"))
    assert led, "the overview leads to where it is answered"
    page = jian.get(unescape(led[1]))
    link = re.search(r'href="(/acts/new\?command=finding\.acknowledge[^"]*)"', page)
    assert link
    form = jian.get(unescape(link[1]))
    assert f'value="{row["facts"]}"' in form
    assert "looking_into" in form
    assert "lawful" not in form
    shown = jian.send(form, reason="told_above", text="已报街道")
    jian.send(shown, step="sign")
    (row,) = found(office, "backdated")
    assert (row["standing"], row["reason"]) == ("acknowledged", "told_above")
    assert row["answered_by"] == jian.hand.who.actor
    page = jian.get(row_page)
    assert "command=finding.acknowledge" not in page, "she did, and it stands"
    assert "command=finding.dismiss" in page
    assert jian.hand.who.actor[-4:] in page
    assert "The level above was told" in page
    page = jian.get("/boards/findings?kind=backdated")
    assert "已报街道" not in page, "the remark is sealed"
