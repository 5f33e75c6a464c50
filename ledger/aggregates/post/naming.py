"""What posts and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="任职",
    en="Post",
    about="Appointments",
    members={
        "body": Name("所在机构", "Body"),
        "by": Name("任命方式", "By"),
        "cast": Name("收回票数", "Votes cast"),
        "ended": Name("终止日", "Ended on"),
        "former": Name("前任", "Predecessor"),
        "from": Name("自何日起", "From"),
        "from_date": Name("自何日起", "From"),
        "handover": Name("移交", "Hand-over"),
        "mandate": Name("选举结果", "Mandate"),
        "over": Name("已终止", "Over"),
        "part": Name("哪一方", "Which party"),
        "post_role": Name("岗位", "Post"),
        "proposals": Name("待批准的提议", "Proposals"),
        "recused": Name("回避", "Recused"),
        "related": Name("近亲属", "Relatives"),
        "relation": Name("亲属关系", "Relation"),
        "relative": Name("亲属", "Relative"),
        "role": Name("岗位", "Post"),
        "since": Name("自何日起", "Since"),
        "stream": Name("任职编号", "Reference"),
        "to": Name("交给谁", "To whom"),
        "voters": Name("选民总数", "Electorate"),
    },
    prompts={
        "items": Name("移交哪些（一行一个）", "What is handed over (one a line)"),
        "until": Name("至何日止", "Until"),
    },
    codes={
        "by": "mandate",
        "check": {"near_relative": Name("是否近亲属", "Whether a near relative")},
        "items": "handed",
        "part": {
            "new": Name("接任人", "Who takes over"),
            "old": Name("离任人", "Who leaves"),
            "supervisor": Name("监交人", "Who witnesses it"),
        },
        "post_role": "role",
        "related": "body",
        "subject": "body",
    },
)
