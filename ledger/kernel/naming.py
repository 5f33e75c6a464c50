"""What things are called, in both languages: declared once, beside what they name.

A command, a published type and a sealed group bear ``zh`` and ``en`` on their class. An aggregate
says what its streams are called and what its members are: the public members of its events, those
of its state, the fields of its commands. The command line, the pages, the catalogue of types and
the drafts read them there. Codes have their words in packs; an aggregate says which of a pack's
lists a member's are of, and names those that it lays down itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Name(NamedTuple):
    """What something is called in Chinese and in English."""

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the name in ``zh`` or ``en``."""
        return self.zh if lang == "zh" else self.en


Codes = str | Mapping[str, Name]
"""What the codes of a member are called: a list or section of packs by its name, or the names."""


@dataclass(frozen=True, kw_only=True)
class Naming:
    """What an aggregate's streams and members are called; ``about`` is its topic in a sentence.

    ``prompts`` are for fields of commands which a form asks otherwise than the member is called:
    by field, or as ``verb.field`` where one command means something of its own. ``counted`` are
    the members that are whole numbers of something, and of what (``rules.quantities``). ``codes``
    say whose codes a member holds, where the list is not called like the member; ``told`` are the
    public members that a story for residents tells of each step, in order.
    """

    zh: str
    en: str
    about: str
    members: Mapping[str, Name] = field(default_factory=dict)
    prompts: Mapping[str, Name] = field(default_factory=dict)
    counted: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Codes] = field(default_factory=dict)
    told: tuple[str, ...] = ()

    @property
    def noun(self) -> Name:
        """What one of its streams is called."""
        return Name(self.zh, self.en)

    def member(self, name: str) -> Name:
        """Return what a member is called; one that is named nowhere, as it is written."""
        return self.members.get(name) or COMMON.get(name) or Name(name, name.replace("_", " "))

    def prompt(self, verb: str, name: str) -> Name:
        """Return what a form of the command ``verb`` asks for in a field."""
        own = self.prompts.get(f"{verb}.{name}") or self.prompts.get(name)
        return own or self.member(name)


COMMON: Mapping[str, Name] = {
    "address": Name("地址", "Address"),
    "amount": Name("数量", "Amount"),
    "approves": Name("批准哪一份提议", "Which proposal"),
    "at_least": Name("是否为“至少”", "Whether it means at least"),
    "ayes": Name("赞成人数", "In favour"),
    "basis": Name("依据", "Basis"),
    "blob": Name("附件编号", "Attachment number"),
    "box": Name("存放位置", "Box"),
    "category": Name("类别", "Category"),
    "cause": Name("起因记录", "Led to by"),
    "channel": Name("渠道", "Channel"),
    "check": Name("核对事项", "What was checked"),
    "checks": Name("对密封内容的核对", "Checks of what is sealed"),
    "clock": Name("期限名称", "Term"),
    "code": Name("代码", "Code"),
    "contact": Name("联系方式", "Contact"),
    "crv": Name("曲线", "Curve"),
    "day": Name("日期", "Day"),
    "digest": Name("摘要", "Digest"),
    "due": Name("期限", "Due"),
    "early": Name("提前", "Early"),
    "effective_from": Name("自何日起", "From"),
    "event": Name("提议", "What is proposed"),
    "expected": Name("应到人数", "Expected"),
    "file": Name("文件", "File"),
    "full_name": Name("姓名", "Name"),
    "holder": Name("持有人", "Holder"),
    "holds": Name("现在是否如此", "Holds now"),
    "id_no": Name("证件号码", "Identity number"),
    "into": Name("并入（分为）", "Into"),
    "item": Name("事项", "Item"),
    "items": Name("各项", "Items"),
    "joint": Name("共同签署", "Joint signatures"),
    "jwk": Name("公钥", "Public key"),
    "kind": Name("类型", "Kind"),
    "kty": Name("密钥类型", "Kind of key"),
    "last_on": Name("最近一步的日期", "Day of the last step"),
    "matter": Name("事项编号", "Reference of the matter"),
    "media_type": Name("文件格式", "Format of the file"),
    "name": Name("姓名", "Name"),
    "names": Name("署名", "Names on it"),
    "number": Name("编号", "Number"),
    "numbered": Name("编号序列", "Series of its number"),
    "of": Name("针对", "Of"),
    "outcome": Name("结果", "Outcome"),
    "pack": Name("规则包", "Pack"),
    "pages": Name("页数", "Pages"),
    "period": Name("期间", "Period"),
    "person": Name("人员", "Person"),
    "persons": Name("署名人", "Persons who signed"),
    "phone": Name("电话", "Telephone"),
    "place": Name("地点", "Place"),
    "present": Name("实到人数", "Present"),
    "proof": Name("持有证明", "Proof of possession"),
    "purpose": Name("用途", "Purpose"),
    "reason": Name("理由", "Reason"),
    "ref": Name("编号", "Reference"),
    "responsible": Name("责任人", "Who answers for it"),
    "retired": Name("停用", "Retired"),
    "root": Name("根", "Root"),
    "rule": Name("依据的规则", "Rule it rests on"),
    "scan": Name("扫描件摘要", "Digest of the scan"),
    "series": Name("序列", "Series"),
    "signatures": Name("已签署", "Signed by"),
    "since": Name("起算日", "Counted from"),
    "size": Name("账本条数", "Size"),
    "standing": Name("状态", "Standing"),
    "start": Name("开始时间", "Beginning"),
    "state": Name("状态", "State"),
    "step": Name("步骤", "Step"),
    "subject": Name("对象", "Of whom"),
    "text": Name("说明", "Explanation"),
    "title": Name("标题", "Title"),
    "transcribed": Name("代录自纸质原件", "Typed from paper"),
    "unit": Name("单位", "Unit"),
    "until": Name("截止", "Until"),
    "value": Name("数值", "Value"),
    "verdict": Name("裁定", "Decision"),
    "version": Name("版本", "Version"),
    "x": Name("公钥值", "Value of the public key"),
    "year": Name("年份", "Year"),
}
"""Members that any type may carry, or that mean the same in several aggregates."""
