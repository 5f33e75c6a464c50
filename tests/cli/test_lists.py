"""What commands ask for is listed; what is mistyped is refused with what may be chosen."""

import json
from importlib.metadata import version

import pytest
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.service import listing
from tests.cli.conftest import Cli


@pytest.mark.parametrize("name", listing.names())
def test_every_list_is_shown_as_table_and_as_json(demo: Cli, name: str) -> None:
    lines = demo.data("list", name)[name]
    shown = demo.ok("list", name)
    for line in lines:
        assert str(next(iter(line.values()))) in shown
    assert lines or name in listing.CODES, "the demonstration holds some of everything"


def test_an_unknown_list_names_those_there_are(demo: Cli) -> None:
    error = demo.refused("list", "unitz")
    assert error["code"] == "choice.unknown"
    assert "units" in error["en"]
    assert "roles" in error["en"]


def test_lists_are_called_by_plurals_people_would_type() -> None:
    assert {"classes", "authorities", "bodies", "remedies", "asked", "items"} <= set(
        listing.names()
    )
    assert not [name for name in listing.CODES if name.endswith(("ss", "ys", "eds")) or "_" in name]


def test_units_are_listed_with_code_name_and_whether_they_stand(demo: Cli) -> None:
    line = next(u for u in demo.data("list", "units")["units"] if u["code"] == "520602")
    assert line["unit"].startswith("unit/")
    assert line["stands"] is True


def test_who_persons_are_is_shown_when_asked_for_only(demo: Cli) -> None:
    closed = demo.data("list", "persons")["persons"]
    assert all(person["name"] is None for person in closed)
    named = demo.data("list", "persons", "--values")["persons"]
    assert any(person["name"] for person in named)
    assert any("coordinator" in person["roles"] for person in named)


def test_one_human_being_registered_twice_is_told_to_whoever_approves(cli: Cli) -> None:
    """Rules count persons: only people can see that two of them are one."""
    twice = [
        cli.data("person", "register", "--full-name", "王小明", *cli.by())["entries"][0]["stream"]
        for _ in range(2)
    ]
    listed = {p["person"]: p for p in cli.data("list", "persons", "--values")["persons"]}
    assert listed[twice[0]]["like"] == [twice[1]]
    post = cli.data(
        "post", "appoint", "--holder", twice[0], "--post-role", "verifier", "--from-date",
        "today", *cli.by(),
    )["entries"][0]["stream"]  # fmt: skip
    assert "post approve" in cli.ok("list", "posts")
    told = cli.run("post", "approve", post, *cli.by("bo")).stderr
    assert "王小明" in told
    assert twice[1] in told


@pytest.mark.parametrize(
    ("words", "table"),
    [
        (("register", "--kind", "requst"), "kind"),
        (("register", "--state", "recieved"), "state"),
        (
            (
                "unit", "establish", "--code", "9", "--unit-name", "x", "--level", "sreet",
                "--effective-from", "today",
            ),
            "level",
        ),
        (
            (
                "post", "appoint", "--holder", "person/" + "0" * 26, "--post-role", "verifyer",
                "--from-date", "today",
            ),
            "role",
        ),
    ],
)  # fmt: skip
def test_a_mistyped_code_is_refused_with_what_may_be_chosen(
    cli: Cli, words: tuple[str, ...], table: str
) -> None:
    signed = () if words[0] == "register" else cli.by()
    error = cli.refused(*words, *signed)
    assert error["code"] == "choice.unknown"
    codes = [line["code"] for line in cli.data("list", f"{table}s")[f"{table}s"]]
    assert ", ".join(codes) in error["en"]


def test_tables_say_what_codes_mean_and_json_has_the_codes(demo: Cli) -> None:
    row = demo.data("register", "--kind", "request", "--limit", "1")["rows"][0]
    assert row["kind"] == "request"
    shown = demo.ok("register", "--kind", "request", "--limit", "1")
    word = next(k["zh"] for k in demo.data("list", "kinds")["kinds"] if k["code"] == "request")
    assert word in shown
    assert word in demo.ok("stats")


def test_the_version_is_told() -> None:
    told = CliRunner().invoke(app, ["--version"])
    assert (told.exit_code, told.stdout.strip()) == (0, f"mingzhang {version('mingzhang')}")


def test_nothing_at_a_path_is_said_of_that_path(cli: Cli) -> None:
    error = cli.refused("verify", "no-such.zip")
    assert error["code"] == "files.nothing_there"
    assert "no-such.zip" in error["en"]


def test_an_approval_without_a_name_says_how_to_find_it(cli: Cli) -> None:
    error = cli.refused("post", "approve", *cli.by())
    assert error["code"] == "cli.nothing_named"
    assert "mingzhang list" in error["en"]
    assert cli.refused("post", "approve", "post/" + "0" * 26, *cli.by())["code"] == "not_found"


def test_ending_a_registrar_is_proposed_then_approved_by_another(cli: Cli) -> None:
    posts, holder = cli.data("list", "posts")["posts"], founder(cli, "bo")
    bo = next(post for post in posts if post["holder"] == holder)
    end = cli.run("post", "end", bo["post"], "--effective-from", "today", *cli.by())
    assert "mingzhang post approve" in end.stdout
    assert cli.refused("post", "approve", bo["post"], *cli.by())["code"] == "joint.own_proposal"


def founder(cli: Cli, name: str) -> str:
    kid = json.loads(cli.run("--json", "key", "show", cli.key(name)).stdout)["kid"]
    lines = cli.data("list", "keys")["keys"]
    holder: str = next(line["holder"] for line in lines if line["key"] == f"key/{kid}")
    return holder


def test_a_list_in_a_pipe_folds_no_id(demo: Cli) -> None:
    printed = demo.ok("list", "posts")
    for post in demo.data("list", "posts")["posts"]:
        assert post["post"] in printed
        assert post["holder"] in printed
