"""Small powers come into a district's pack from a table: all rows or none, sound with the pack."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

HEADER = "编号,权力名称,英文名称,类别,规则编号,行使岗位,行使事项,法律依据"
GOOD = "power.land,宅基地使用,Use of housing land,公共权力,local.land,主任,,地方办法"
PACK = 'id = "local"\nversion = "1"\nzh = "本地"\nen = "Local"\nextends = ["cn-law", "cn-base"]\n'
CODES = '[[class]]\nid = "public_power"\nzh = "公共权力"\nen = "Public power"\n'
LAW = """[[rule]]
id = "local.land"
zh = "宅基地"
en = "Housing land"
article = "地方办法第一条"
source = "LOCAL"
from = 2022-01-01
cadence = { every = "quarter" }
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    made = tmp_path / "local"
    made.mkdir()
    for name, text in {"pack": PACK, "codes": CODES, "law": LAW}.items():
        (made / f"{name}.toml").write_text(text, "utf-8")
    return made


def table(tmp_path: Path, *rows: str) -> Path:
    file = tmp_path / "powers.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return file


def test_powers_join_the_pack_once(cli: Cli, pack: Path, tmp_path: Path) -> None:
    file = table(tmp_path, GOOD)
    words = ("import", "powers", file, "--pack", pack)
    assert cli.data(*words, "--dry-run")["added"] == 1
    assert not (pack / "catalogues").exists()
    assert cli.data(*words)["added"] == 1
    written = (pack / "catalogues" / "powers.csv").read_bytes()
    assert "power.land,宅基地使用,Use of housing land,public_power,local.land,director" in (
        written.decode("utf-8-sig")
    )
    assert cli.data("pack", "check", pack)["faults"] == []
    assert (cli.data(*words)["known"], (pack / "catalogues" / "powers.csv").read_bytes()) == (
        1, written,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (GOOD.replace("公共权力", "神秘权力"), ("2", "类别", "import.word_unknown")),
        (GOOD.replace("local.land", "no.such_rule"), ("2", "", "pack.unknown_name")),
        (GOOD.replace(",,地方", ",case:magic,地方"), ("2", "", "pack.unknown_name")),
        (f"{GOOD}\n{GOOD}", ("2", "", "import.row_repeated")),
        (GOOD.replace("宅基地使用", ""), ("2", "权力名称", "import.cell_missing")),
    ],
)
def test_a_row_the_pack_cannot_have_keeps_all_of_them_out(
    cli: Cli, pack: Path, tmp_path: Path, row: str, refusal: tuple[str, ...]
) -> None:
    file = table(tmp_path, row, GOOD.replace("power.land", "power.other"))
    assert cli.run("import", "powers", file, "--pack", pack).exit_code == 1
    assert not (pack / "catalogues").exists()
    with file.with_name("powers.rejects.csv").open(encoding="utf-8-sig", newline="") as lines:
        found = [(line["row"], line["column"], line["code"]) for line in csv.DictReader(lines)]
    assert found[0] == refusal


def test_another_power_under_a_known_id_is_never_written_over(
    cli: Cli, pack: Path, tmp_path: Path
) -> None:
    cli.ok("import", "powers", table(tmp_path, GOOD), "--pack", pack)
    other = table(tmp_path, GOOD.replace("宅基地使用", "别的"))
    rejects = cli.data("import", "powers", other, "--pack", pack, status=1)["rejects"]
    assert [each["code"] for each in rejects] == ["import.differs_from_pack"]


def test_powers_of_the_packs_in_force_come_out_as_they_go_in(cli: Cli, tmp_path: Path) -> None:
    made = cli.data("pack", "adopt", "bijiang", *cli.by())
    cli.ok("pack", "approve", made["entries"][0]["stream"], *cli.by("bo"))
    cli.ok("export", "table", "powers", tmp_path / "out.csv")
    shipped = Path(__file__).parents[2] / "ledger/packs/bijiang/catalogues/powers.csv"
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as out:
        rows = list(csv.DictReader(out))
    with shipped.open(encoding="utf-8", newline="") as file:
        ours = list(csv.DictReader(file))
    assert [(row["编号"], row["权力名称"], row["法律依据"]) for row in rows] == [
        (row["id"], row["zh"], row["ground"]) for row in ours
    ]
    # Into a copy of the pack they came from, they bring nothing new.
    copy = tmp_path / "bijiang"
    copy.mkdir()
    for path in shipped.parents[1].rglob("*.*"):
        (copy / path.relative_to(shipped.parents[1])).parent.mkdir(exist_ok=True)
        (copy / path.relative_to(shipped.parents[1])).write_bytes(path.read_bytes())
    told = cli.data("import", "powers", tmp_path / "out.csv", "--pack", copy)
    assert (told["added"], told["known"], told["rejects"]) == (0, len(ours), [])
