"""The coverage table names only what exists: aggregates, pack items, tests, boards, commands."""

import ast
import sys
from functools import cache

import pytest

from ledger.bootstrap import registry
from ledger.cli.app import app
from ledger.rules.packs.pack import load_pack, shipped
from ledger.rules.packs.section import sections
from ledger.service.sheet import boards_declared
from tests.docs.blocks import ROOT
from tests.support.commands import tree

sys.path.insert(0, str(ROOT / "docs"))
from coverage_page import coverage, coverage_page

TABLE = coverage()
ROWS = {row["id"]: row for row in TABLE["row"]}
S1 = [f"S1-{number:02}" for number in range(1, 24)]
LAST = {"S0": 17, "S2": 8, "S3": 12, "S4": 25, "RF": 22}
"""How many rows the dossier has of each other seed, and of finding rules."""


@cache
def items(pack: str) -> dict[str, set[str]]:
    """Return the ids a shipped pack holds, by section."""
    held = load_pack(shipped(pack))
    return {section.name: {item.id for item in held.items(section)} for section in sections()}


@cache
def functions(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_row_of_the_first_district_and_of_the_others_is_there_once():
    listed = [*ROWS, *TABLE["open"]]
    assert len(listed) == len(set(listed))
    wanted = {*S1, *(f"{seed}-{n:02}" for seed, last in LAST.items() for n in range(1, last + 1))}
    assert set(listed) == wanted | {f"B-{number:02}" for number in range(1, 16)}
    assert {id_.partition("-")[0] for id_ in listed} == {seed["id"] for seed in TABLE["seed"]}


@pytest.mark.parametrize("id_", ROWS)
def test_everything_a_row_names_exists(id_):
    row = ROWS[id_]
    assert set(row.get("aggregates", ())) <= registry().aggregates.keys()
    for each in row.get("packs", ()):
        pack, section, item = each.split("/", 2)
        assert item in items(pack)[section], each
    for each in row.get("scenarios", ()):
        path, _, name = each.partition("::")
        assert name in functions(path), each
    for each in row.get("story", ()):
        assert (ROOT / "ledger/cli/demonstration/chapters" / f"{each}.py").exists(), each
    for each in row.get("views", ()):
        assert each in boards_declared() or command_exists(each), each


def command_exists(words: str) -> bool:
    found = tree(app)
    for word in words.split():
        found = getattr(found, "commands", {}).get(word)
    return found is not None


@pytest.mark.parametrize("id_", ROWS)
def test_a_row_is_as_far_as_it_says(id_):
    row = ROWS[id_]
    assert row["state"] in {"built", "part", "open"}
    assert "boundary" not in row or row["state"] == "built"
    assert ("open" in row) or row["state"] != "part"
    if row["state"] == "built":
        assert row["aggregates"]
        assert row["scenarios"]
        assert row["views"]
        assert "open" not in row


def test_no_row_of_the_first_district_is_left_open():
    assert {ROWS[id_]["state"] for id_ in S1} == {"built"}


def test_a_boundary_names_the_article_it_rests_on():
    said = [row["boundary"] for row in ROWS.values() if "boundary" in row]
    assert said
    assert all("Art" in each for each in said)


def test_the_page_has_a_line_for_every_row():
    page = coverage_page()
    for id_ in ROWS:
        assert page.count(f"\n| {id_} |") == 1
    for id_ in TABLE["open"]:
        assert page.count(f"\n- {id_} ") == 1
