import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.files.toml_lines import line_of, locate
from ledger.rules.packs.pack import shipped

TRICKY = '''# comment = 1
a = 1
b.c."d.e" = [ 1, # ] = "
 2,
 [3,
  4], {x=1, y="}"},
]
s = """
[not.a.table]
k = 1 # ] } \\
"""
q = \'\'\'
"\'\'\'
[t]
k = 'x # y' # z
"quoted key" = "a \\" = b"
[[ar]]
n = 2019-01-01 00:00:00
[ar.sub]
z = {q = [1,
2], "w"="""
"""}
[[ar]]
n = 3
[[ar.in]]
v = true
[[ar.in]]
v = false'''

EXPECTED = {
    ("a",): 2,
    ("b", "c", "d.e"): 3,
    ("b", "c", "d.e", 1): 4,
    ("b", "c", "d.e", 2): 5,
    ("b", "c", "d.e", 2, 1): 6,
    ("b", "c", "d.e", 3, "y"): 6,
    ("s",): 8,
    ("q",): 12,
    ("t",): 14,
    ("t", "k"): 15,
    ("t", "quoted key"): 16,
    ("ar",): 17,
    ("ar", 0): 17,
    ("ar", 0, "n"): 18,
    ("ar", 0, "sub", "z", "q", 1): 21,
    ("ar", 0, "sub", "z", "w"): 21,
    ("ar", 1): 23,
    ("ar", 1, "in", 0, "v"): 26,
    ("ar", 1, "in", 1): 27,
    ("ar", 1, "in", 1, "v"): 28,
}


def paths(value: object, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    if isinstance(value, dict):
        for name, item in value.items():
            yield from paths(item, (*at, name))
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from paths(item, (*at, position))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_values_stand_on_the_lines_a_reader_counts(newline):
    lines = locate(TRICKY.replace("\n", newline))
    assert {path: lines[path] for path in EXPECTED} == EXPECTED


def test_every_value_of_a_valid_text_is_found():
    found = set(paths(tomllib.loads(TRICKY))) - {()}
    assert found == set(locate(TRICKY))


@pytest.mark.parametrize("name", ["cn-law", "cn-base"])
def test_every_member_of_the_shipped_packs_stands_on_a_line_that_names_it(name):
    for file, data in shipped(name).items():
        if not file.endswith(".toml"):
            continue
        text = data.decode()
        lines = locate(text)
        rows = text.split("\n")
        for path in set(paths(tomllib.loads(text))) - {()}:
            named = [step for step in path if isinstance(step, str)]
            if isinstance(path[-1], str):
                assert named[-1] in rows[lines[path] - 1], (file, path)


scalars = st.one_of(
    st.integers(), st.booleans(), st.dates(), st.text(st.characters(exclude_categories=["Cs"]))
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc-_ .é=#[]{}", min_size=1), inner, max_size=3)
    ),
    max_leaves=8,
)
gaps = st.sampled_from(["", "\n", " # ]}=\n", "\n\n  "])


def written(value: object, gap: str) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return "[" + gap + ("," + gap).join(written(item, gap) for item in value) + gap + "]"
        case dict():
            inside = ", ".join(f"{quoted(k)} = {written(v, gap)}" for k, v in value.items())
            return "{" + inside + "}"
        case str():
            return quoted(value)
        case _:
            return str(value)


def quoted(text: str) -> str:
    plain = all(c.isprintable() and c not in '"\\' for c in text)
    inside = text if plain else "".join(f"\\U{ord(c):08X}" for c in text)
    return f'"{inside}"'


@given(st.dictionaries(st.text("ab cé=.#[", min_size=1), values, max_size=5), gaps)
def test_any_layout_of_any_value_is_followed(document, gap):
    text = "".join(f"{gap}{quoted(k)} = {written(v, gap)}\n" for k, v in document.items())
    assert tomllib.loads(text) == document
    lines = locate(text)
    assert set(lines) == set(paths(document)) - {()}
    rows = text.split("\n")
    for name in document:
        assert rows[lines[(name,)] - 1].lstrip().startswith(quoted(name))


def test_what_is_not_written_stands_where_its_parent_does():
    assert line_of("a = 1\n[t]\nb = 2\n", ("t", "missing")) == 2
    assert line_of("a = 1\n", ("none",)) == 1
    assert line_of("", ()) == 1
