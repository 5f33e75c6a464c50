import base64
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)
from entry_samples import KEY, damaged
from hypothesis import HealthCheck, given, settings

from ledger.entry import keyfile
from ledger.entry.keyfile import (
    BadPassphrase,
    KeyFileExists,
    KeyFileMissing,
    KeyFileUnusable,
    NotAKeyFile,
    WrongPassphrase,
    load_key,
    save_key,
)
from ledger.errors import LedgerError

PASSPHRASE = "街道 12 号"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "person.key"


def openssh(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, passphrase: str | None = PASSPHRASE
) -> bytes:
    """Another program's file, with one round: it is damaged often below."""
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    encryption = builder.build(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption)


def test_a_saved_key_is_loaded_again(path: Path) -> None:
    save_key(path, KEY, PASSPHRASE)
    assert load_key(path, PASSPHRASE).seed == KEY.seed


def test_a_key_file_is_for_its_owner_only_and_leaves_nothing_beside_it(path: Path) -> None:
    save_key(path, KEY, PASSPHRASE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_encrypted_and_does_not_hold_the_seed(path: Path) -> None:
    save_key(path, KEY, PASSPHRASE)
    data = path.read_bytes()
    inside = base64.b64decode(b"".join(data.splitlines()[1:-1]))
    assert KEY.seed not in inside
    with pytest.raises(TypeError):
        load_ssh_private_key(data, None)


def test_a_guess_at_the_passphrase_costs_24_rounds_of_bcrypt(path: Path) -> None:
    save_key(path, KEY, PASSPHRASE)
    inside = base64.b64decode(b"".join(path.read_bytes().splitlines()[1:-1]))
    # PROTOCOL.key: cipher, kdf name, then its options: 16 bytes of salt and the rounds.
    assert inside.startswith(b"openssh-key-v1\0\0\0\0\x0aaes256-ctr\0\0\0\x06bcrypt\0\0\0\x18")
    assert inside[63:67] == (24).to_bytes(4)


def test_a_file_that_is_there_is_not_overwritten(path: Path) -> None:
    path.write_bytes(b"another key")
    with pytest.raises(KeyFileExists):
        save_key(path, KEY, PASSPHRASE)
    assert path.read_bytes() == b"another key"
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_no_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(keyfile.os, "fsync", fail)
    with pytest.raises(KeyFileUnusable):
        save_key(path, KEY, PASSPHRASE)
    assert list(path.parent.iterdir()) == []


def test_a_wrong_passphrase_does_not_open_the_file(path: Path) -> None:
    save_key(path, KEY, PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        load_key(path, PASSPHRASE + " ")


def test_a_passphrase_typed_decomposed_opens_the_file(path: Path) -> None:
    save_key(path, KEY, "caf\u00e9")
    assert load_key(path, "cafe\u0301").kid == KEY.kid


@pytest.mark.parametrize("passphrase", ["", "长" * 342])
def test_a_passphrase_has_1_to_1023_bytes(path: Path, passphrase: str) -> None:
    with pytest.raises(BadPassphrase):
        save_key(path, KEY, passphrase)
    assert not path.exists()
    with pytest.raises(BadPassphrase):
        load_key(path, passphrase)


def test_a_missing_file_and_a_missing_folder_are_told_apart(path: Path) -> None:
    with pytest.raises(KeyFileMissing):
        load_key(path, PASSPHRASE)
    with pytest.raises(KeyFileUnusable):
        load_key(path.parent, PASSPHRASE)
    with pytest.raises(KeyFileUnusable):
        save_key(path / "deeper.key", KEY, PASSPHRASE)


def test_an_unencrypted_key_is_refused(path: Path) -> None:
    handle = ed25519.Ed25519PrivateKey.from_private_bytes(KEY.seed)
    path.write_bytes(openssh(handle, passphrase=None))
    with pytest.raises(NotAKeyFile):
        load_key(path, PASSPHRASE)


def test_a_key_of_another_algorithm_is_refused(path: Path) -> None:
    path.write_bytes(openssh(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(NotAKeyFile):
        load_key(path, PASSPHRASE)


SOUND = openssh(ed25519.Ed25519PrivateKey.from_private_bytes(KEY.seed))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(damaged(SOUND))
def test_a_damaged_file_gives_the_key_or_a_ledger_error(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        assert load_key(path, PASSPHRASE).seed == KEY.seed
    except LedgerError:
        return
