"""What catalogues and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="目录",
    en="Catalogue",
    about="What a unit lists: small powers, matters to disclose",
    members={
        "disclosure": Name("公开事项编号", "Reference of the disclosure item"),
        "dropped": Name("删去的事项", "Items dropped"),
        "fact": Name("情况", "Fact"),
        "facets": Name("公开方面", "Facets disclosed"),
        "facts": Name("各项情况", "Facts"),
        "matters": Name("登记的事项", "Matters recorded"),
        "since": Name("自何日起", "Since"),
    },
    prompts={
        "code": Name("事项", "Item"),
        "end_fact.matter": Name(
            "由哪件事项处理（可不填）", "Which case mends it (may be left out)"
        ),
        "fact": Name("登记哪种情况", "What is so"),
        "facets": Name("公开哪些方面（一行一个）", "Facets disclosed (one a line)"),
        "item": Name("哪一项", "Which item"),
        "items": Name("哪些项（一行一个）", "Which items (one a line)"),
    },
    codes={
        "code": "catalogue_kinds",
        "dropped": "catalogues",
        "facets": "facet",
        "fact": "fact",
        "item": "catalogues",
        "items": "catalogues",
        "rule": "law",
    },
)
