"""What answers to findings and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="疑点处理",
    en="Answer to a finding",
    about="What a supervision committee made of a finding",
    members={
        "kind": Name("疑点类型", "Kind of finding"),
        "facts": Name("疑点内容摘要", "Digest of what was found"),
        "record": Name("所涉记录", "Record it is about"),
        "acknowledged": Name("已受理的成员", "Members who acknowledged it"),
        "dismissing": Name("同意排除的成员", "Members who dismissed it"),
    },
    prompts={
        "kind": Name("疑点类型（照原样）", "Kind of finding (as it stands)"),
        "version": Name("规则版本（照原样）", "Version of the rule (as it stands)"),
        "facts": Name("疑点内容摘要（照原样）", "Digest of what was found (as it stands)"),
        "record": Name("所涉记录（照原样）", "Record it is about (as it stands)"),
        "text": Name("想说的话（密封保存）", "What you have to say (kept sealed)"),
    },
    codes={"kind": "findings"},
)
