"""What sessions and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="活动",
    en="Session",
    about="Meetings, classes, duty days, patrols, visits, sweeps",
    members={
        "attended": Name("到场人数", "Attended"),
        "attendee": Name("到场人姓名", "Name of who attended"),
        "capacity": Name("身份", "Identity"),
        "case": Name("承办事项", "Case that handles it"),
        "cases": Name("承办事项", "Cases that handle them"),
        "code": Name("活动", "Session"),
        "corrected": Name("已更正", "Corrected"),
        "counts": Name("其他数量", "Other counts"),
        "ends_at": Name("结束时间", "End"),
        "problems": Name("提出的问题", "Problems"),
        "raised_by": Name("提出人", "Who raised it"),
        "starts_at": Name("开始时间", "Beginning"),
    },
    prompts={
        "counts": Name("其他数量（如 leaflets=300）", "Other counts (as leaflets=300)"),
    },
    codes={"code": "sessions", "of": "count"},
)
