"""Typing from paper at the command line, and answering for it with one's own key."""

from pathlib import Path

from tests.cli.conftest import Cli
from tests.cli.test_acts import RECEIVE, by


def test_an_act_is_typed_from_paper_and_marked_in_register_and_replay(
    demo: Cli, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-")
    paper = ("--paper", "2026-3/17", "--paper-scan", scan, "--paper-names", "王秀兰")
    given = demo.data(*RECEIVE, "--text", "井盖松动", *paper, *by(demo, "intake"))
    stream = given["entries"][0]["stream"]
    (step,) = demo.data("replay", stream, "--values")["steps"]
    assert step["pub"]["transcribed"] == {}
    assert step["sealed"]["paper"]["values"]["box"] == "2026-3"
    assert step["sealed"]["paper"]["values"]["number"] == "17"
    assert len(step["sealed"]["paper"]["values"]["scan"]) == 43
    rows = {row["case"]: row for row in demo.data("register", "--limit", 1000)["rows"]}
    assert [case for case, row in rows.items() if row["transcribed"]] == [stream]
    assert "代录" in demo.ok("replay", stream)


def test_options_that_do_not_say_where_the_original_lies_are_refused(demo: Cli) -> None:
    for options in (
        ("--paper", "17"),
        ("--paper", "a/"),
        ("--paper-names", "王"),
        ("--paper", "1/2", "--paper-person", "王秀兰"),
    ):
        error = demo.refused(*RECEIVE, "--text", "x", *options, *by(demo, "intake"))
        assert error["code"] == "cli.paper", options


def test_who_signed_the_paper_confirms_or_disputes_by_the_entrys_index(
    cli: Cli, tmp_path: Path
) -> None:
    holders = []
    for name in ("jia", "yi"):
        person = cli.data("person", "register", "--full-name", f"委员{name}", *cli.by())
        holder = person["entries"][0]["stream"]
        key = tmp_path / f"{name}.key"
        cli.ok("key", "new", key)
        shown = cli.data("key", "show", key, "--for", holder)
        cli.ok(
            "key", "enrol", "--holder", holder, "--public-key", shown["public_key"],
            "--proof", shown["proof"], "--custody", "file", *cli.by(),
        )  # fmt: skip
        holders.append((holder, key))
    named = [word for holder, _ in holders for word in ("--paper-person", holder)]
    typed = cli.data(
        "unit", "establish", "--code", "520602001", "--unit-name", "锦江社区", "--level",
        "community", "--effective-from", "today", "--paper", "2026-1/3", *named, *cli.by(),
    )["entries"][0]  # fmt: skip
    (_, first), (_, second) = holders
    result = cli.run("paper", "confirm", typed["index"], "--as", first)
    assert result.exit_code == 0, result.output
    assert "锦江社区" in result.stderr
    cli.ok("paper", "dispute", typed["index"], "--text", "名称不对", "--as", second)
    (step,) = cli.data("replay", typed["stream"])["steps"]
    assert (step["paper"]["confirmed"], step["paper"]["disputed"]) == (
        [holders[0][0]],
        [holders[1][0]],
    )
    (line,) = cli.data("board", "papers")["rows"]
    assert (line["named"], line["confirmed"], line["disputed"]) == (2, 1, 1)
    again = cli.refused("paper", "confirm", typed["index"], "--as", first)
    assert again["code"] == "paper.answered_before"
