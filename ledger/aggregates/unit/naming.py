"""What units and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="单位",
    en="Unit",
    about="Units",
    members={
        "changes": Name("变更", "Changes"),
        "dissolved": Name("撤销日", "Dissolved on"),
        "into": Name("并入单位", "Merged into"),
        "level": Name("级别", "Level"),
        "mode": Name("平时或应急", "Ordinary or emergency"),
        "modes": Name("平急转换", "Modes"),
        "name": Name("名称", "Name"),
        "parent": Name("上级单位", "Parent unit"),
        "parts": Name("分出的单位", "Parts"),
        "regime": Name("适用的组织法", "Organic law it is under"),
        "since": Name("自何日起", "Since"),
        "successors": Name("承接单位", "Successors"),
        "unit_name": Name("单位名称", "Name of the unit"),
        "versions": Name("沿革", "Versions"),
    },
    codes={"code": "counted"},
)
