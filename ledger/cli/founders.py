"""The founders of a ledger, the first registrars: by name, by key file, by proof.

A founder's key is a key file made here, one brought along, or one that never leaves her own
machine: then she brings the proof that she holds it. Whoever has a file here types her passphrase
and takes the file away afterwards; the server needs none of them.
"""

import re
from pathlib import Path
from typing import NamedTuple

import msgspec

from ledger.bootstrap import FounderKey
from ledger.cli import signing
from ledger.entry import ids
from ledger.entry.keyfile import save_key
from ledger.entry.keys import PrivateKey, PublicKey, verify_possession
from ledger.errors import MalformedError
from ledger.rules.genesis import Founder, Jwk

SUFFIX = ".key"


class FoundersWrong(MalformedError):
    """There are no founders, two of one name, or fewer than the threshold."""

    code = "cli.founders"
    zh = "创始人有误：{why}。请至少写明一位，姓名不重复，人数不少于门限。"
    en = "The founders are not usable: {why}. Name at least one, each once, and enough of them."


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What ``key show --for`` prints of a key: whose it is, for which log, and the proof."""

    holder: str
    origin: str
    public_key: str
    proof: str


class Founders(NamedTuple):
    """Who founds: by names whose keys are made here, key files, and proofs made elsewhere."""

    names: list[str]
    files: list[Path]
    proofs: list[Path]
    folder: Path
    threshold: int | None

    @property
    def needed(self) -> int:
        """How many a joint act will need."""
        people = len(self.names) + len(self.files) + len(self.proofs)
        return self.threshold or min(2, people)

    @property
    def paths(self) -> list[Path]:
        """The file of each, in the order in which they found."""
        return [
            *(self.folder / f"{name}{SUFFIX}" for name in self.names),
            *self.files,
            *self.proofs,
        ]

    def require(self) -> None:
        """Refuse nobody, too few and the same name twice. Raises: FoundersWrong."""
        people, why = len(self.paths), ""
        if not people:
            why = "none is named 未写明任何人"
        elif not self.names and not self.files:
            why = "one must sign here 须有一人在此签署: --founder, --founder-key"
        elif self.needed > people:
            why = f"founders 创始人 {people}, threshold 门限 {self.needed}"
        elif len(set(self.names)) != len(self.names) or any(
            Path(name).name != name for name in self.names
        ):
            why = "a name is repeated or is no file name 姓名重复或不能作文件名"
        if why:
            raise FoundersWrong(why=why)

    def proven(self, origin: str) -> list[Founder]:
        """Return those whose keys are elsewhere. Raises: FoundersWrong; BadProof."""
        return [_proven(path, origin) for path in self.proofs]

    def unlocked(self) -> list[FounderKey]:
        """Return those who sign here, the keys of the named ones made now."""
        made = [_made(path) for path in self.paths[: len(self.names)]]
        keys = [*made, *map(signing.unlocked, self.files)]
        return [FounderKey(f"person/{ids.new_id()}", key) for key in keys]


def _proven(path: Path, origin: str) -> Founder:
    try:
        shown = msgspec.json.decode(path.read_bytes(), type=Proof)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise FoundersWrong(
            why=f"{path} is not the output 不是该命令的输出: mingzhang --json key show"
        ) from None
    if shown.origin != origin:
        raise FoundersWrong(why=f"{path} is for another log 属于另一账本: {shown.origin}")
    if re.fullmatch(f"person/{ids.ID}", shown.holder) is None:
        raise FoundersWrong(why=f"{path}: make it again with --for new 请用 --for new 重新生成")
    jwk = Jwk(x=shown.public_key)
    key = PublicKey.from_jwk(msgspec.structs.asdict(jwk))
    verify_possession(shown.proof, origin=origin, actor=shown.holder, key=key)
    return Founder(actor=shown.holder, jwk=jwk, proof=shown.proof)


def _made(path: Path) -> PrivateKey:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = PrivateKey.generate()
    save_key(path, key, signing.passphrase(f"New passphrase for {path} 设置口令", confirm=True))
    return key
