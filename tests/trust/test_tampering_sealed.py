"""A sealed value changed with the home's own keys, the log as it was: what was signed tells."""

import shutil
from pathlib import Path

import pytest

from ledger.aggregates.disclosure_item import commands as items
from ledger.bootstrap import open_ledger
from ledger.entry.disclosure import parse_disclosure
from ledger.entry.entry import parse_entry
from ledger.service.ledger import Ledger
from ledger.service.office import Hand, do
from ledger.service.reading.values import SealedGroup, open_groups
from ledger.store.vault import decrypt
from ledger.tampering.deeds import KINDS, NothingToTamper, tamper
from ledger.tampering.means import read_states
from ledger.tampering.notices import NOT_SHOWN, tamper_with_copy
from tests.support.office import Office
from tests.support.staff import staff

TABLE = '[["支出","摘要","金额（元）"],["支出","修补地砖","624.00"],["经手","共两人","0.00"]]'
STATED = ("opening=0", "income=0", "expense=624.00", "closing=-624.00")


def disclosed(office: Office, hands: dict[str, Hand], period: str = "2026-01") -> int:
    """Post a statement of money; return the log index of what it says."""
    draft = items.Draft(
        unit=office.unit, code="residents.finance", period=period, title="收支", table=TABLE,
        amounts=STATED,
    )  # fmt: skip
    made = do(office.ledger, hands["publisher"], draft).entries[0]
    for label in ("supervisor-1", "supervisor-2"):
        do(office.ledger, hands[label], items.Review(stream=made.stream))
    do(office.ledger, hands["joint"], items.Approve(stream=made.stream))
    do(office.ledger, hands["publisher"], items.Publish(stream=made.stream, channel="board"))
    return made.index


def content(ledger: Ledger, index: int) -> SealedGroup:
    claims = parse_entry(ledger.recorder.states(index, index + 1)[0]).signed.claims
    return open_groups(ledger, index, claims)["content"]


def in_the_vault(ledger: Ledger, index: int) -> dict[str, object]:
    """Return what a vault row holds, whatever was signed."""
    claims = parse_entry(ledger.recorder.states(index, index + 1)[0]).signed.claims
    (row,) = ledger.recorder.vault_rows(index, index + 1)
    key = ledger.keystore.data_key(claims.stream, row.subject)
    found = map(parse_disclosure, decrypt(row, claims.sealed, key))
    return {each.name: each.value for each in found}


def test_an_amount_disclosed_is_held_to_what_its_drafter_signed(office: Office) -> None:
    index = disclosed(office, staff(office))
    office.ledger.close()
    done = tamper_with_copy("amount", office.path, lambda *_: None)
    assert f"entry {index} " in done.en
    told = [(each.noticed, each.with_.en, each.index, each.codes) for each in done.notices]
    assert told == [
        (False, "the signer's mark", None, ()),
        (True, "what was signed", index, ("disclosure.unreferenced",)),
        (True, "what was signed", index, ("disclosure.unreferenced",)),
        (True, "what was signed", index, (NOT_SHOWN,)),
    ]


def test_nothing_but_the_amount_is_changed_and_it_is_not_shown(
    office: Office, tmp_path: Path
) -> None:
    index = disclosed(office, staff(office))
    office.ledger.close()
    copy = shutil.copytree(office.path, tmp_path / "copy")
    for lang in ("zh", "en"):
        assert str(index) in tamper("amount", copy, lang=lang)
    assert read_states(copy) == read_states(office.path)
    with open_ledger(office.path, clock=office.clock) as honest:
        assert content(honest, index).values["table"] == TABLE
    with open_ledger(copy, clock=office.clock) as changed:
        held = in_the_vault(changed, index)
        assert held["table"] == TABLE.replace("624.00", "62400.00"), "tenfold each time"
        assert held["title"] == "收支"
        assert (content(changed, index).state, content(changed, index).values) == ("lost", {})


def test_of_what_was_erased_there_is_nothing_to_change_and_one_before_it_is_changed(
    office: Office,
) -> None:
    hands = staff(office)
    first, last = disclosed(office, hands), disclosed(office, hands, "2026-02")
    claims = parse_entry(office.ledger.recorder.states(last, last + 1)[0]).signed.claims
    (row,) = office.ledger.recorder.vault_rows(last, last + 1)
    office.ledger.keystore.erase([(claims.stream, row.subject)])
    office.ledger.close()
    assert f"entry {first} " in tamper("amount", office.path)


def test_where_no_table_of_money_was_posted_there_is_nothing_to_change(
    founded: Office, tmp_path: Path
) -> None:
    home = shutil.copytree(founded.path, tmp_path / "home")
    with pytest.raises(NothingToTamper):
        tamper("amount", home)
    assert [kind for kind, each in KINDS.items() if each.sealed] == ["amount"]
