"""What the fields of forms are called, and what helps to fill them in.

Fields of packs (a kind's own form, amounts) bring their names with them. A field without a name
here is called as the command calls it.
"""

from collections.abc import Mapping
from typing import Final

from api.messages import N_, Translate

FIELDS: Final[Mapping[str, str]] = {
    "account": N_("记入账户"),
    "account.claim.amount": N_("时长（分钟）、积分或金额（分）"),
    "account.claim.day": N_("服务日期"),
    "account.claim.start": N_("开始时间"),
    "account.claim.text": N_("做了什么"),
    "account.open.opening": N_("期初余额"),
    "accounts": N_("给哪些账户"),
    "activity": N_("所属活动"),
    "amount": N_("数量"),
    "answered_at": N_("答复时间"),
    "asker": N_("提出人"),
    "attendee": N_("到场人姓名"),
    "capacity": N_("身份"),
    "case": N_("承办事项"),
    "case.receive.channel": N_("从哪里来"),
    "case.receive.text": N_("反映了什么"),
    "case.rate.text": N_("反映人怎么说"),
    "category": N_("类别"),
    "channel": N_("渠道"),
    "clock": N_("延长哪个期限"),
    "code": N_("事项"),
    "contact": N_("联系方式"),
    "counts": N_("其他数量（如 leaflets=300）"),
    "custody": N_("密钥由谁保管"),
    "day": N_("日期"),
    "days": N_("延长天数（自然日）"),
    "digest": N_("凭证文件摘要"),
    "ends_at": N_("结束时间"),
    "expected": N_("应到人数"),
    "file": N_("文件（PDF、JPEG、PNG 或 WebP）"),
    "approves": N_("批准哪一份提议"),
    "flow": N_("收入或支出"),
    "full_name": N_("姓名"),
    "handler": N_("交给谁承办"),
    "holder": N_("持有人"),
    "id_no": N_("证件号码"),
    "item": N_("哪一项"),
    "kind": N_("类型"),
    "minutes": N_("时长（分钟）"),
    "number": N_("哪一号询问"),
    "order": N_("订单"),
    "outcome": N_("结果"),
    "payee": N_("收款人"),
    "period": N_("期间"),
    "person": N_("任职人员编号"),
    "place": N_("地点"),
    "present": N_("实到人数"),
    "proof": N_("持有证明"),
    "public_key": N_("公钥"),
    "purpose": N_("用途"),
    "raised_by": N_("提出人"),
    "reached": N_("是否接通"),
    "reason": N_("理由"),
    "received_at": N_("接收时间"),
    "replaced_by": N_("由哪一项代替"),
    "reporter_address": N_("反映人地址"),
    "reporter_contact": N_("反映人电话"),
    "reporter_name": N_("反映人姓名"),
    "reporter_ref": N_("反映人编号"),
    "responded": N_("是否回应"),
    "route": N_("怎样分流"),
    "satisfied": N_("是否满意"),
    "scope": N_("在何处公开"),
    "session": N_("会议记录编号"),
    "shown_name": N_("公开用名"),
    "since": N_("自何时起"),
    "solved": N_("是否解决"),
    "start": N_("开始时间"),
    "starts_at": N_("开始时间"),
    "step": N_("步骤"),
    "table": N_("表格（可从电子表格粘贴，一行一行，列间用制表符）"),
    "team": N_("队伍"),
    "text": N_("说明"),
    "title": N_("标题"),
    "unit": N_("单位"),
    "unrelated": N_("本人声明：与申报人非本人、非近亲属"),
    "verdict": N_("裁定"),
    "voucher": N_("凭证号"),
}
"""By field, or by command and field where one command means something of its own."""


def label_of(command: str, field: str, say: Translate) -> str:
    """Return what a field of a command is called."""
    found = FIELDS.get(f"{command}.{field}") or FIELDS.get(field)
    return say(found) if found else field.replace("_", " ").capitalize()
