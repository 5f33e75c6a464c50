"""``mingzhang pack check|diff|simulate`` and ``explain``, as a registrar would run them."""

from pathlib import Path

import pytest

from tests.support.versions import CN_BASE

HEAD = 'id = "local"\nversion = "1"\nzh = "x"\nen = "x"\nextends = ["cn-law", "cn-base"]\n'
RULE = """[[rule]]
id = "message.answer"
zh = "x"
en = "x"
article = "本地第一条"
source = "LOCAL"
from = 2000-01-01
term = { value = 3, unit = "day", counting = "minfa-200-203" }
"""
OBLIGATION = """[[obligation]]
id = "weekly"
zh = "每周课堂"
en = "Class of the week"
rule = "urban.representatives"
levels = ["street", "community"]
every = "week"
satisfied_by = { session = "class" }
from = 2000-01-01
"""


@pytest.fixture
def pack(tmp_path) -> Path:
    folder = tmp_path / "local"
    folder.mkdir()
    (folder / "pack.toml").write_text(HEAD, "utf-8")
    return folder


def test_a_sound_pack_has_no_problems(demo, pack):
    assert "未发现问题" in demo.ok("pack", "check", pack)
    assert demo.data("pack", "check", "cn-base")["faults"] == []


def test_every_problem_is_printed_with_file_and_line(demo, pack):
    (pack / "law.toml").write_text("[[rule]]\nid = 3\n", "utf-8")
    (pack / "holidays.toml").write_text("\nx = 1\n", "utf-8")
    data = demo.data("pack", "check", pack, status=1)
    assert [(each["file"], each["line"]) for each in data["faults"]] == [
        ("holidays.toml", 2),
        ("law.toml", 2),
    ]
    assert "law.toml:2" in demo.run("pack", "check", pack).stdout


def test_a_pack_that_is_nowhere_is_refused(demo):
    assert demo.refused("pack", "check", "nowhere")["code"] == "cli.pack_not_found"


def test_two_packs_are_compared(demo, pack, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "pack.toml").write_text(HEAD, "utf-8")
    assert demo.data("pack", "diff", pack, other)["differences"] == []
    (other / "law.toml").write_text(RULE, "utf-8")
    data = demo.data("pack", "diff", pack, other, status=1)
    assert [(each["section"], each["item"], each["change"]) for each in data["differences"]] == [
        ("law", "message.answer", "added")
    ]
    assert "message.answer" in demo.run("pack", "diff", pack, other).stdout


def test_what_was_adopted_is_compared_from_the_bytes_that_were_kept(cli, pack):
    assert cli.data("pack", "diff", CN_BASE, "cn-base")["differences"] == []
    data = cli.data("pack", "diff", CN_BASE, pack, status=1)
    assert (data["old"], data["new"]) == (CN_BASE, "local@1")
    assert cli.refused("pack", "diff", "cn-base@1999", pack)["code"] == "cli.pack_not_found"


def test_a_pack_is_tried_out_and_nothing_is_written(demo, pack):
    (pack / "law.toml").write_text(RULE, "utf-8")
    (pack / "obligations.toml").write_text(OBLIGATION, "utf-8")
    before = demo.data("register")["as_of"]["size"]
    data = demo.data("pack", "simulate", pack, "--last", 200, status=1)
    found = data["simulated"]
    assert found["judged"] > 0
    assert found["refused"] == []
    assert {each["clock"] for each in found["moved"]} == {"answer"}
    assert {(each["obligation"], each["old"]) for each in found["owing"]} == {("weekly", None)}
    text = demo.run("pack", "simulate", pack, "--against", demo.home, "--last", 50)
    assert text.exit_code == 1
    assert "期限改变" in text.stdout
    assert "应办事项改变" in text.stdout
    assert demo.data("register")["as_of"]["size"] == before


def test_a_deadline_is_explained(demo):
    rows = demo.data("register")["rows"]
    (row, *_) = [row for row in rows if row["open"] and row["due"]]
    found = demo.data("explain", row["case"])["explained"]
    assert (row["due"], True) in {(each["recorded"], bool(each["article"])) for each in found}
    assert f"= {row['due']}" in demo.ok("explain", row["case"])


def test_a_rule_is_explained_without_a_ledger(demo):
    args = ("explain", "--rule", "petition.handle", "--from", "2026-03-04", "--pack", "cn-base")
    assert demo.data(*args)["explained"][0]["day"] == "2026-05-06"
    assert "信访工作条例" in demo.ok(*args)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((), "cli.nothing_to_explain"),
        (("case/x", "--rule", "y"), "cli.nothing_to_explain"),
        (("--obligation", "finance"), "cli.nothing_to_explain"),
        (("--obligation", "finance", "--period", "2026-04"), "cli.unit_or_pack_needed"),
        (
            ("--obligation", "x", "--period", "2026-04", "--unit", "520602"),
            "explain.not_owed",
        ),
        (("--rule", "petition.handle"), "cli.unit_or_pack_needed"),
        (("--rule", "petition.handle", "--pack", "cn-base"), "cli.day_needed"),
        (("--rule", "nothing", "--pack", "cn-base", "--from", "2026-01-01"), "book.unknown_rule"),
        (("case/00000000000000000000000000",), "explain.nothing_runs"),
        (("case/00000000000000000000000000", "--unit", "520602"), "cli.option_out_of_place"),
        (("case/00000000000000000000000000", "--pack", "cn-base"), "cli.option_out_of_place"),
        (
            ("--rule", "x", "--pack", "cn-base", "--from", "2026-01-01", "--unit", "520602"),
            "cli.option_out_of_place",
        ),
        (
            (
                "--obligation",
                "x",
                "--period",
                "2026-04",
                "--unit",
                "520602",
                "--from",
                "2026-01-01",
            ),
            "cli.option_out_of_place",
        ),
    ],
)
def test_what_cannot_be_explained_is_refused(demo, args, code):
    assert demo.refused("explain", *args)["code"] == code


UNITS = "id,name,level,parent\nl2,乙社区,community,l1\nl1,甲街道,street,\nl3,丙网格,grid,l2\n"


def test_units_of_a_pack_are_established_parents_first_and_once(cli, pack):
    (pack / "units.csv").write_text(UNITS, "utf-8")
    key = cli.by()
    found = cli.data("pack", "units", pack, "--dry-run")
    assert [each["code"] for each in found["missing"]] == ["l1", "l2", "l3"]
    assert found["established"] == []
    done = cli.data("pack", "units", pack, *key)["established"]
    assert [each["code"] for each in done] == ["l1", "l2", "l3"]
    assert cli.data("pack", "units", pack, *key)["missing"] == []
    (pack / "units.csv").write_text(UNITS + "l4,丁网格,grid,l2\n", "utf-8")
    again = cli.data("pack", "units", pack, *key)["established"]
    assert [each["code"] for each in again] == ["l4"]
    assert "没有缺少" in cli.ok("pack", "units", pack, *key)
    cli.ok("verify")
