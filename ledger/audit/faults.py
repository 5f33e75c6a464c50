"""What an audit can find, one class per fault; the codes are stable (docs/errors.md).

Faults are collected, not raised: a broken entry must not hide the next one. What a parser or a
signature refuses keeps its own class and code. Facts hold log indexes, stream ids and names of
files only.
"""

from ledger.errors import IntegrityFault


class EntryMissing(IntegrityFault):
    """Entries the log counts are not there."""

    code = "audit.entry_missing"
    zh = "第 {first} 至 {last} 条不在账本中：已被删除或读不到。请保留现场，用备份恢复后重新核验。"
    en = "Entries {first} to {last} are gone. Keep this copy, restore from a backup, verify again."


class Stray(IntegrityFault):
    """Something is stored that belongs to no entry of this log."""

    code = "audit.stray"
    zh = "发现不属于任何条目的内容：{what}。请查明由谁放入，再行清除。"
    en = "There is something that belongs to no entry: {what}. Find out who put it there."


class RowDiffers(IntegrityFault):
    """The columns of a stored row are not what its entry says."""

    code = "audit.row"
    zh = "数据库列 {column} 与签名内容不一致：索引被改动过。请从条目重建各列。"
    en = "Column {column} is not what the signed entry says. Rebuild the columns from the entries."


class OtherLog(IntegrityFault):
    """The entry was signed for another log."""

    code = "audit.other_log"
    zh = "该条目是为另一个账本签署的，不属于本账本。请查明它如何进入。"
    en = "The entry was signed for another log. Find out how it came in."


class OtherGenesis(IntegrityFault):
    """Entry 0 is not the genesis the verifier pinned."""

    code = "audit.other_genesis"
    zh = "创世条目与所固定的摘要不符：这不是您要核验的账本。请核对来源。"
    en = "The genesis is not the pinned one: this is another log. Check where it is from."


class BadEnrolment(IntegrityFault):
    """An entry enrols a key without the members that would let anyone check it."""

    code = "audit.enrolment"
    zh = "密钥登记条目不合规：须含持有人、公钥和持有证明，且流编号为公钥指纹。该密钥不予承认。"
    en = (
        "The enrolment lacks holder, key or proof, or its stream is not the key's thumbprint. "
        "Nothing that key signed is accepted."
    )


class KeyUnknown(IntegrityFault):
    """The key was not enrolled at this log index."""

    code = "audit.key_unknown"
    zh = "签名所用密钥 {kid} 在此之前未登记，签名不予承认。请查明由谁写入。"
    en = "Key {kid} was not enrolled before this entry, so the signature counts for nothing."


class KeyEnded(IntegrityFault):
    """The key had been rotated away or revoked before this log index."""

    code = "audit.key_ended"
    zh = "签名所用密钥 {kid} 此前已更换或吊销，签名不予承认。请查明由谁写入。"
    en = "Key {kid} was rotated away or revoked before this entry. Find out who used it."


class KeyNotHolders(IntegrityFault):
    """The key is enrolled for another actor."""

    code = "audit.key_not_holders"
    zh = "签名所用密钥 {kid} 不是所称行为人的密钥。请查明由谁写入。"
    en = "Key {kid} is not enrolled for the actor the entry names. Find out who used it."


class SeqBroken(IntegrityFault):
    """The entry is not the next of its stream."""

    code = "audit.seq"
    zh = "{stream} 此处应为第 {expected} 条，实为第 {found} 条：有条目缺失、重复或换了位置。"
    en = (
        "In {stream} entry {expected} was to follow, this is {found}: one is missing, repeated or "
        "moved. Keep this copy and report it."
    )


class PrevBroken(IntegrityFault):
    """The entry does not continue the one before it in its stream."""

    code = "audit.prev"
    zh = "{stream} 第 {seq} 条所指的前一条与账本中的不同：前一条已被替换。请保留现场并报告。"
    en = (
        "Entry {seq} of {stream} was signed after another entry than the one here. Keep this copy "
        "and report it."
    )


class JtiRepeated(IntegrityFault):
    """Two entries have one id."""

    code = "audit.jti"
    zh = "条目编号（jti）与此前的条目重复：同一条目被收录了两次，或编号被冒用。"
    en = "The entry's id (jti) is that of an earlier entry: taken in twice, or forged. Report it."


class TimeBackwards(IntegrityFault):
    """The time recorded is before that of the entry before."""

    code = "audit.time_order"
    zh = "记录时间早于前一条：条目换了位置，或时间被改动。请保留现场并报告。"
    en = "Recorded before the entry it follows: moved, or its time changed. Report it."


class TimeInFuture(IntegrityFault):
    """The entry claims to be signed or to have happened after it was recorded."""

    code = "audit.time_in_future"
    zh = "签署或发生时间比记录时间晚 5 分钟以上：记录时间被改动。请保留现场并报告。"
    en = "Signed or dated over 5 minutes after it was recorded: the time was changed. Report it."


class SignedLongAgo(IntegrityFault):
    """A registrar's entry claims to be signed over a day before it was recorded."""

    code = "audit.signed_long_ago"
    zh = "登记员的条目在签署一天以后才入账：任期可能已过，或记录时间被改动。请查明并报告。"
    en = (
        "A registrar's entry was recorded over a day after it was signed: her term may have run "
        "out, or the time was changed. Find out and report it."
    )


class SeenDiffers(IntegrityFault):
    """The signer had verified another history than this one."""

    code = "audit.seen"
    zh = "签署人曾核验的检查点（{size} 条）不属于本账本：账本曾被分叉或改写。请立即报告监督机构。"
    en = "The signer had verified another log of {size} entries: forked or rewritten. Report it."


class TileMissing(IntegrityFault):
    """A hash tile of the tree is not stored."""

    code = "audit.tile_missing"
    zh = "缺少瓦片 {tile}。请从条目重建瓦片。"
    en = "Tile {tile} is missing. Rebuild the tiles from the entries."


class TileDiffers(IntegrityFault):
    """A stored hash tile is not what the entries give."""

    code = "audit.tile"
    zh = "瓦片 {tile} 与条目计算所得不一致：瓦片或条目被改动。请保留现场并报告监督机构。"
    en = (
        "Tile {tile} is not what the entries give: it or an entry was changed. Keep this copy and "
        "report it."
    )


class RootDiffers(IntegrityFault):
    """The entries do not give the root that was stated for this size."""

    code = "audit.root"
    zh = "前 {size} 条算得的根哈希与“{anchor}”不符：账本在此之前被改写。请保留两份并报告监督机构。"
    en = (
        "The first {size} entries do not give the root of the {anchor}: the log was rewritten. "
        "Keep both and report it."
    )


class Behind(IntegrityFault):
    """The log is shorter than what was stated."""

    code = "audit.behind"
    zh = "“{anchor}”记有 {size} 条，此处只有 {here} 条：账本被截断或恢复为旧副本。请恢复尾部。"
    en = (
        "The {anchor} counts {size} entries, here are {here}: truncated, or an older copy put "
        "back. Restore the missing tail."
    )


class Unsigned(IntegrityFault):
    """A checkpoint is malformed or not signed by a key of this log."""

    code = "audit.unsigned"
    zh = "“{anchor}”不是由本账本当时有效的密钥签署的检查点，不能作为依据。请核对来源。"
    en = "The {anchor} is no checkpoint signed by this log's key, so it proves nothing. Check it."


class FileDiffers(IntegrityFault):
    """A file beside the entries is not what the entries, or its own digest, say."""

    code = "audit.file"
    zh = "文件 {name} 与条目或其自身摘要不符：已被改动。请重新获取。"
    en = "File {name} is not what the entries or its own digest say. Fetch it again."


class FileMissing(IntegrityFault):
    """A file that belongs here is missing."""

    code = "audit.file_missing"
    zh = "缺少文件 {name}。请重新获取全部文件。"
    en = "File {name} is missing. Fetch all files again."


class CheckStopped(IntegrityFault):
    """A check met something it was not made for, so it found nothing more."""

    code = "audit.check_stopped"
    zh = "核验步骤“{check}”无法继续（{why}）：所存内容并非本程序所写。请先处理其他问题后重新核验。"
    en = (
        "The check “{check}” could not go on ({why}): it met what this program never writes. Mend "
        "the other faults, then verify again."
    )


class ChangedSince(IntegrityFault):
    """The entries an interrupted audit went through are no longer those."""

    code = "audit.changed_since"
    zh = (
        "前 {size} 条已不是上次中断的核验所核的内容：其间被改动过。"
        "请保留现场，删除断点文件后重新核验。"
    )
    en = (
        "The first {size} entries are not those the interrupted audit went through: they were "
        "changed since. Keep this copy; delete the file of the interrupted audit and verify anew."
    )
