"""Kinds of account and session in packs: what is wrong is told with its line."""

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import accounts, sessions
from tests.support.versions import CN_BASE

ACCOUNTS = shipped("cn-base")["accounts.toml"].decode()
SESSIONS = shipped("cn-base")["sessions.toml"].decode()
HEAD = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'


def book(**files: str):
    own = {f"{name}.toml": text.encode() for name, text in files.items()}
    below = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
    return open_book(load_pack({"pack.toml": HEAD, **own}), below)


def line(text: str, of: str) -> int:
    return text[: text.index(of)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('opened = ["organiser"', 'open = ["organiser"', "pack.unknown_name"),
        ('opened = ["organiser"', 'opened = ["registrar"', "pack.role_reserved"),
        ('claimed = ["volunteer_clerk"', 'claimed = ["clown"', "pack.unknown_name"),
        ("stars = [6000, 18000", "stars = [18000, 6000", "pack.stars_not_rising"),
        ('colours = { ecology = "green"', 'colours = { sport = "green"', "pack.unknown_name"),
        ('"health", "culture"', '"health", "sport"', "pack.unknown_name"),
        ('reasons = ["mistaken"', 'reasons = ["whim"', "pack.unknown_name"),
        ('colours = { ecology = "green"', 'colours = { ecology = "pink"', "pack.invalid"),
    ],
)
def test_what_is_wrong_with_an_account_is_told_with_its_line(old, new, code):
    changed = ACCOUNTS.replace(old, new, 1)
    assert changed != ACCOUNTS
    with pytest.raises(PackInvalid) as refused:
        book(accounts=changed)
    assert refused.value.code == code
    assert refused.value.facts["line"] == line(changed, new)


def test_claims_without_any_step_are_refused():
    cut = ACCOUNTS[: ACCOUNTS.index("[[account.step]]")]
    with pytest.raises(PackInvalid, match="unconfirmed"):
        book(accounts=cut)
    only_out = ACCOUNTS.replace("persons = 3", 'persons = 3\nflow = "out"')
    with pytest.raises(PackInvalid, match="fund"):
        book(accounts=only_out)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('keepers = ["session_clerk"', 'keepers = ["holder"', "pack.role_reserved"),
        ('keepers = ["session_clerk"', 'keepers = ["clown"', "pack.unknown_name"),
        ('outcomes = ["resolved"', 'outcomes = ["splendid"', "pack.unknown_name"),
        ('counts = ["problems_solved"', 'counts = ["tears"', "pack.unknown_name"),
        ('period = "month"', 'period = "moon"', "pack.invalid"),
    ],
)
def test_what_is_wrong_with_a_session_is_told_with_its_line(old, new, code):
    changed = SESSIONS.replace(old, new, 1)
    with pytest.raises(PackInvalid) as refused:
        book(sessions=changed)
    assert refused.value.code == code
    assert refused.value.facts["line"] == line(changed, new)


def test_a_stronger_pack_takes_the_place_of_one_kind_and_leaves_the_others():
    fund = ACCOUNTS[ACCOUNTS.index('[[account]]\nid = "fund"') :]
    found = book(accounts=fund.replace("persons = 3", "persons = 2"))
    assert found.item(accounts.section, "fund").steps[0].persons == 2
    assert found.basis(accounts.section, "fund").pack == "local@1"
    assert found.basis(accounts.section, "points").pack == CN_BASE
    assert found.item(sessions.section, "sweep").period == "half"
