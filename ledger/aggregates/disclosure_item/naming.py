"""What disclosure items and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="公开事项",
    en="Disclosure item",
    about="What a committee publishes",
    members={
        "amounts": Name("金额", "Amounts"),
        "approves": Name("所审的版本", "Version it is about"),
        "asker": Name("提出人", "Who raised it"),
        "code": Name("公开什么", "What is disclosed"),
        "complete": Name("审核人数已满", "Enough have reviewed it"),
        "contested": Name("有异议", "Challenged"),
        "draft": Name("待审稿", "Draft"),
        "drafters": Name("起草人", "Drafted by"),
        "fen": Name("金额", "Amount"),
        "hands": Name("经手人", "Hands"),
        "open_queries": Name("未答复的询问", "Questions open"),
        "posted": Name("公布日", "Posted on"),
        "queries": Name("询问", "Questions"),
        "replaced_by": Name("由哪一项代替", "Replaced by"),
        "reviewers": Name("审核人", "Reviewers"),
        "session": Name("活动", "Session"),
        "table": Name("表格", "Table"),
    },
    prompts={
        "code": Name("事项", "Item"),
        "file": Name("文件（PDF、JPEG、PNG 或 WebP）", "File (PDF, JPEG, PNG or WebP)"),
        "number": Name("哪一号询问", "Which question"),
        "session": Name("会议记录编号", "Reference of the meeting's record"),
        "table": Name(
            "表格（可从电子表格粘贴，一行一行，列间用制表符）",
            "Table (paste from a spreadsheet: a row a line, cells parted by tabs)",
        ),
    },
    counted={"fen": "fen"},
    codes={
        "code": "catalogues",
        "of": "amount",
        "standing": "item_standing",
        "verdict": {"dismissed": Name("不成立", "Dismissed"), "upheld": Name("成立", "Upheld")},
    },
)
