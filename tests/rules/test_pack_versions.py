"""A version of a shipped pack names one set of bytes for good: what changes takes a new version."""

import tomllib
from importlib.resources import files

import pytest

from ledger.rules.packs.pack import digest_of, load_pack, shipped

PACKS = files("ledger.packs")
TABLE: dict[str, dict[str, str]] = tomllib.loads(PACKS.joinpath("versions.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_pack_whose_bytes_changed_has_a_new_version(name: str) -> None:
    """Raise ``version`` in pack.toml and add a line to ledger/packs/versions.toml."""
    version, digest = load_pack(shipped(name)).head.version, digest_of(shipped(name))
    assert TABLE[name].get(version) == digest, f'add: "{version}" = "{digest}" under a new version'
    assert list(TABLE[name])[-1] == version, "the newest version stands last"


def test_every_pack_that_travels_with_the_program_has_its_versions() -> None:
    assert sorted(TABLE) == sorted(
        folder.name for folder in PACKS.iterdir() if folder.joinpath("pack.toml").is_file()
    )


def test_no_two_versions_name_the_same_bytes() -> None:
    for versions in TABLE.values():
        assert len(set(versions.values())) == len(versions)
