"""Packs load strictly, and every refusal names the file and line a person must correct."""

import hashlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.entry import base64url
from ledger.rules.files.toml_file import PackInvalid, parse_toml
from ledger.rules.kinds.case import FACTS, REASONED, ROUTES
from ledger.rules.packs.pack import (
    PackTooLarge,
    digest_of,
    examine,
    load_pack,
    read_pack_dir,
    shipped,
)
from ledger.rules.packs.sections import cases, codes, holidays, law
from tests.support.versions import CN_LAW

HEAD = b'id = "local"\nversion = "1.0"\nzh = "x"\nen = "x"\n'
KIND = """id = "leak"
zh = "漏水"
en = "Leak"
channels = ["phone"]
outcomes = ["fixed"]

[[state]]
id = "new"
zh = "新"
en = "New"

[[state]]
id = "done"
zh = "毕"
en = "Done"
open = false

[[transition]]
act = "received"
to = "new"
roles = ["clerk"]

[[transition]]
act = "resolved"
from = ["new"]
roles = [
  "fitter",
]
guards = ["is_handler"]

[[transition]]
act = "withdrawn"
from = ["new"]
to = "done"
roles = ["clerk"]
reasons = ["mistaken"]

[[clock]]
id = "repair"
zh = "修"
en = "Repair"
starts_on = ["received"]
stops_on = [
  "resolved",
  "withdrawn",
]
rule = "leak.repair"
"""


def held(files, section):
    return [item.value for item in load_pack(files).items(section)]


def line_of(text: str, needle: str) -> int:
    (line,) = [n for n, row in enumerate(text.split("\n"), 1) if needle in row]
    return line


def refused(files: dict[str, bytes]) -> PackInvalid:
    with pytest.raises(PackInvalid) as caught:
        load_pack(files)
    error = caught.value
    assert "?" not in error.text("zh") + error.text("en")
    place = f"{error.facts['file']}:{error.facts['line']}"
    assert error.text("en").startswith(place)
    assert error.text("zh").startswith(place)
    return error


def refused_kind(before: str, after: str, needle: str | None = None) -> PackInvalid:
    """Refuse the kind with ``before`` replaced; its line is that of ``needle`` (or ``after``)."""
    assert KIND.count(before) == 1
    text = KIND.replace(before, after)
    error = refused({"pack.toml": HEAD, "cases/leak.toml": text.encode()})
    assert error.facts["file"] == "cases/leak.toml"
    assert error.facts["line"] == line_of(text, needle or after), str(error)
    return error


@pytest.mark.parametrize("role", ["holder", "registrar"])
def test_the_registrys_own_roles_are_not_for_packs(role: str) -> None:
    error = refused_kind('  "fitter",', f'  "{role}",')
    assert error.code == "pack.role_reserved"


def refused_file(name: str, text: str, line: int) -> PackInvalid:
    error = refused({"pack.toml": HEAD, name: text.encode()})
    assert (error.facts["file"], error.facts["line"]) == (name, line), str(error)
    return error


def test_a_kind_loads_with_its_states_ways_and_clocks():
    (kind,) = held({"pack.toml": HEAD, "cases/leak.toml": KIND.encode()}, cases.section)
    assert [state.id for state in kind.states] == ["new", "done"]
    assert kind.is_open("new")
    assert not kind.is_open("done")
    assert kind.transition("received", "").to == "new"
    assert kind.transition("withdrawn", "new").reasons == ("mistaken",)
    assert kind.transition("withdrawn", "done") is None
    assert kind.transition("withdrawn", "") is None
    assert kind.roles("resolved") == ("fitter",)


def test_a_misspelt_act_is_named_with_its_line():
    error = refused_kind('act = "resolved"', 'act = "resolvd"')
    assert error.code == "pack.unknown_name"
    assert 'unknown act "resolvd"' in error.text("en")


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('guards = ["is_handler"]', 'guards = ["is_handlr"]', "pack.unknown_name"),
        ('from = ["new"]\nroles = [\n', 'from = ["nwe"]\nroles = [\n', "pack.unknown_name"),
        ('to = "done"', 'to = "doen"', "pack.unknown_name"),
        ('starts_on = ["received"]', 'starts_on = ["recieved"]', "pack.unknown_name"),
        ('  "withdrawn",\n', '  "withdrwan",\n', "pack.unknown_name"),
        ('reasons = ["mistaken"]', "reasons = []", "pack.reasons_missing"),
        ('outcomes = ["fixed"]', "outcome = []", "pack.invalid"),
        ('channels = ["phone"]', "channels = []", "pack.invalid"),
        ('channels = ["phone"]', 'channels = ["Phone"]', "pack.invalid"),
        ('  "fitter",\n', '  "Fitter",\n', "pack.invalid"),
        ("open = false", 'open = "no"', "pack.invalid"),
        ('id = "done"', 'id = "new" # twice', "pack.repeated_name"),
        ('id = "leak"', 'id = "leek"', "pack.kind_misnamed"),
        ('rule = "leak.repair"', "rule = 3", "pack.invalid"),
    ],
)
def test_what_is_wrong_with_a_kind_is_named_with_its_line(before, after, code):
    needle = after.split("\n")[0]
    assert refused_kind(before, after, needle).code == code


def test_a_list_that_spans_lines_is_blamed_on_the_line_of_its_item():
    error = refused_kind('  "withdrawn",\n', '  "withdrwan",\n', "withdrwan")
    assert error.facts["name"] == "withdrwan"


def test_a_missing_member_is_blamed_on_its_table():
    text = KIND.replace('rule = "leak.repair"\n', "")
    error = refused_file("cases/leak.toml", text, line_of(text, "[[clock]]"))
    assert "rule" in error.facts["why"]


def test_an_act_that_takes_no_reason_lists_none():
    error = refused_kind('guards = ["is_handler"]', 'reasons = ["x"]')
    assert error.code == "pack.reasons_unused"


def test_a_resolved_case_has_outcomes_to_choose_from():
    error = refused_kind('outcomes = ["fixed"]\n', "", 'act = "resolved"')
    assert error.code == "pack.outcomes_missing"


@pytest.mark.parametrize(
    ("before", "after", "needle"),
    [
        ('act = "received"\nto', 'act = "received"\nfrom = ["new"]\nto', 'act = "received"'),
        ('act = "received"\nto = "new"', 'act = "received"', 'act = "received"'),
        ('act = "resolved"\nfrom = ["new"]', 'act = "resolved"', 'act = "resolved"'),
    ],
)
def test_only_received_opens_a_case(before, after, needle):
    assert refused_kind(before, after, needle).code == "pack.bad_opening"


def test_one_act_leads_from_one_state_to_one_state():
    twice = '\n[[transition]]\nact = "withdrawn" # again\nfrom = ["done", "new"]\nto = "new"\n'
    twice += 'roles = ["clerk"]\nreasons = ["mistaken"]\n'
    text = KIND + twice
    error = refused_file("cases/leak.toml", text, line_of(text, "# again"))
    assert error.code == "pack.repeated_name"
    assert error.facts["name"] == "withdrawn from new"


def test_a_state_no_act_leads_to_is_refused():
    text = KIND + '\n[[state]]\nid = "lost"\nzh = "失"\nen = "Lost"\nopen = false\n'
    error = refused_file("cases/leak.toml", text, line_of(text, 'id = "lost"'))
    assert error.code == "pack.state_unreachable"


def test_a_state_no_act_leads_out_of_is_refused():
    more = '\n[[state]]\nid = "stuck"\nzh = "滞"\nen = "Stuck"\n'
    more += '\n[[transition]]\nact = "accepted"\nfrom = ["new"]\nto = "stuck"\nroles = ["clerk"]\n'
    text = KIND + more
    error = refused_file("cases/leak.toml", text, line_of(text, 'id = "stuck"'))
    assert error.code == "pack.state_endless"


def test_bad_toml_is_named_with_tomllibs_line():
    assert refused_file("law.toml", "\n\na = = 1\n", 3).facts["why"] == "Invalid value"
    assert refused_file("law.toml", "a = [1,\n", 2).code == "pack.invalid"


def test_bytes_that_are_no_text_are_named_with_their_line():
    error = refused({"pack.toml": HEAD, "law.toml": b"# a\n# \xff\n"})
    assert (error.facts["line"], error.facts["why"]) == (2, "not UTF-8")


def test_deep_nesting_and_long_numbers_are_refused_as_bad_toml():
    assert refused_file("law.toml", "a = " + "[" * 5_000, 1).code == "pack.invalid"
    assert refused_file("law.toml", "a = " + "9" * 5_000, 1).code == "pack.invalid"


def test_a_pack_needs_its_head():
    assert refused({"law.toml": b""}).code == "pack.no_pack_file"


@pytest.mark.parametrize(
    "name", ["case/leak.toml", "cases/leak.csv", "cases/a/b.toml", "laws.toml"]
)
def test_a_file_nothing_reads_is_refused(name):
    assert refused({"pack.toml": HEAD, name: b""}).code == "pack.unread_file"


def test_a_pack_does_not_extend_itself_or_one_pack_twice():
    for extends, line in ((b'["local"]', 5), (b'["a",\n"a"]', 6)):
        error = refused({"pack.toml": HEAD + b"extends = " + extends + b"\n"})
        assert (error.code, error.facts["line"]) == ("pack.repeated_name", line)


RULE = """[[rule]]
id = "leak.repair"
zh = "修"
en = "Repair"
article = "第一条"
source = "INF"
from = 2020-01-01
to = 2021-12-31
term = { value = 3, unit = "day", counting = "minfa-200-203" }
"""


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("value = 3", "value = 0", 9),
        ("value = 3", "value = 3651", 9),
        ('unit = "day"', 'unit = "days"', 9),
        ("minfa-200-203", "by-ear", 9),
        ('"INF"', '"LAW"', 6),
        ("2020-01-01", "2020-01-01T00:00:00", 7),
        ("from = 2020-01-01\n", "", 1),
    ],
)
def test_a_rule_of_another_shape_is_named_with_its_line(before, after, line):
    assert refused_file("law.toml", RULE.replace(before, after), line).code == "pack.invalid"


def test_a_rule_that_ends_before_it_begins_is_refused():
    error = refused_file("law.toml", RULE.replace("to = 2021", "to = 2019"), 8)
    assert error.code == "pack.times_overlap"


@pytest.mark.parametrize(("begins", "overlaps"), [("2022-01-01", False), ("2021-12-31", True)])
def test_two_generations_of_a_rule_never_hold_on_one_day(begins, overlaps):
    later = RULE.replace("2020-01-01", begins).replace("to = 2021-12-31\n", "")
    text = RULE + "\n" + later
    if overlaps:
        assert refused_file("law.toml", text, 17).code == "pack.times_overlap"
    else:
        assert [
            len(each) for each in held({"pack.toml": HEAD, "law.toml": text.encode()}, law.section)
        ] == [2]


def test_a_year_stands_once_and_lists_its_own_days():
    year = '[[year]]\nyear = 2026\nsource = "x"\nrest = [\n  2025-12-31,\n  2026-01-01,\n]\n'
    assert refused_file("holidays.toml", year + year, 9).code == "pack.repeated_name"
    assert refused_file("holidays.toml", year.replace("2026-01-01", "2027-01-01"), 6)
    assert refused_file("holidays.toml", year.replace("2025-12-31", "2025-11-30"), 5)
    assert held({"pack.toml": HEAD, "holidays.toml": year.encode()}, holidays.section)


def test_codes_stand_once_and_acts_and_routes_are_those_of_the_program():
    word = '[[{0}]]\nid = "{1}"\nzh = "x"\nen = "x"\n'
    twice = word.format("role", "clerk") * 2
    assert refused_file("codes.toml", twice, 6).code == "pack.repeated_name"
    assert refused_file("codes.toml", word.format("act", "acept"), 2).facts["name"] == "acept"
    assert refused_file("codes.toml", word.format("route", "by_foot"), 2).facts["what"] == "route"


# -- digests ---------------------------------------------------------------------------------


def test_the_digest_is_over_sorted_lines_of_path_and_hash():
    files = {"pack.toml": b"b", "cases/x.toml": b"a", "Z.csv": b""}
    lines = "".join(
        f"{path} {hashlib.sha256(files[path]).hexdigest()}\n"
        for path in ("Z.csv", "cases/x.toml", "pack.toml")
    )
    assert digest_of(files) == base64url.encode(hashlib.sha256(lines.encode()).digest())
    assert len(digest_of(files)) == 43
    assert digest_of(dict(reversed(files.items()))) == digest_of(files)


@given(st.data())
def test_a_changed_byte_of_a_pack_changes_its_digest(data):
    files = shipped("cn-base")
    path = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[path]) - 1))
    flipped = bytearray(files[path])
    flipped[at] ^= data.draw(st.integers(1, 255))
    assert digest_of({**files, path: bytes(flipped)}) != digest_of(files)


def test_a_renamed_added_or_removed_file_changes_the_digest():
    files = {"a": b"1", "b": b"2"}
    others = [{"a": b"1"}, {"a": b"1", "c": b"2"}, {"a": b"2", "b": b"1"}, {**files, "c": b""}]
    assert digest_of(files) not in {digest_of(other) for other in others}


def test_a_folder_is_read_by_posix_paths_and_leaves_strangers_out(tmp_path: Path):
    (tmp_path / "cases").mkdir()
    (tmp_path / "pack.toml").write_bytes(HEAD)
    (tmp_path / "cases" / "leak.toml").write_text(KIND, encoding="utf-8")
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "pack.toml~").write_bytes(b"x")
    files = read_pack_dir(tmp_path)
    assert list(files) == ["cases/leak.toml", "pack.toml"]
    assert load_pack(files).ref == "local@1.0"


# -- what ships ------------------------------------------------------------------------------


def test_the_shipped_packs_load():
    assert load_pack(shipped("cn-law")).ref == CN_LAW
    base = load_pack(shipped("cn-base"))
    assert base.head.extends == ("cn-law",)
    assert {kind.id for kind in base.items(cases.section)} == {
        "message", "request", "petition", "dispute", "hazard", "service_order",
    }  # fmt: skip


def test_the_shipped_words_cover_every_act_and_route():
    words = {item.id for item in load_pack(shipped("cn-base")).items(codes.section)}
    assert {codes.key("act", fact) for fact in FACTS} < words
    assert {codes.key("route", route) for route in ROUTES} < words
    assert REASONED < FACTS


# -- fuzz ------------------------------------------------------------------------------------

SHIPPED = {**shipped("cn-base"), "holidays.toml": b"", "law.toml": shipped("cn-law")["law.toml"]}


def refusal(files: dict[str, bytes]) -> PackInvalid | None:
    try:
        load_pack(files)
    except PackInvalid as error:
        return error
    return None


@given(st.data())
def test_a_damaged_pack_loads_or_is_refused_with_a_line_it_has(data):
    path = data.draw(st.sampled_from(sorted(SHIPPED)))
    old = SHIPPED[path]
    at = data.draw(st.integers(0, len(old)))
    cut = data.draw(st.integers(0, 40))
    new = old[:at] + data.draw(st.binary(max_size=12)) + old[at + cut :]
    error = refusal({**SHIPPED, path: new})
    if error is not None:
        assert 1 <= error.facts["line"] <= new.count(b"\n") + 1


@given(st.dictionaries(st.sampled_from(["pack.toml", "law.toml", "codes.toml"]), st.binary()))
def test_any_bytes_load_or_are_refused(files):
    error = refusal(files)
    assert error is None or error.text("zh")


@pytest.mark.parametrize(
    "law",
    [
        b"a" + b".a" * 100_000 + b" = 1\n",
        b"[" + b"a." * 100_000 + b"a]\n",
        b"a = " + b"[" * 100_000 + b"]" * 100_000,
        b"a = " + b"{a=" * 50_000 + b"1" + b"}" * 50_000,
        b"[a]\n" * 100_000,
        b"".join(b"a" + b".a" * depth + b".b = 1\n" for depth in range(300)),
        b"k = {x='''\n''', a" + b".a" * 125_000 + b" = 1, z='x'}",
        b'k = {x="""\n""""", a' + b".a" * 125_000 + b' = 1, z="x"}',
        b'a = "' + b'\\"' * 100_000,
        b'a = """' + b'\\"""' * 60_000,
        b"a" * 200_000,
        b". " * 100_000,
    ],
    ids=[
        "dotted",
        "brackets",
        "arrays",
        "tables",
        "many",
        "repeated",
        "beside a text of two lines",
        "beside a text that ends in quotes",
        "a text without an end",
        "a text of lines without an end",
        "a long word",
        "dots alone",
    ],
)
def test_a_text_that_would_be_read_for_minutes_is_refused_unread(law):
    with pytest.raises(PackInvalid) as refusal:
        load_pack({"pack.toml": HEAD, "law.toml": law})
    assert refusal.value.facts["file"] == "law.toml"


def test_a_kind_of_thousands_of_states_is_refused():
    states = "".join(f'[[state]]\nid = "s{n}"\nzh = "x"\nen = "x"\n' for n in range(2000))
    text = KIND.replace('[[state]]\nid = "new"', states + '[[state]]\nid = "new"', 1)
    with pytest.raises(PackInvalid) as refusal:
        load_pack({"pack.toml": HEAD, "cases/leak.toml": text.encode()})
    assert "200" in str(refusal.value.facts["why"])


def test_dots_in_words_nest_nothing_and_many_in_a_key_are_refused():
    codes = ", ".join(f'"leak.c{n}"' for n in range(40))
    named = KIND.replace("outcomes", f"categories = [{codes}]\noutcomes", 1).encode()
    load_pack({"pack.toml": HEAD, "cases/leak.toml": named})
    for key in ("a" + ".a" * 17, 'a."x.y"' + ".a" * 16):
        with pytest.raises(PackInvalid) as refusal:
            load_pack({"pack.toml": HEAD, "law.toml": f"\n{key} = 1\n".encode()})
        assert (refusal.value.facts["line"], refusal.value.facts["why"]) == (
            2,
            "nested too deeply",
        )


@pytest.mark.parametrize(
    "words",
    [
        "# 1. 2. 3" + "." * 40,
        "# it's\n# 'a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s",
        "x = [" + "1.5, " * 40 + "]",
        'x = """\na' + ".a" * 40 + '\n"""',
        "x = '''\na" + ".a" * 40 + "\n'''''",
    ],
)
def test_dots_that_nest_nothing_are_not_counted(words):
    assert parse_toml("any.toml", words.encode(), dict) == tomllib.loads(words)


def test_toml_for_seconds_is_refused_by_its_size_and_a_long_table_is_not():
    text = b"# " + b"x" * (200 << 10)
    few = {f"cases/k{n}.toml": text for n in range(6)}
    with pytest.raises(PackTooLarge) as refusal:
        load_pack({"pack.toml": HEAD, **few})
    assert refusal.value.facts["toml"] == 1
    rows = "".join(f"{n},x,grid,\n" for n in range(60_000))
    load_pack({"pack.toml": HEAD, "units.csv": b"id,name,level,parent\n" + rows.encode()})


def test_a_file_that_is_wrong_everywhere_is_told_a_hundred_times():
    text = "".join('[[category]]\nid = "a"\nzh = "a"\nen = "a"\n' for _ in range(400)).encode()
    pack, faults = examine({"pack.toml": HEAD, "codes.toml": text})
    assert pack is not None
    assert [each.facts["line"] for each in faults] == [6 + 4 * n for n in range(100)]


def test_a_folder_of_more_files_or_bytes_than_a_pack_has_is_refused(tmp_path):
    (tmp_path / "pack.toml").write_bytes(HEAD)
    (tmp_path / "big.csv").write_bytes(b"x" * (9 << 20))
    for files in (
        lambda: read_pack_dir(tmp_path),
        lambda: load_pack({"pack.toml": HEAD} | {f"{n}.csv": b"" for n in range(600)}),
    ):
        with pytest.raises(PackTooLarge):
            files()
