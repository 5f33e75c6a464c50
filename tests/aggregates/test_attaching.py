"""Files put to a case or a disclosure item, given, when, then: who may, when, and only once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.aggregates.case import commands as cases
from ledger.aggregates.case.events import Attached
from ledger.aggregates.disclosure_item import commands as items
from ledger.aggregates.disclosure_item import events
from ledger.kernel.event import Basis
from ledger.rules.attachments import Upload, parse_file
from tests.aggregates.test_disclosure_acts import draft, drafted, published
from tests.support.cases import CHEN, GRID, HUA, IMPORTER, KIOSK, LIN, a_town
from tests.support.gwt import Story, a_digest, an_id
from tests.support.publishing import COMMITTEE, GONG, ITEM, JIAN, JIE
from tests.support.versions import CN_BASE

CASE = f"case/{an_id('attaching')}"
REQUEST = Basis(pack=CN_BASE, rule="case.request")
FINANCE = Basis(pack=CN_BASE, rule="catalogue.residents.finance")


def a_file(label: str = "photo") -> Upload:
    return Upload(
        blob=an_id(label), digest=a_digest(label), media_type="image/jpeg", size=81_920, pages=1
    )


def attach(label: str = "photo", title: str | None = None) -> cases.Attach:
    return cases.Attach(stream=CASE, file=a_file(label).text, title=title)


def received() -> Story:
    wanted = cases.Receive(stream=CASE, unit=GRID, kind="request", channel="phone", text="路灯不亮")
    return a_town().when(wanted, CHEN).story


def test_a_file_leaves_the_case_as_it_stood_and_is_sealed_but_for_its_reference():
    outcome = received().when(attach(title="路灯照片"), LIN)
    (event,) = outcome.events
    assert event == Attached(unit=GRID, state="received", blob=an_id("photo"), basis=(REQUEST,))
    (sealed,) = outcome.proposed[0].sealed
    assert (sealed.digest, sealed.size, sealed.title) == (a_digest("photo"), 81_920, "路灯照片")


@pytest.mark.parametrize("by", [CHEN, LIN, HUA, KIOSK])
def test_whoever_may_do_anything_with_such_cases_may_put_a_file_to_one(by):
    assert received().when(attach(), by).error is None


def test_an_import_puts_no_file_to_one():
    received().when(attach(), IMPORTER).refused("authority.role_not_allowed")


def test_a_file_is_put_to_a_case_that_there_is():
    a_town().when(attach(), LIN).refused("case.not_received")


def test_a_file_belongs_to_one_entry_of_one_stream():
    story = received().when(attach(), LIN).story
    story.when(attach(), CHEN).refused("attachment.attached_before")
    other = f"case/{an_id('other')}"
    wanted = cases.Receive(
        stream=other, unit=GRID, kind="request", channel="phone", text="井盖松动"
    )
    story = story.when(wanted, CHEN).story
    again = cases.Attach(stream=other, file=a_file().text)
    story.when(again, CHEN).refused("attachment.attached_before")


def test_a_blank_title_is_refused():
    received().when(attach(title="  "), LIN).refused("text.blank")


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8))
def test_no_sequence_attaches_a_file_twice_or_moves_the_case(labels):
    story, kept = received(), []
    before = story.state(CASE)
    for label in labels:
        outcome = story.when(attach(label), LIN)
        if label in kept:
            outcome.refused("attachment.attached_before")
        else:
            story, kept = outcome.story, [*kept, label]
    after = story.state(CASE)
    assert (after.state, after.open, after.clocks) == (before.state, before.open, before.clocks)
    assert len({act.event.blob for act in story.acts if isinstance(act.event, Attached)}) == len(
        kept
    )


@given(
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26),
    st.integers(1, 16 << 20),
    st.integers(1, 2_000),
    st.sampled_from(["application/pdf", "image/jpeg", "image/png", "image/webp"]),
)
def test_an_upload_is_written_and_read_the_same(blob, size, pages, media_type):
    file = Upload(blob=blob, digest=a_digest(blob), media_type=media_type, size=size, pages=pages)
    assert parse_file(file.text) == file


def of_item(label: str = "voucher") -> items.Attach:
    return items.Attach(stream=ITEM, file=a_file(label).text, title="凭证")


@pytest.mark.parametrize("by", [GONG, JIAN])
def test_drafter_and_reviewer_put_files_behind_an_item(by):
    story = (
        drafted()
        .when(of_item(), by)
        .then(events.Attached(unit=COMMITTEE, blob=an_id("voucher"), basis=(FINANCE,)))
    )
    assert story.state(ITEM).standing == "drafted"


def test_a_file_comes_after_posting_too_and_changes_nothing_of_it():
    story = published()
    before = story.state(ITEM)
    assert story.when(of_item(), GONG).story.state(ITEM) == before


def test_who_has_no_part_in_disclosure_puts_no_file_to_an_item():
    drafted().when(of_item(), JIE).refused("authority.role_not_allowed")


def test_a_file_of_an_item_is_attached_once_and_to_an_item_that_there_is():
    story = drafted().when(of_item(), GONG).story
    story.when(of_item(), GONG).refused("attachment.attached_before")
    assert draft().stream == ITEM
