"""Packs over packs: what is strongest, what is cited, what only the whole can refuse."""

from datetime import date

import pytest

from ledger.errors import LedgerError
from ledger.kernel.event import Basis
from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.adoptions import PackDigest
from ledger.rules.packs.book import Book, asks_book, book_in_force, book_of, open_book
from ledger.rules.packs.pack import PackFiles, digest_of, load_pack, shipped
from tests.support.cases import GRID, a_town, bare_town, local_pack, town_with
from tests.support.gwt import a_shelf, on, unit
from tests.support.versions import CN_BASE, CN_LAW

LAW = shipped("cn-law")
BASE = shipped("cn-base")


def local(head: str = 'extends = ["cn-law", "cn-base"]', **files: str) -> PackFiles:
    names = {"law": "law.toml", "codes": "codes.toml", "holidays": "holidays.toml"}
    top = f'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\n{head}\n'
    found = {names.get(name, f"cases/{name}.toml"): text for name, text in files.items()}
    return {"pack.toml": top.encode()} | {path: text.encode() for path, text in found.items()}


def book(files: PackFiles, *below: PackFiles) -> Book:
    return open_book(load_pack(files), [load_pack(each) for each in below])


def rule(id_: str, value: int, unit_: str = "day", since: str = "2024-01-01") -> str:
    return (
        f'[[rule]]\nid = "{id_}"\nzh = "x"\nen = "x"\narticle = "本地"\nsource = "LOCAL"\n'
        f'from = {since}\nterm = {{ value = {value}, unit = "{unit_}", '
        'counting = "minfa-200-203" }\n'
    )


def test_a_pack_sees_what_it_extends():
    found = book(BASE, LAW)
    assert found.ref == CN_BASE
    assert [kind.id for kind in found.kinds()] == [
        "dispute", "hazard", "message", "petition", "request", "service_order",
    ]  # fmt: skip
    assert 2026 in found.holidays.years


def test_a_rule_is_chosen_by_the_matters_own_day():
    found = book(BASE, LAW)
    old = found.rule("petition.handle", date(2022, 4, 30))
    new = found.rule("petition.handle", date(2022, 5, 1))
    assert (old.article, new.article) == (
        "信访条例（2005）第三十三条",
        "信访工作条例（2022）第三十四条",
    )


def test_a_day_without_a_text_in_force_is_refused():
    found = book(BASE, LAW)
    assert found.find_rule("petition.objection", date(2022, 4, 30)) is None
    with pytest.raises(LedgerError, match=r"book\.no_rule_in_force"):
        found.rule("petition.objection", date(2022, 4, 30))


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda found: found.kind("petitoin"), "book.unknown_kind"),
        (lambda found: found.kind_basis("petitoin"), "book.unknown_kind"),
        (lambda found: found.rule("x", date(2026, 1, 1)), "book.unknown_rule"),
        (lambda found: found.find_rule("x", date(2026, 1, 1)), "book.unknown_rule"),
        (lambda found: found.rule_basis("x"), "book.unknown_rule"),
    ],
)
def test_what_no_pack_holds_is_refused(ask, code):
    with pytest.raises(LedgerError, match=code):
        ask(book(BASE, LAW))


def test_citations_name_the_pack_that_holds_the_rule():
    found = book(local(law=rule("request.handle", 3)), BASE, LAW)
    assert found.rule_basis("request.handle") == Basis(pack="local@1", rule="request.handle")
    assert found.rule_basis("message.answer") == Basis(pack=CN_BASE, rule="message.answer")
    assert found.rule_basis("petition.handle") == Basis(pack=CN_LAW, rule="petition.handle")
    assert found.kind_basis("petition") == Basis(pack=CN_BASE, rule="case.petition")


def test_a_restated_rule_takes_its_whole_history_with_it():
    found = book(local(law=rule("petition.handle", 45)), BASE, LAW)
    assert found.rule("petition.handle", date(2024, 1, 1)).term.value == 45
    assert found.find_rule("petition.handle", date(2023, 12, 31)) is None


def test_the_last_pack_extended_is_the_stronger():
    first = {
        "pack.toml": b'id = "first"\nversion = "1"\nzh = "x"\nen = "x"\n',
        "law.toml": rule("a", 1).encode() + b"\n" + rule("b", 1).encode(),
    }
    second = {
        "pack.toml": b'id = "second"\nversion = "1"\nzh = "x"\nen = "x"\n',
        "law.toml": rule("a", 2).encode() + b"\n" + rule("b", 2).encode(),
    }
    found = book(local('extends = ["first", "second"]', law=rule("b", 3)), second, first)
    day = date(2026, 1, 1)
    assert (found.rule("a", day).term.value, found.rule("b", day).term.value) == (2, 3)


def test_a_local_kind_replaces_the_one_below_and_uses_its_words():
    kind = BASE["cases/hazard.toml"].decode().replace('zh = "隐患"', 'zh = "本地隐患"', 1)
    found = book(local(hazard=kind), BASE, LAW)
    assert found.kind("hazard").zh == "本地隐患"
    assert found.kind_basis("hazard").pack == "local@1"
    assert found.word("role", "verifier", "zh") == "核查员"
    assert found.word("role", "verifier", "en") == "Verifier"
    assert found.word("role", "nobody") == "nobody"
    assert "patrol" in {word.id for word in found.words("channel")}


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('rule = "hazard.rectify"', 'rule = "hazard.rectfy"', "rule"),
        ('roles = ["verifier", "importer"]', 'roles = ["verifyer", "importer"]', "role"),
        ('"patrol", "qr"', '"patrol", "qx"', "channel"),
        ('"hazard.fire"', '"hazard.frie"', "category"),
        ('"contained"]', '"contianed"]', "outcome"),
        ('"not_solved", "new_facts"]', '"not_solved", "old_facts"]', "reason"),
    ],
)
def test_a_name_no_pack_declares_is_refused_with_its_line(before, after, what):
    text = BASE["cases/hazard.toml"].decode()
    assert text.count(before) == 1
    wrong = text.replace(before, after)
    (line,) = [n for n, row in enumerate(wrong.split("\n"), 1) if after in row]
    with pytest.raises(PackInvalid) as caught:
        book(local(hazard=wrong), BASE, LAW)
    facts = caught.value.facts
    assert (facts["file"], facts["line"]) == ("local/cases/hazard.toml", line)
    assert f"unknown {what} " in caught.value.text("en")


def test_a_kind_below_is_checked_against_what_lies_over_it():
    no_term = rule("hazard.rectify", 1).split("term =", maxsplit=1)[0]
    with pytest.raises(PackInvalid) as caught:
        book(local(law=no_term), BASE, LAW)
    assert caught.value.code == "pack.rule_has_no_term"
    assert caught.value.facts["file"] == "cn-base/cases/hazard.toml"


def test_an_extension_is_in_days():
    with pytest.raises(PackInvalid, match=r"request\.extension"):
        book(local(law=rule("request.extension", 5, "working_day")), BASE, LAW)


@pytest.mark.parametrize(
    ("head", "below"),
    [
        ('extends = ["cn-law", "cn-base"]', [BASE]),
        ('extends = ["cn-law"]', [BASE, LAW]),
        ('extends = ["cn-base"]', [BASE]),
    ],
)
def test_a_pack_stands_on_exactly_the_packs_it_extends(head, below):
    with pytest.raises(PackInvalid) as caught:
        book(local(head), *below)
    assert caught.value.code == "pack.extends_differ"


# -- in force --------------------------------------------------------------------------------


def in_force(story, place=GRID, day="2026-03-03"):
    facts = story.facts(lambda found: asks_book(place, found))
    return book_in_force(facts, place, int(on(day).timestamp()))


def test_the_book_in_force_is_that_of_the_adoption():
    assert in_force(a_town()).ref == CN_BASE


def test_one_adoption_gives_one_book():
    assert in_force(a_town()) is in_force(a_town(), unit("town"))


def test_without_an_adoption_there_is_no_book():
    with pytest.raises(LedgerError, match=r"book\.no_pack_adopted"):
        in_force(bare_town())
    with pytest.raises(LedgerError, match=r"book\.no_pack_adopted"):
        in_force(a_town(), day="2026-03-01")


def test_a_unit_may_have_a_pack_of_its_own():
    story = town_with(local_pack(), since="2026-04-01")
    assert in_force(story, day="2026-03-31").ref == CN_BASE
    assert in_force(story, day="2026-04-01").ref == "local@1"
    assert in_force(story, unit("town"), day="2026-04-01").ref == CN_BASE


class Named:
    def __init__(self, pack: str, digest: str, *extends: PackDigest) -> None:
        self.pack, self.digest, self.extends = pack, digest, extends


def test_bytes_that_are_not_the_adopted_ones_are_refused():
    digest = digest_of(LAW)
    with pytest.raises(PackInvalid) as caught:
        book_of(Named("cn-law@1999", digest), a_shelf({digest: LAW}))
    assert (caught.value.code, caught.value.facts["line"]) == ("pack.differs", 3)
    with pytest.raises(PackInvalid, match=r"pack\.differs"):
        book_of(Named(CN_LAW, "x" * 43), a_shelf({"x" * 43: LAW}))
    with pytest.raises(LedgerError, match="not_found"):
        book_of(Named(CN_LAW, "y" * 43), a_shelf({}))
