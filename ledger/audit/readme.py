"""The README of an evidence package, in both languages: how to verify by program and by hand.

Part of the format: a verifier says so when a package brings another text.
"""

from typing import Final

README_TEXT: Final = """\
明账证据包（mingzhang-evidence-1）
================================

这里是一个账本中的若干条目，以及离线核验它们所需的一切。无需信任出具方，也无需联网。

用程序核验
    mingzhang verify 证据包.zip --genesis <创世摘要>
    创世摘要是本账本首条条目签名内容的 SHA-256（base64url，43 个字符）。请从别处取得：公示栏、
    监委会会议记录、上级平台。不给出摘要时，一个凭空伪造的账本也能通过其余各项核验。

核验结论分两句，含义不同
    “所示条目核验无误”：各条都在检查点所签的账本中，前后相连，由当时已登记的密钥签署。
    “完整至第 N 条”：所示各流及其所依据的密钥、任职、单位等，在账本有 N 条时别无其他条目，由账本中
    发布的末条清单证明。N 之后的情况请向账本查询。包内未附末条清单时，只能说“与所称一致”。
    真实的签名只说明何人何时作了何种陈述，不说明陈述为真。

手工核验
    1. 各文件的 SHA-256（base64url）与 manifest.json 的 files 一致。
    2. entries/<序号> 为“毫秒时间 空格 JWS”。JWS 用点分为三段，均为 base64url：头、内容、签名。
       签名为 Ed25519，签的是“头.内容”的原文；公钥在头中 kid 所指的 key.enrolled.v1 条目里，
       创始人的公钥在创世条目里。kid 为公钥 JWK 的 RFC 7638 指纹。
    3. 内容中的 prev 等于同一流前一条 JWS 的 SHA-256（base64url）；每流首条等于创世条目的。
    4. 叶哈希为 SHA-256(0x00 || 条目全文)；按 entries/<序号>.tlog-proof 逐级以
       SHA-256(0x01 || 左 || 右) 合并，应得检查点第三行的根哈希（base64）。
    5. checkpoint 为 C2SP signed-note，公钥在创世条目的 vkey 中。
    6. disclosures/<序号> 每行的 SHA-256（base64url）应出现在该条 sealed 的摘要中；
       该行解码后为 [盐, 字段, 值]。attachments/<序号> 的 SHA-256 即其中 attachment 组的 digest。
    7. manifest.json 中 heads 所指条目（log.heads_published.v1）载有 size、streams、root。
       heads/<位置> 首行为“流 条数 末条 JWS 的摘要”，其后为包含证明；叶哈希为
       SHA-256(0x00 || 首行)，树有 streams 片叶。各流在 size 之前的末条应与其行一致；
       不存在的流，以位置相邻的两行证明。
    types.json 说明各类条目的成员；packs/ 是条目所依据的规则包，目录名为其摘要：
    按路径排序的各行“路径 空格 文件 SHA-256 十六进制 换行”的 SHA-256（base64url）。

Evidence package of Mingzhang (mingzhang-evidence-1)
====================================================

Some entries of a ledger, and all that is needed to check them offline, trusting neither whoever
made this package nor any network.

By program
    mingzhang verify package.zip --genesis <digest>
    The digest is the SHA-256 of the signed part of the ledger's first entry (base64url, 43
    characters). Get it from elsewhere: a notice board, minutes, the level above. Without it a
    ledger made up as a whole passes everything else.

Two statements, which differ
    "The entries shown are verified": each lies in the log the checkpoint signs, follows the one
    before, and was signed with a key enrolled by then.
    "Complete up to size N": of the streams shown, and of the keys, posts, units they rest on, the
    log held no other entry when it had N. Heads published in the log prove it. What came after N,
    ask the log. Without published heads a package is only "complete as stated".
    A true signature says who said what and when, not that it is so.

By hand
    1. The SHA-256 (base64url) of each file is the one manifest.json lists under "files".
    2. entries/<index> is "<milliseconds> <JWS>". The JWS has three parts in base64url, divided by
       points: header, payload, signature. The signature is Ed25519 over the text "header.payload".
       The public key is in the key.enrolled.v1 entry the header's kid names, a founder's in the
       genesis; kid is the RFC 7638 thumbprint of its JWK.
    3. "prev" in the payload is the SHA-256 (base64url) of the JWS before it in its stream; for a
       stream's first entry, of the genesis's JWS.
    4. The leaf hash is SHA-256(0x00 || the whole entry). Joined step by step with the hashes of
       entries/<index>.tlog-proof as SHA-256(0x01 || left || right) it gives the root on the third
       line of the checkpoint (base64).
    5. "checkpoint" is a C2SP signed-note; its key is "vkey" in the genesis.
    6. The SHA-256 (base64url) of each line of disclosures/<index> is among that entry's "sealed"
       digests; the line decodes to [salt, name, value]. The SHA-256 of attachments/<index> is the
       "digest" of its group "attachment".
    7. The entry that "heads" in manifest.json names (log.heads_published.v1) states size, streams,
       root. heads/<place> begins with a line "<stream> <seq> <digest of its last JWS>", then an
       inclusion proof: the leaf is SHA-256(0x00 || that line), the tree has "streams" leaves. The
       last entry of each stream below size is that of its line; that a stream does not exist is
       shown by two lines of neighbouring places.
    types.json says what the members of each type are. packs/ holds the rule packs the entries rest
    on, each under its digest: the SHA-256 (base64url) over its sorted lines
    "<path> <SHA-256 in hex>\\n".
"""
