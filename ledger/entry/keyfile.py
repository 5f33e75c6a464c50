"""A private key in a file: OpenSSH's format under a passphrase, for the command line.

``cryptography`` does all of it, with bcrypt's key derivation: a thief's guess costs a fifth of a
second. Its PKCS#8 writer, and the integrity check of its PKCS#12, derive with 2,048 rounds.
Custodial keys, tokens and the log's own key are not handled here.
"""

import os
import secrets
import unicodedata
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    load_ssh_private_key,
)

from ledger.entry.keys import PrivateKey
from ledger.errors import (
    ConflictError,
    MalformedError,
    NotAuthorised,
    NotFound,
    RuleViolation,
    StorageError,
)

_LABEL = b"-----BEGIN OPENSSH PRIVATE KEY-----"
# OpenSSL's bound on a passphrase, in bytes.
_MAX_PASSPHRASE = 1023
_MAX_FILE = 65_536

ROUNDS = 24
"""Of bcrypt's derivation: a fifth of a second each time."""


class KeyFileMissing(NotFound):
    """There is no key file at the path."""

    code = "keyfile.missing"
    zh = "未找到密钥文件：{path}。请核对路径，或先生成密钥。"
    en = "There is no key file at {path}. Check the path, or make a key first."


class KeyFileExists(ConflictError):
    """A file is there already; a key is never overwritten."""

    code = "keyfile.exists"
    zh = "文件已存在，不会覆盖：{path}。请另选路径。"
    en = "A file exists at {path} and is not overwritten. Choose another path."


class KeyFileUnusable(StorageError):
    """The operating system refused to read or write the file."""

    code = "keyfile.unusable"
    zh = "无法读写密钥文件：{path}。请检查目录和权限。"
    en = "The key file {path} cannot be read or written. Check its folder and permissions."


class NotAKeyFile(MalformedError):
    """The file is not an encrypted Ed25519 private key in OpenSSH's format."""

    code = "keyfile.malformed"
    zh = "{path} 不是加密的 Ed25519 私钥文件（OpenSSH 格式）。请选择正确的文件。"
    en = "{path} is not an encrypted Ed25519 private key in OpenSSH format. Choose the right file."


class WrongPassphrase(NotAuthorised):
    """The passphrase does not open the file, or the file was damaged: the two look alike."""

    code = "keyfile.wrong_passphrase"
    zh = "口令不正确，或密钥文件已损坏：{path}。请重新输入口令，或使用备份文件。"
    en = "Wrong passphrase, or a damaged file: {path}. Enter it again, or use the backup."


class BadPassphrase(RuleViolation):
    """The passphrase is empty or over 1023 bytes."""

    code = "keyfile.bad_passphrase"
    zh = "口令不能为空，且不超过 1023 字节。请重新设置。"
    en = "A passphrase has 1 to 1023 bytes. Choose another."


def save_key(path: Path, key: PrivateKey, passphrase: str, *, rounds: int = ROUNDS) -> None:
    """Write the key to a new file of mode 0600, whole or not at all.

    ``rounds`` are those of the key derivation: what a guess costs, and each opening of the file.

    Raises:
        BadPassphrase: empty, or too long.
        KeyFileExists: something is there already.
        KeyFileUnusable: the file cannot be written.
    """
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(rounds)
    encryption = builder.build(_passphrase(passphrase))
    handle = Ed25519PrivateKey.from_private_bytes(key.seed)
    data = handle.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption)
    try:
        _write_new(path, data)
    except FileExistsError:
        raise KeyFileExists(path=str(path)) from None
    except OSError as error:
        raise KeyFileUnusable(path=str(path)) from error


def load_key(path: Path, passphrase: str) -> PrivateKey:
    """Return the key of a file ``save_key`` wrote, or of any encrypted Ed25519 key of OpenSSH.

    Raises:
        BadPassphrase: empty, or too long.
        KeyFileMissing, KeyFileUnusable: there is no such file, or it cannot be read.
        NotAKeyFile: something else is in it, an unencrypted key among others.
        WrongPassphrase: the passphrase does not open it.
    """
    password = _passphrase(passphrase)
    data = _read(path)
    if not data.startswith(_LABEL):
        raise NotAKeyFile(path=str(path))
    try:
        handle = load_ssh_private_key(data, password)
    except TypeError:  # it is not encrypted
        raise NotAKeyFile(path=str(path)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise WrongPassphrase(path=str(path)) from None
    if not isinstance(handle, Ed25519PrivateKey):
        raise NotAKeyFile(path=str(path))
    return PrivateKey(handle)


def _passphrase(text: str) -> bytes:
    # Keyboards differ in how they compose a character; NFC makes them agree (RFC 8265 section 4).
    data = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    if not 0 < len(data) <= _MAX_PASSPHRASE:
        raise BadPassphrase
    return data


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MAX_FILE)
    except FileNotFoundError:
        raise KeyFileMissing(path=str(path)) from None
    except OSError as error:
        raise KeyFileUnusable(path=str(path)) from error


def _write_new(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where a file is, so two writers cannot both win. A crash
        # before it leaves a stray temporary file, after it two names of one whole file.
        os.link(temporary, path)
    finally:
        temporary.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
