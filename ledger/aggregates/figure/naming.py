"""What stated figures and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="公布数",
    en="Stated figure",
    about="Numbers stated of a unit, beside what is computed",
    members={
        "before": Name("原公布数", "Stated before"),
        "read": Name("对措辞的理解", "How it is read"),
        "source": Name("数据来源", "Source of the figure"),
    },
    prompts={
        "code": Name("指标", "Figure"),
    },
    codes={
        "code": "figures",
        "standing": {
            "stated": Name("已公布", "Stated"),
            "withdrawn": Name("已撤回", "Withdrawn"),
        },
    },
)
