"""Published types of figures."""

U = '"unit":"unit/0123456789ABCDEFGHJKMNPQRS"'
B = '"basis":[{"pack":"bijiang@2026.1","rule":"figure.sweeps"}]'

GOLDEN = {
    "figure.stated.v1": [
        f'{{{B},"code":"sweeps","source":"report",{U},"value":451}}',
        f'{{"at_least":true,{B},"code":"talks","period":"2025","source":"report",{U},"value":320}}',
    ],
    "figure.corrected.v1": [
        f'{{{B},"before":451,"reason":"mistaken","source":"report",{U},"value":415}}'
    ],
    "figure.read.v1": [f'{{{B},{U},"value":300}}'],
    "figure.withdrawn.v1": [f'{{{B},"reason":"mistaken",{U}}}'],
}
SCHEMA = {
    "figure.stated.v1": ({"value", "source", "at_least", "code", "period"}, {"wording"}),
    "figure.corrected.v1": ({"value", "source", "at_least", "before"}, {"wording"}),
    "figure.read.v1": ({"value"}, {"reading"}),
    "figure.withdrawn.v1": (set(), {"ground"}),
}
GROUPS = {
    "wording": ("wording", "personal", "source of the figure", 30),
    "reading": ("reading", "personal", "reading of the figure", 30),
    "ground": ("ground", "personal", "taking the figure back", 30),
}
FIELDS = {"wording": ["text"], "reading": ["text"], "ground": ["text"]}
