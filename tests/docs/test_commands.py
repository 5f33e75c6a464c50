"""Every command line in the documentation is one the program takes; those of the README are run."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ledger.cli.app import app
from ledger.cli.demonstration.cast import PASSPHRASE
from tests.docs.blocks import ROOT, blocks
from tests.support.commands import tree

PAGES = sorted(
    str(page.relative_to(ROOT)) for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
)
PLACEHOLDER = "…"
MINUTES = "Five minutes with the demonstration"

_SPAN = re.compile(r"`(mingzhang [^`]+)`")


def command_lines(page: str) -> list[list[str]]:
    """Return the words of every call of ``mingzhang`` in a page's blocks and code spans."""
    text = "\n".join(block.text for block in blocks(page) if block.language in {"", "sh"})
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    calls = [line for line in lines if re.match(r"([A-Z_]+=\S+ )*mingzhang ", line)]
    calls += _SPAN.findall((ROOT / page).read_text("utf-8"))
    return [shlex.split(call, comments=True) for call in calls]


def parsed(words: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables set before a call, and its words after ``mingzhang``."""
    at = words.index("mingzhang")
    return dict(word.split("=", 1) for word in words[:at]), words[at + 1 :]


@pytest.mark.parametrize("page", PAGES)
def test_commands_named_in_the_documentation_exist(page):
    for words in command_lines(page):
        _, rest = parsed(words)
        _verify_call(rest)


def _verify_call(words: list[str]) -> None:
    command = tree(app)
    options = _options(command)
    left = iter(words)
    for word in left:
        if word.startswith("--"):
            assert word in options, f"{' '.join(words)}: no option {word}"
            if not options[word]:
                next(left, None)
        elif below := getattr(command, "commands", None):
            # Alternatives of a group's command, as `changed|deleted`, are the argument's matter.
            assert word in below, f"{' '.join(words)}: no command {word}"
            command = below[word]
            options |= _options(command)


def _options(command) -> dict[str, bool]:
    """Return each option of a command, and whether it is a flag."""
    flags = {name: p.is_flag for p in command.params if hasattr(p, "is_flag") for name in p.opts}
    return flags | {"--help": True}


class Reader:
    """Does what the README says, filling in what its ellipses stand for."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self._folder = folder
        self._variables = {"MINGZHANG_HOME": None, "MINGZHANG_PASSPHRASE": passphrase}
        self._seen: dict[str, str] = {}

    def does(self, words: list[str]) -> dict:
        """Run one call in the folder, which must succeed; return what it told."""
        given, rest = parsed(words)
        rest = [self._filled(before, word) for before, word in zip(["", *rest], rest, strict=False)]
        done = CliRunner(env=self._variables | given).invoke(app, [*rest, "--json"])
        assert done.exit_code == 0, f"{' '.join(rest)}\n{done.output}"
        told = json.loads(done.stdout)
        self._remember(told)
        return told

    def _filled(self, before: str, word: str) -> str:
        if word == PLACEHOLDER:
            return self._seen[before.removeprefix("--").replace("-", "_")]
        return self._seen[word.removesuffix(PLACEHOLDER)] if PLACEHOLDER in word else word

    def _remember(self, told: dict) -> None:
        for name in ("genesis", "public_key", "proof"):
            if name in told:
                self._seen[name] = told[name]
        # An import counts its entries and rows; other commands list them.
        listed = {
            name: told[name] for name in ("entries", "rows") if isinstance(told.get(name), list)
        }
        streams = [entry["stream"] for entry in listed.get("entries", ())]
        streams += [row["case"] for row in listed.get("rows", ()) if "case" in row][:1]
        streams += [told["post"]] if "post" in told else []
        for stream in streams:
            self._seen[stream.partition("/")[0] + "/"] = stream


def walk(part: str, page: str = "README.md") -> list[list[str]]:
    """Return the calls in a page's part of this heading, in order."""
    text = (ROOT / page).read_text("utf-8")
    start = text.index(f"## {part}")
    end = text.find("\n## ", start)
    shown = re.findall(r"^```sh\n(.*?)^```$", text[start:end], re.DOTALL | re.MULTILINE)
    lines = "".join(shown).replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines]


def test_the_five_minutes_with_the_demonstration_go_as_the_readme_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, PASSPHRASE)
    calls = [words for words in walk(MINUTES) if "tamper" not in words]
    assert len(calls) == 9
    told = [reader.does(words) for words in calls]
    for page in ("README.md", "README.zh-CN.md"):
        sample = re.sub(r"[\s│]+", " ", (ROOT / page).read_text("utf-8"))
        for line in sampled(told[0]["overview"], told[1]):
            assert line in sample, f"{page} shows other numbers than the demonstration has"


def test_the_damage_of_the_five_minutes_is_done_to_a_demonstration_of_any_length(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path, PASSPHRASE)
    reader.does(["mingzhang", "demo", "--small", "--no-serve"])
    calls = [words for words in walk(MINUTES) if "tamper" in words]
    assert [words[-1] for words in calls] == ["deleted", "fork"]
    for words in calls:
        reader.does(words)


def sampled(seen: dict, counts: dict) -> Iterator[str]:
    """Yield what the README's samples say of the demonstration: the ledger, then its cases."""
    by_aggregate = seen["streams_by_aggregate"]
    rare = by_aggregate.keys() & {"delivery", "device", "finding", "log", "pack", "paper"}
    yield f"signer's mark ({seen['size']}) {seen['size']} entries, {seen['size']} judged"
    yield f"{seen['streams']} ("
    yield ", ".join(f"{name} {n}" for name, n in by_aggregate.items() if name not in rare)
    yield f"本人密钥签署 {seen['by_own_keys']} "
    yield f"设备签署 {seen['by_devices']} "
    yield f"代管密钥签署 {seen['by_custodial_keys']} "
    yield f"as of size {counts['as_of']['size']}, 2026-03-20"
    yield "事项 {cases} open 在办 {open} overdue 超期 {overdue} imported 导入 {imported}".format(
        **counts
    )


def test_an_office_is_set_up_as_the_readme_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sample = files("ledger.cli.sample").joinpath("messages.xlsx").read_bytes()
    (tmp_path / "messages.xlsx").write_bytes(sample)
    (tmp_path / "request.txt").write_text("楼道灯不亮。\n", "utf-8")
    reader = Reader(tmp_path, "a passphrase of some length")
    calls = walk("For an office")
    assert len(calls) == 17
    for words in calls:
        reader.does(words)
