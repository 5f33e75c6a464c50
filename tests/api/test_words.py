"""Words on pages: of the packs known at the point, of the post held then, of exact amounts."""

from api.words import Words
from ledger.aggregates.post import EndPost
from ledger.kernel.act import AsOf
from ledger.service.ledger import as_of
from ledger.service.office import do, today
from tests.support.office import Office


def words(office: Office, point: AsOf | None = None) -> Words:
    return Words(office.ledger, "zh", point or as_of(office.ledger))


def test_packs_adopted_later_give_no_words_earlier(office: Office) -> None:
    adopted = next(
        index
        for index in range(office.size)
        if office.ledger.known.streams.acts(index, 1)[0].type.startswith("pack.")
    )
    now = as_of(office.ledger)
    then = AsOf(size=adopted, at=now.at)
    assert words(office).kind(office.unit, "request") != "request"
    assert words(office, then).kind(office.unit, "request") == "request"
    assert words(office, then).step_of(office.unit, "committee") == "committee"


def test_the_post_an_act_was_done_in_is_told_though_it_ended_that_day(office: Office) -> None:
    office.a_case()
    (act,) = office.ledger.known.streams.acts(office.size - 1, 1)
    post = words(office).post_then(act)
    assert post is not None
    ended = EndPost(stream=post.stream, effective_from=today(office.ledger))
    do(office.ledger, office.registrars[0], ended)
    assert words(office).post_then(act) == post


def test_the_genesis_is_done_in_a_post_it_makes(office: Office) -> None:
    (genesis,) = office.ledger.known.streams.acts(0, 1)
    post = words(office).post_then(genesis)
    assert post is not None
    assert post.role == genesis.role


def test_amounts_are_shown_to_the_last_fen(office: Office) -> None:
    said = words(office).amounts("expense=90071992547409.93 income=-0.05", office.unit)
    assert [yuan for _, yuan in said] == ["-0.05", "90,071,992,547,409.93"]
