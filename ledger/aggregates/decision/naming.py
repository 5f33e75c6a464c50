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
        "of": Name("参会主体", "Body that met"),
        "result": Name("结果", "Outcome"),
        "taken": Name("已走步骤", "Steps taken"),
        "total": Name("应到总数", "Entitled in all"),
        "up": Name("公示", "Posted"),
        "vote": Name("表决", "Vote"),
    },
    prompts={
        "appeal.text": Name("申诉内容（密封，不公开）", "What is appealed (sealed)"),
        "holder": Name("被评议人", "Who is appraised"),
        "number": Name("哪一号申诉", "Which appeal"),
        "take_down.step": Name("撤下哪一步的公示", "Which step's posting"),
    },
    codes={
        "appraised": "grade",
        "code": "decisions",
        "defects": "defect",
        "missing": "steps",
        "of": "counted",
        "standing": "decision_standing",
        "step": "steps",
        "taken": "steps",
        "verdict": {"dismissed": Name("驳回", "Dismissed"), "upheld": Name("成立", "Upheld")},
    },
)
