"""Published types of copies handed over."""

ID = "0123456789ABCDEFGHJKMNPQRS"
U = f'"unit":"unit/{ID}"'
DIGEST = "A" * 43

GOLDEN = {
    "delivery.handed_over.v1": [
        f'{{"package":"{DIGEST}","period":"2026Q1","receiver":"unit/{ID}","root":"{DIGEST}",'
        f'"size":8778,{U}}}'
    ],
    "delivery.acknowledged.v1": [f'{{"package":"{DIGEST}",{U}}}'],
}
SCHEMA = {
    "delivery.handed_over.v1": ({"period", "size", "root", "package", "receiver"}, set()),
    "delivery.acknowledged.v1": ({"package"}, set()),
}
GROUPS: dict[str, tuple[str, str, str, int]] = {}
FIELDS: dict[str, list[str]] = {}
