"""What decisions and their members are called."""

from ledger.kernel.naming import Name, Naming

NAMING = Naming(
    zh="决策",
    en="Decision",
    about="Decisions step by step",
    members={
        "abstained": Name("弃权人数", "Abstained"),
        "adult": Name("当事人已成年", "The person concerned is of age"),
        "appealed": Name("已申诉", "Appealed"),
        "appeals": Name("申诉", "Appeals"),
        "appellant": Name("申诉人", "Appellant"),
        "appraised": Name("评议等次", "Appraised"),
        "code": Name("事项", "Matter"),
        "decided_on": Name("议决日", "Decided on"),
        "defective": Name("有瑕疵的步骤", "Defective steps"),
        "defects": Name("瑕疵", "Defects"),
        "grade": Name("等次", "Grade"),
        "hands": Name("经手人", "Hands"),
        "missing": Name("缺少的步骤", "Steps that are missing"),
        "nays": Name("反对人数", "Against"),
        "of": Name("针对哪一步", "Of which step"),
        "result": Name("结果", "Outcome"),
        "taken": Name("已走步骤", "Steps taken"),
        "total": Name("应到总数", "Entitled in all"),
        "up": Name("公示", "Posted"),
        "vote": Name("表决", "Vote"),
    },
    codes={
        "appraised": "grade",
        "code": "decisions",
        "defects": "defect",
        "missing": "steps",
        "of": "steps counted",
        "standing": "decision_standing",
        "step": "steps",
        "taken": "steps",
        "verdict": {"dismissed": Name("驳回", "Dismissed"), "upheld": Name("成立", "Upheld")},
    },
)
