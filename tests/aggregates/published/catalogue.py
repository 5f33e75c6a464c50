"""Published types of catalogues."""

ID = "0123456789ABCDEFGHJKMNPQRS"
U = f'"unit":"unit/{ID}"'
B = '"basis":[{"pack":"cn-base@2026.1","rule":"catalogues.powers"}]'

GOLDEN = {
    "catalogue.published.v1": [
        f'{{{B},"code":"powers","items":["power.funds","power.seal"],{U},"version":1}}'
    ],
    "catalogue.replaced.v1": [
        f'{{{B},"items":["power.funds"],"reason":"law_changed",{U},"version":2}}',
        f'{{{B},"dropped":["power.seal"],"items":["power.funds"],"reason":"law_changed",{U},'
        f'"version":2}}',
    ],
    "catalogue.item_added.v1": [
        f'{{{B},"item":"power.seal","reason":"law_changed","rule":"bijiang.five_publics",{U},'
        f'"version":3}}'
    ],
    "catalogue.item_removed.v1": [
        f'{{{B},"item":"power.seal","reason":"law_changed","rule":"bijiang.five_publics",{U},'
        f'"version":3}}'
    ],
    "catalogue.facets_disclosed.v1": [
        f'{{{B},"disclosure":"disclosure_item/{ID}","facets":["content","rules"],'
        f'"items":["power.seal"],{U}}}'
    ],
    "catalogue.exercised.v1": [f'{{{B},"item":"power.seal","matter":"decision/{ID}",{U}}}'],
    "catalogue.exercise_withdrawn.v1": [f'{{{B},"matter":"case/{ID}","reason":"mistaken",{U}}}'],
    "catalogue.fact_stated.v1": [
        f'{{{B},"fact":"covered","item":"place.market","since":"2025-06-18",{U}}}'
    ],
    "catalogue.fact_ended.v1": [
        f'{{{B},"fact":"covered","item":"place.market","reason":"out_of_order",'
        f'"since":"2026-03-11",{U}}}',
        f'{{{B},"fact":"covered","item":"place.market","matter":"case/{ID}",'
        f'"reason":"out_of_order","since":"2026-03-11",{U}}}',
    ],
}
SCHEMA = {
    "catalogue.published.v1": ({"version", "items", "code"}, {"remark"}),
    "catalogue.replaced.v1": ({"version", "items", "dropped"}, {"remark"}),
    "catalogue.item_added.v1": ({"version", "item", "rule"}, {"remark"}),
    "catalogue.item_removed.v1": ({"version", "item", "rule"}, {"remark"}),
    "catalogue.facets_disclosed.v1": ({"items", "facets", "disclosure"}, set()),
    "catalogue.exercised.v1": ({"item", "matter"}, set()),
    "catalogue.exercise_withdrawn.v1": ({"matter"}, {"remark"}),
    "catalogue.fact_stated.v1": ({"item", "fact", "since"}, {"remark"}),
    "catalogue.fact_ended.v1": ({"item", "fact", "since", "matter"}, {"remark"}),
}
GROUPS = {"remark": ("remark", "personal", "keeping the catalogue", 30)}
FIELDS = {"remark": ["text"]}
