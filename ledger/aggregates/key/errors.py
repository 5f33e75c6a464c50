"""Refusals of a key."""

from ledger.errors import MalformedError, NotFound, RuleViolation


class NotEnrolled(NotFound):
    """No such key was enrolled."""

    code = "key.not_enrolled"
    zh = "密钥 {kid} 未登记。请核对指纹。"
    en = "Key {kid} is not enrolled. Check the thumbprint."


class AlreadyEnrolled(RuleViolation):
    """The key is someone's already."""

    code = "key.already_enrolled"
    zh = "密钥 {kid} 已登记，一把密钥只登记一次。请重新生成密钥。"
    en = "Key {kid} is enrolled already, and a key is enrolled once. Make a new key."


class AlreadyHers(RuleViolation):
    """The key is enrolled already, for this very holder, and in force."""

    code = "key.already_hers"
    zh = "密钥 {kid} 已为该持有人登记且有效，无需再次登记，可直接使用。"
    en = "Key {kid} is enrolled for this holder and in force: nothing is left to do."


class NotStreamsKey(MalformedError):
    """The stream is not the thumbprint of the key."""

    code = "key.not_streams"
    zh = "密钥指纹与流编号不一致。请用公钥指纹作为流编号。"
    en = "The stream is not named by this key's thumbprint. Name it so."


class AlreadyEnded(RuleViolation):
    """The key was rotated away or revoked before."""

    code = "key.already_ended"
    zh = "密钥 {kid} 已更换或吊销，无需再次办理。"
    en = "Key {kid} was rotated away or revoked before; there is nothing to end."


class UnfitSuccessor(RuleViolation):
    """The successor is not another key in force of the same holder."""

    code = "key.unfit_successor"
    zh = "接替密钥 {kid} 须是同一持有人的另一把有效密钥。请先登记新密钥。"
    en = "Successor {kid} must be another key in force of the same holder. Enrol it first."


class DisputedTooEarly(RuleViolation):
    """The disputed entries would begin before the key was enrolled."""

    code = "key.disputed_too_early"
    zh = "存疑起点 {since} 早于密钥登记的序号 {enrolled}。请填写登记之后的序号。"
    en = "Index {since} lies before the key's enrolment at {enrolled}. Name a later index."


class HolderEnrolsHerself(RuleViolation):
    """A further key was to be enrolled by another, though its holder has one in force."""

    code = "key.holder_enrols_herself"
    zh = "{holder} 已有有效密钥 {kid}，新密钥须由本人用它登记；如已遗失，请先吊销旧密钥。"
    en = (
        "{holder} has key {kid} in force: she enrols further keys with it herself. If it is lost, "
        "revoke it first."
    )


class RegistrarEnrolsHerself(RuleViolation):
    """A further key of a registrar was to be enrolled by another."""

    code = "key.registrar_enrols_herself"
    zh = "登记员 {holder} 的密钥只能由本人登记；如已遗失，请先终止其岗位，登记新密钥后重新任命。"
    en = (
        "A key of registrar {holder} is enrolled by herself alone. If she lost hers: end her post, "
        "enrol a new key, then appoint her again."
    )


class RegistrarRotatesHerself(RuleViolation):
    """A registrar's key was to be rotated by another."""

    code = "key.registrar_rotates_herself"
    zh = "登记员 {holder} 的密钥只能由本人更换；如已遗失，请由其他登记员联署吊销。"
    en = "A key of registrar {holder} is rotated by herself; if it is lost, let others revoke it."
