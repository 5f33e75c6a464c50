"""A pack that cannot work is refused before anybody signs: file, line, what, what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

HEAD = 'id = "{id}"\nversion = "1"\nzh = "测试"\nen = "Test"\nextends = [{below}]\n'
RULE = """[[rule]]
id = "local.posting"
zh = "公开期限"
en = "Posting"
article = "地方办法第一条"
source = "LOCAL"
from = {begins}
to = {ends}
posting = {{ days = 15 }}

"""


def pack(folder: Path, id_: str, *below: str, **files: str) -> Path:
    made = folder / id_
    made.mkdir()
    names = ", ".join(f'"{each}"' for each in below)
    (made / "pack.toml").write_text(HEAD.format(id=id_, below=names), "utf-8")
    for name, text in files.items():
        path = made / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.with_name(f"{path.name}.toml").write_text(text, "utf-8")
    return made


def told(cli: Cli, *args: object) -> list[tuple[str, str, int]]:
    """Return code, file and line of every fault, each with words that say what to do."""
    faults: list[dict[str, Any]] = cli.data("pack", "check", *args, status=1)["faults"]
    for each in faults:
        place = f"{each['file']}:{each['line']}"
        assert place in each["zh"]
        assert place in each["en"]
        assert each["zh"].count("。") + each["zh"].count("；") >= 1
        assert each["en"].count(".") >= 2
    return [(each["code"], each["file"], each["line"]) for each in faults]


def line_of(path: Path, text: str) -> int:
    return path.read_text("utf-8").splitlines().index(text) + 1


def of_an_unknown_act(folder: Path) -> Path:
    made = pack(folder, "local", "cn-law", "cn-base")
    shipped = Path(__file__).parents[2] / "ledger/packs/cn-base/cases/hazard.toml"
    text = shipped.read_text("utf-8").replace('act = "verified"', 'act = "blessed"', 1)
    (made / "cases").mkdir()
    (made / "cases" / "hazard.toml").write_text(text, "utf-8")
    return made


def in_a_circle(folder: Path) -> Path:
    pack(folder, "two", "one")
    return pack(folder, "one", "two")


def of_two_generations(folder: Path) -> Path:
    text = RULE.format(begins="2018-01-01", ends="2026-01-01")
    text += RULE.format(begins="2026-01-01", ends="2030-12-31")
    return pack(folder, "local", law=text)


def of_a_law_turned_round(folder: Path) -> Path:
    return pack(folder, "local", law=RULE.format(begins="2026-02-01", ends="2026-01-01"))


def test_an_act_nobody_knows(cli: Cli, tmp_path: Path) -> None:
    made = of_an_unknown_act(tmp_path)
    line = line_of(made / "cases" / "hazard.toml", 'act = "blessed"')
    assert ("pack.unknown_name", "cases/hazard.toml", line) in told(cli, made)
    error = cli.refused("pack", "adopt", made, *cli.by())
    assert (error["facts"]["file"], error["facts"]["line"]) == ("cases/hazard.toml", str(line))


def test_packs_in_a_circle(cli: Cli, tmp_path: Path) -> None:
    one = in_a_circle(tmp_path)
    assert told(cli, one) == [("pack.cycle", "two/pack.toml", 5)]
    assert cli.refused("pack", "adopt", one, *cli.by())["code"] == "pack.cycle"


def test_two_generations_of_a_law_on_one_day(cli: Cli, tmp_path: Path) -> None:
    made = of_two_generations(tmp_path)
    assert [each[:2] for each in told(cli, made)] == [("pack.times_overlap", "law.toml")]
    assert cli.refused("pack", "adopt", made, *cli.by())["code"] == "pack.times_overlap"


def test_a_duty_nobody_there_can_do(cli: Cli) -> None:
    assert cli.data("pack", "check", "bijiang")["faults"] == []
    found = told(cli, "bijiang", "--against", cli.home)
    assert {code for code, _, _ in found} == {"pack.duty_unstaffed"}
    root = Path(__file__).parents[2] / "ledger" / "packs"
    for _, file, line in found:
        # The line named begins the item that lacks people.
        text = (root / file).read_text("utf-8").splitlines()[line - 1]
        assert line == 1 or text.startswith("[[") or "," in text
    assert "520602" in cli.run("pack", "check", "bijiang", "--against", cli.home).stdout


def with_a_clerk(cli: Cli) -> None:
    """Appoint somebody who is no registrar: from then on there are people."""
    made = cli.data("person", "register", "--full-name", "石小满", "--unit", "520602", *cli.by())
    proposed = cli.data(
        "post", "appoint", "--holder", made["entries"][0]["stream"], "--post-role",
        "session_clerk", "--from-date", "today", "--unit", "520602", *cli.by(),
    )  # fmt: skip
    cli.ok("post", "approve", proposed["entries"][0]["stream"], *cli.by("bo"))


def test_a_pack_of_duties_nobody_there_can_do_is_adopted_only_by_who_says_so(cli: Cli) -> None:
    with_a_clerk(cli)
    before = cli.data("stats")["as_of"]["size"], set((cli.home / "packs").rglob("*"))
    error = cli.refused("pack", "adopt", "bijiang", *cli.by())
    assert error["code"] == "pack.nobody_could"
    faults = told(cli, "bijiang", "--against", cli.home)
    assert int(error["facts"]["count"]) == len(faults)
    assert (error["facts"]["file"], int(error["facts"]["line"])) in {each[1:] for each in faults}
    assert "--unstaffed" in error["zh"]
    assert "请补充任职，或修改该项安排" in error["zh"], (
        "nobody else could be asked, so nobody is named"
    )
    assert (cli.data("stats")["as_of"]["size"], set((cli.home / "packs").rglob("*"))) == before

    adopted = cli.run("pack", "adopt", "bijiang", "--unstaffed", *cli.by())
    assert adopted.exit_code == 0
    assert all(f"{file}:{line}" in adopted.stderr for _, file, line in faults)
    assert cli.data("stats")["as_of"]["size"] == before[0] + 1


def test_a_pack_is_adopted_freely_while_nobody_holds_a_post_or_where_enough_do(
    cli: Cli, tmp_path: Path
) -> None:
    assert "--unstaffed" not in cli.run("pack", "adopt", "bijiang", *cli.by()).stderr
    with_a_clerk(cli)
    cli.ok("pack", "adopt", pack(tmp_path, "local"), *cli.by())


@pytest.mark.parametrize(
    "made", [of_an_unknown_act, in_a_circle, of_two_generations, of_a_law_turned_round]
)
def test_nothing_is_stored_of_a_pack_that_is_wrong(
    cli: Cli, tmp_path: Path, made: Callable[[Path], Path]
) -> None:
    def stored() -> tuple[int, set[Path]]:
        return cli.data("stats")["as_of"]["size"], set((cli.home / "packs").rglob("*"))

    before = stored()
    cli.refused("pack", "adopt", made(tmp_path), *cli.by())
    assert stored() == before


@pytest.mark.parametrize("shipped", ["cn-law", "cn-base", "bijiang"])
def test_what_comes_with_the_program_is_sound(cli: Cli, shipped: str) -> None:
    assert cli.data("pack", "check", shipped)["faults"] == []
