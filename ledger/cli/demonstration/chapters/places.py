"""Key places: each community lists its own and says which are covered by video, and since when.

望江 has all of its places covered; at the market of 青梧 the equipment fails in March and is
mended as a hazard within days; of the places of 月湾 one is not covered yet. So the district's
100 % is not what the lists come to, and each place that is missing is there to be seen (S1-22).
"""

from collections.abc import Iterator

from ledger.cli.demonstration.communities import COMMUNITIES, MEMBERS, UNITS, Community
from ledger.cli.demonstration.script import Chapter, Step, step

NORTH, SOUTH, EAST = COMMUNITIES
PLACES: dict[Community, dict[str, str | None]] = {
    NORTH: {
        "place.crossing": "2022-09-01",
        "place.market": "2022-09-01",
        "place.riverside": "2024-05-20",
        "place.school": "2021-08-25",
        "place.square": "2022-09-01",
    },
    SOUTH: {
        "place.crossing": "2022-11-15",
        "place.hospital": "2022-11-15",
        "place.market": "2023-03-10",
        "place.school": "2021-08-25",
    },
    EAST: {
        "place.gate": "2024-10-08",
        "place.riverside": None,
        "place.school": "2021-08-25",
        "place.station": "2022-12-01",
    },
}
"""The key places of each community, and since when each is covered; None of one that is not."""
FAULT = "case/places-south-market"


def steps(_share: int = 1) -> Iterator[Step]:
    """Yield the lists, what they state, and the failure at one place."""
    for community, places in PLACES.items():
        yield _act(
            community, "2025-06-18 10:10", "publish", unit=community.code, code="key_places",
            items=tuple(places),
        )  # fmt: skip
        for minute, (item, since) in enumerate(places.items(), 20):
            if since is not None:
                yield _covered(community, f"2025-06-18 10:{minute}", item, since)
    yield from _failed()


def _failed() -> Iterator[Step]:
    yield step(
        "2026-03-11 18:40", SOUTH.who("grid-a"), "case.receive", FAULT, unit=SOUTH.code,
        kind="hazard", category="hazard.equipment", channel="patrol", title="集贸市场视频设备断电",
        text="市场改造时线路被挖断，画面中断。", form='{"found_on":"2026-03-11","level":"minor"}',
    )  # fmt: skip
    yield _act(
        SOUTH, "2026-03-11 18:55", "end_fact", item="place.market", fact="covered",
        since="2026-03-11", reason="out_of_order", matter=FAULT,
    )  # fmt: skip
    yield step("2026-03-12 08:40", "coordinator", "case.accept", FAULT)
    yield step("2026-03-12 08:50", "coordinator", "case.assign", FAULT, handler="city-works")
    yield step(
        "2026-03-17 16:10", "city-works", "case.resolve", FAULT, outcome="removed",
        text="重新敷设线路，画面恢复。",
    )  # fmt: skip
    yield _covered(SOUTH, "2026-03-17 17:20", "place.market", "2026-03-17")
    yield step("2026-03-18 10:00", "verifier", "case.verify", FAULT, text="现场核查，设备正常。")
    yield step("2026-03-18 15:30", "coordinator", "case.close", FAULT)


def _covered(community: Community, at: str, item: str, since: str) -> Step:
    return _act(community, at, "state_fact", item=item, fact="covered", since=since)


def _act(community: Community, at: str, act: str, **values: object) -> Step:
    on = f"catalogue/{community.key}-places"
    return step(at, community.who("publisher"), f"catalogue.{act}", on, **values)


chapter = Chapter(name="places", zh="重点公共区域", steps=steps, units=UNITS, members=MEMBERS)
