"""One tree of refusals and faults; each leaf class has a stable code and says what to do.

A leaf is declared in the module whose rule it states::

    class AlreadyClosed(RuleViolation):
        code = "case.already_closed"
        zh = "事项已办结，不能再办理。如需继续，请先重新办理。"
        en = "The case is closed. Reopen it first."

``zh`` and ``en`` are templates over the facts given at the raise. Facts never hold personal
text. A code never changes once published; ``docs/errors.md`` is generated from this tree.
HTTP statuses live in ``api``, never here.
"""

from typing import ClassVar


class LedgerError(Exception):
    """Root of everything an outsider's input may raise."""

    code: ClassVar[str] = "ledger"
    zh: ClassVar[str] = "无法完成。"
    en: ClassVar[str] = "It could not be done."

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def text(self, lang: str = "en") -> str:
        """Return the refusal in words, ``lang`` being ``zh`` or ``en``."""
        template = self.zh if lang == "zh" else self.en
        return template.format_map(_Facts(self.facts))

    def __str__(self) -> str:
        return f"{self.code}: {self.text()}"

    def __reduce__(self) -> tuple[object, ...]:
        # An audit's faults come from other processes; an exception's own way would lose the names.
        return _again, (type(self), self.facts)


class MalformedError(LedgerError):
    """The bytes are not of the form the specification gives."""

    code = "malformed"
    zh = "内容格式不合规：{why}。请用原始内容重新提交。"
    en = "Not well formed: {why}. Submit the original again."


class RuleViolation(LedgerError):
    """A rule of the domain refuses the act; ``rule`` and ``article`` name it where it is law."""

    code = "rule"
    zh = "规则不允许：{why}。"
    en = "A rule refuses this: {why}."


class NotFound(LedgerError):
    """What was named does not exist here."""

    code = "not_found"
    zh = "未找到：{what}。请核对编号。"
    en = "Not found: {what}. Check the identifier."


class ConflictError(LedgerError):
    """The state moved between reading and writing; read again, decide again."""

    code = "conflict"
    zh = "内容已被他人更新。请查看最新情况后重试。"
    en = "Someone else wrote first. Look at what changed, then try again."


class NotAuthorised(LedgerError):
    """The person, key or post does not allow this act here and now."""

    code = "not_authorised"
    zh = "没有权限：{why}。"
    en = "Not authorised: {why}."


class VerificationError(LedgerError):
    """A signature, digest or proof does not verify."""

    code = "verification"
    zh = "核验未通过：{why}。"
    en = "Verification failed: {why}."


class StorageError(LedgerError):
    """The store could not read or write; nothing was stored by halves."""

    code = "storage"
    zh = "存储暂不可用：{why}。内容未写入，请稍后重试。"
    en = "The store is not available: {why}. Nothing was written; try again later."


class IntegrityFault(LedgerError):
    """Our own records disagree with each other: stop and audit."""

    code = "integrity"
    zh = "账本记录不一致：{why}。已停止写入，请运行 mingzhang verify 并联系管理员。"
    en = "The ledger's own records disagree: {why}. Writing has stopped; run `mingzhang verify`."


def _again(cls: type[LedgerError], facts: dict[str, object]) -> LedgerError:
    return cls(**facts)


def all_errors() -> list[type[LedgerError]]:
    """Return every declared error class, by code; two classes with one code are a bug here."""
    found: dict[str, type[LedgerError]] = {}
    waiting: list[type[LedgerError]] = [LedgerError]
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        other = found.setdefault(cls.code, cls)
        if other is not cls:
            raise TypeError(f"{cls.__qualname__} and {other.__qualname__} share code {cls.code}")
    return [found[code] for code in sorted(found)]


class _Facts(dict[str, object]):
    """A fact a template names but the raise did not give shows as ``?``, never as a crash."""

    def __missing__(self, key: str) -> str:
        return "?"
