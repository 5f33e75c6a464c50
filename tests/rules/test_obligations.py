"""Obligations say one thing each, and what they name exists; errors have file and line."""

import pytest

from ledger.rules.files.toml_file import PackInvalid
from ledger.rules.packs.book import open_book
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.sections import obligations

BELOW = [load_pack(shipped(name)) for name in ("cn-law", "cn-base")]
GOOD = """[[obligation]]
id = "class"
zh = "x"
en = "x"
rule = "local"
levels = ["community"]
every = "week"
satisfied_by = { session = "class" }
from = 2026-01-01
"""
RULES = """[[rule]]
id = "local"
zh = "x"
en = "x"
article = "x"
source = "LOCAL"
from = 2020-01-01
cadence = { every = "month", count = 2 }
"""


def opened(text: str):
    head = b'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
    files = {"pack.toml": head, "obligations.toml": text.encode(), "law.toml": RULES.encode()}
    return open_book(load_pack(files), BELOW)


def refused(before: str, after: str) -> tuple[str, int]:
    assert GOOD.count(before) == 1
    with pytest.raises(PackInvalid) as caught:
        opened(GOOD.replace(before, after))
    assert str(caught.value.facts["file"]).endswith("obligations.toml")
    assert "?" not in caught.value.text("zh") + caught.value.text("en")
    return caught.value.code, caught.value.facts["line"]


def test_a_good_one_loads():
    assert opened(GOOD).basis(obligations.section, "class").rule == "obligation.class"


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ('every = "week"\n', "", "pack.duty_unclear", 2),
        ('every = "week"', 'every = "week"\nafter = { act = "case.received" }',
         "pack.duty_unclear", 2),
        ('every = "week"', 'after = { act = "case.received" }', "pack.duty_unclear", 7),
        ('every = "week"', 'every = "month"\non = "friday"', "pack.duty_unclear", 8),
        ("from = 2026-01-01", "from = 1899-12-31", "pack.duty_unclear", 9),
        ("from = 2026-01-01", "from = 2026-01-01\nto = 2025-01-01", "pack.duty_unclear", 10),
        ('every = "week"', 'every = "fortnight"', "pack.invalid", 7),
        ('session = "class" }', 'session = "class", decision = "x" }', "pack.invalid", 8),
        ('rule = "local"', 'rule = "locla"', "pack.unknown_name", 5),
        ('"community"', '"comunity"', "pack.unknown_name", 6),
        ('session = "class"', 'session = "klass"', "pack.unknown_name", 8),
        ('session = "class"', 'seance = "class"', "pack.unknown_name", 8),
        ('every = "week"', 'after = { act = "case.recieved" }\ndue = { value = 3 }',
         "pack.unknown_name", 7),
        ('session = "class"', 'session = "sweep"', "pack.never_met", 8),
        ('every = "week"', 'every = "month"', "pack.looser_than_law", 7),
        ('every = "week"', 'every = "quarter"\ntimes = 9', "pack.looser_than_law", 7),
        ('every = "week"', 'every = "week"\nwhile = { fact = "households", rule = "local" }',
         "pack.no_threshold", 8),
        ('every = "week"', 'every = "week"\nwhile = { fact = "households", rule = "x" }',
         "pack.unknown_name", 8),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(before, after, code, line):
    assert refused(before, after) == (code, line)


def test_as_often_as_the_law_asks_is_enough():
    text = GOOD.replace('every = "week"', 'every = "month"\ntimes = 2')
    text = text.replace('session = "class"', 'session = "meeting"')
    assert opened(text)
