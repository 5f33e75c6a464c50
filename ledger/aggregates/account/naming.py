"""What accounts and their members are called."""

from ledger.kernel.naming import Name, Naming
from ledger.rules.quantities import OWN, TIME

NAMING = Naming(
    zh="账户",
    en="Account",
    about="Volunteer minutes, points, funds",
    members={
        "activity": Name("所属活动", "Activity"),
        "balance": Name("余额", "Balance"),
        "certified": Name("已出具证书", "Certified"),
        "claimant": Name("申报人", "Claimant"),
        "closed": Name("已注销", "Closed"),
        "closed_through": Name("已结账至", "Closed through"),
        "closing": Name("期末余额", "Closing balance"),
        "consents": Name("公示同意", "Consents"),
        "digest": Name("凭证文件摘要", "Digest of the voucher's file"),
        "expense": Name("支出", "Out"),
        "flags": Name("提示", "Remarks of the rules"),
        "flow": Name("收入或支出", "In or out"),
        "income": Name("收入", "In"),
        "opening": Name("期初余额", "Opening balance"),
        "order": Name("订单", "Order"),
        "payee": Name("收款人", "Payee"),
        "poster": Name("入账人", "Posted by"),
        "scope": Name("在何处公开", "Where it is shown"),
        "shown_name": Name("公开用名", "Name to be shown"),
        "signatures": Name("签名", "Signatures"),
        "since": Name("自何时起", "Since"),
        "stars": Name("星级", "Stars"),
        "team": Name("队伍", "Team"),
        "teams": Name("队伍", "Teams"),
        "unrelated": Name(
            "本人声明：与申报人非本人、非近亲属",
            "I declare: the claim is neither mine nor a near relative's",
        ),
        "vest": Name("马甲", "Vest"),
        "vests": Name("可穿的马甲", "Vests she may wear"),
        "voucher": Name("凭证号", "Voucher number"),
    },
    prompts={
        "claim.amount": Name("时长（分钟）、积分或金额（分）", "Minutes, points or fen"),
        "claim.day": Name("服务日期", "Day of service"),
        "claim.start": Name("开始时间", "Beginning"),
        "claim.text": Name("做了什么", "What was done"),
        "item": Name("哪一项", "Which item"),
        "open.opening": Name("期初余额", "Opening balance"),
        "person": Name("任职人员编号", "Reference of the office-holder"),
    },
    counted={
        **dict.fromkeys(("amount", "balance", "closing", "expense", "income", "opening"), OWN),
        "start": TIME,
    },
)
