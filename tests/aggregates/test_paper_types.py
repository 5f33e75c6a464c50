"""Published types of answers to paper originals, and the group and mark any type may carry."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates import case, paper
from ledger.kernel.event import PAPER, Code, Event, Group, event, group, groups_of
from ledger.kernel.registry import Registry
from tests.aggregates.test_case_types import GOLDEN as CASES
from tests.support import goldens

REGISTRY = Registry([paper.aggregate])
CASE_TYPES = Registry([case.aggregate])
U = "unit/0123456789ABCDEFGHJKMNPQRS"
OF = "case/0123456789ABCDEFGHJKMNPQRS"
P = "person/0123456789ABCDEFGHJKMNPQRS"
D = "A" * 43

GOLDEN = {
    "paper.confirmed.v1": [
        f'{{"approves":"{D}","of":"{OF}","unit":"{U}"}}',
        f'{{"approves":"{D}","of":"{OF}"}}',
    ],
    "paper.disputed.v1": [f'{{"approves":"{D}","of":"{OF}","unit":"{U}"}}'],
}
SCHEMA = {
    "paper.confirmed.v1": ({"of"}, set()),
    "paper.disputed.v1": ({"of"}, {"objection"}),
}
GROUPS = {"objection": ("objection", "personal", "record of the dispute", 30)}
FIELDS = {"objection": ["text"]}


def test_published_bytes_decode_and_encode_to_themselves():
    assert set(GOLDEN) == set(REGISTRY.types)
    goldens.verify_bytes(REGISTRY, GOLDEN)


def test_published_types_hold_what_they_held():
    goldens.verify_schema(REGISTRY, SCHEMA)
    goldens.verify_groups(REGISTRY, GROUPS, FIELDS)


def test_no_public_member_takes_free_text():
    goldens.verify_no_free_text(REGISTRY, GOLDEN)


@pytest.mark.parametrize(
    "mark",
    [
        '"transcribed":{}',
        f'"transcribed":{{"persons":["{P}"]}}',
        '"numbered":{"pack":"bijiang@2026.1","series":"case.petition","year":2026}',
        f'"numbered":{{"pack":"x@1","series":"case","unit":"{U}","year":2026}}',
    ],
)
def test_the_standard_marks_have_one_spelling_in_every_type(mark):
    for type_, (text, *_) in CASES.items():
        members = msgspec.json.decode(text) | msgspec.json.decode(f"{{{mark}}}")
        spelled = msgspec.json.encode(members, order="sorted").decode()
        goldens.verify_bytes(CASE_TYPES, {type_: [spelled]})


def test_the_group_paper_is_frozen_and_no_type_may_declare_its_own():
    held = (PAPER.name, PAPER.subject, PAPER.data_class, PAPER.purpose, PAPER.years)
    assert held == ("paper", "paper", "personal", "finding the paper original", 30)
    assert PAPER.fields == ("box", "names", "number", "scan")

    @group("paper", zh="纸", en="paper", data_class="x", purpose="x", years=1)
    class Mine(Group, frozen=True, kw_only=True):
        code: Code | None = None

    with pytest.raises(TypeError):

        @event("case.made_up.v1", Mine)
        class MadeUp(Event, frozen=True, kw_only=True):
            pass


def test_an_entry_seals_paper_beside_its_types_groups_only_if_it_says_so():
    spec = CASE_TYPES.spec("case.received.v1")
    assert groups_of(spec, {"matter"}) == spec.groups
    assert groups_of(spec, {"matter", "paper"}) == (*spec.groups, PAPER)


@given(st.text(max_size=40))
def test_answers_name_streams_that_may_be_typed_from_paper_alone(text):
    decoder = msgspec.json.Decoder(paper.Confirmed, strict=True)
    for stream in (text, f"key/{D}", "pack/cn-base@2026.1", f"paper{OF[4:]}"):
        with pytest.raises(msgspec.ValidationError):
            decoder.decode(msgspec.json.encode({"approves": D, "of": stream}))
