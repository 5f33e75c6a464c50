"""Trust policies of C2SP tlog-policy: which logs, which witnesses, how many of them.

Logs need type 01 keys (see ``checkpoint``), witnesses type 04 or 06. URLs are carried, not used
or checked. Names are opaque octets, held as UTF-8 with surrogate escapes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ledger.errors import MalformedError, VerificationError
from ledger.tlog.encoding import parse_decimal
from ledger.tlog.keys import KeyType
from ledger.tlog.note import Note, Verifier, format_vkey, parse_vkey

MAX_POLICY_BYTES: Final = 1_000_000
NONE: Final = "none"
_REFUSED_OCTETS: Final = bytes({*range(0x20), 0x7F} - {0x09, 0x0A})


class BadPolicyFile(MalformedError):
    """A policy as a whole is not of its form."""

    code = "tlog.policy_file"
    zh = "信任策略文件不合规：须以换行结束、无控制字符，且正好有一行 quorum。请更正文件。"
    en = (
        "The trust policy is not well formed: it ends in a newline, holds no control characters "
        "and has exactly one quorum line. Correct the file."
    )


class BadPolicyLine(MalformedError):
    """A line is none of log, witness, group and quorum with their fields."""

    code = "tlog.policy_line"
    zh = "信任策略第 {line} 行不合规，应为 log、witness、group 或 quorum 行。请更正该行。"
    en = "Line {line} of the trust policy is no log, witness, group or quorum line. Correct it."


class BadPolicyName(MalformedError):
    """A name is defined twice, not yet defined, a member twice, or ``none``."""

    code = "tlog.policy_name"
    zh = "信任策略第 {line} 行的名称重复、尚未定义、已属于某个组，或为保留字 none。请更正该行。"
    en = (
        "Line {line} of the trust policy uses a name that is taken, not yet defined, already in "
        "a group, or `none`. Correct it."
    )


class BadPolicyKey(MalformedError):
    """A key is listed twice, or its type does not fit its use."""

    code = "tlog.policy_key"
    zh = (
        "信任策略第 {line} 行的公钥与前面重复，或类型不符（log 用 01，witness 用 04 或 06）。"
        "请更正该行。"
    )
    en = (
        "The key on line {line} of the trust policy is listed before, or has the wrong type (log "
        "01, witness 04 or 06). Correct it."
    )


class BadPolicyThreshold(MalformedError):
    """A group asks for none, or for more members than it has."""

    code = "tlog.policy_threshold"
    zh = "信任策略第 {line} 行的门槛须在 1 与成员数之间。请更正该行。"
    en = "The threshold on line {line} of the trust policy is not 1 to its members. Correct it."


class QuorumNotMet(VerificationError):
    """Too few of the policy's witnesses cosigned."""

    code = "tlog.quorum"
    zh = "见证共签未达到策略“{quorum}”的要求（已有 {count} 个）。请等待更多见证方共签后重试。"
    en = "The quorum `{quorum}` is not met by {count} cosignatures. Wait for more and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyLog:
    """A log accepted by the policy; the verifier's name is its origin."""

    verifier: Verifier
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyWitness:
    """A witness, under the name the policy gives it."""

    name: str
    verifier: Verifier
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyGroup:
    """Witnesses a checkpoint when at least ``threshold`` (1..len) of its members did."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A parsed policy; groups come after the names they use; ``quorum`` None asks for nothing."""

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str | None

    def log_verifiers(self) -> tuple[Verifier, ...]:
        """Return the keys of the accepted logs."""
        return tuple(log.verifier for log in self.logs)

    def witness_verifiers(self) -> tuple[Verifier, ...]:
        """Return the keys of all witnesses."""
        return tuple(witness.verifier for witness in self.witnesses)


def verify_quorum(policy: Policy, note: Note) -> tuple[str, ...]:
    """Return the names of the policy's witnesses that cosigned, when they are a quorum.

    Only verified signatures count; open the note with ``witness_verifiers()`` among the keys.

    Raises:
        QuorumNotMet: they are too few.
    """
    signed = {signature.verifier for signature in note.signatures}
    names = tuple(w.name for w in policy.witnesses if w.verifier in signed)
    witnessed = set(names)
    for group in policy.groups:
        if len(witnessed.intersection(group.members)) >= group.threshold:
            witnessed.add(group.name)
    if policy.quorum is not None and policy.quorum not in witnessed:
        raise QuorumNotMet(quorum=policy.quorum, count=len(names))
    return names


def format_policy(policy: Policy) -> bytes:
    """Return the policy file, one definition a line: logs, witnesses, groups, quorum."""
    rows: list[tuple[str, ...]] = [
        *(("log", format_vkey(log.verifier), log.url or "") for log in policy.logs),
        *(("witness", w.name, format_vkey(w.verifier), w.url or "") for w in policy.witnesses),
        *(("group", g.name, str(g.threshold), *g.members) for g in policy.groups),
        ("quorum", policy.quorum or NONE),
    ]
    lines = (" ".join(filter(None, row)) for row in rows)
    return ("\n".join(lines) + "\n").encode(errors="surrogateescape")


def parse_policy(data: bytes) -> Policy:
    """Read a policy file of at most 1,000,000 bytes.

    Raises:
        MalformedError: a leaf class says what is wrong, with the ``line`` number where one is.
    """
    if len(data) > MAX_POLICY_BYTES or data.translate(None, _REFUSED_OCTETS) != data:
        raise BadPolicyFile
    *lines, end = data.split(b"\n")
    if end:
        raise BadPolicyFile
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        # Only ASCII space and tab separate: the other ASCII white space was refused above.
        words = [word.decode(errors="surrogateescape") for word in line.split()]
        if words and not words[0].startswith("#"):
            reader.line = number
            reader.read(words)
    return reader.policy()


@dataclass(slots=True)
class _Reader:
    """Collects definitions in file order, since lines may only use names of lines before."""

    line: int = 0
    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[PolicyWitness] = field(default_factory=list)
    groups: list[PolicyGroup] = field(default_factory=list)
    quorums: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) <= 1:
                self.logs.append(PolicyLog(verifier=self._log_key(vkey), url=_first(url)))
            case ["witness", name, vkey, *url] if len(url) <= 1:
                verifier = self._witness_key(vkey)
                self._define(name)
                self.witnesses.append(PolicyWitness(name=name, verifier=verifier, url=_first(url)))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, tuple(members))
            case ["quorum", name]:
                if name != NONE:
                    self._require(name)
                self.quorums.append(name)
            case _:
                raise BadPolicyLine(line=self.line)

    def policy(self) -> Policy:
        # SPEC: "A policy file must include exactly one quorum line."
        if len(self.quorums) != 1:
            raise BadPolicyFile
        return Policy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=None if self.quorums[0] == NONE else self.quorums[0],
        )

    def _group(self, name: str, threshold: str, members: tuple[str, ...]) -> None:
        for member in members:
            self._require(member)
            # SPEC: "Each defined name can be listed as a group member at most once."
            if member in self.members:
                raise BadPolicyName(line=self.line)
            self.members.add(member)
        self._define(name)
        needed = {"any": 1, "all": len(members)}.get(threshold)
        if needed is None:
            needed = parse_decimal(threshold, field="k")
        if not 1 <= needed <= len(members):
            raise BadPolicyThreshold(line=self.line)
        self.groups.append(PolicyGroup(name=name, threshold=needed, members=members))

    def _log_key(self, vkey: str) -> Verifier:
        return self._key(vkey, {KeyType.ED25519})

    def _witness_key(self, vkey: str) -> Verifier:
        return self._key(vkey, {KeyType.ED25519_COSIGNATURE, KeyType.ML_DSA_44_COSIGNATURE})

    def _key(self, vkey: str, types: Iterable[KeyType]) -> Verifier:
        verifier = parse_vkey(vkey)
        # SPEC: keys are duplicates when the underlying public key is the same, whatever the name.
        if verifier.key_type not in types or verifier.public_key in self.keys:
            raise BadPolicyKey(line=self.line)
        self.keys.add(verifier.public_key)
        return verifier

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise BadPolicyName(line=self.line)
        self.names.add(name)

    def _require(self, name: str) -> None:
        if name not in self.names:
            raise BadPolicyName(line=self.line)


def _first(url: list[str]) -> str | None:
    return url[0] if url else None
