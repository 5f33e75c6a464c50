"""Rows of residents' messages: what they say, or which reason refuses them."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.rules.time import ZONE
from ledger.service.imports.messages import (
    ANSWER,
    ANSWERED,
    ID,
    RECEIVED,
    SUBJECT,
    TEXT,
    USER,
    Moment,
    parse_message,
    parse_messages,
    parse_moment,
)
from ledger.service.imports.spreadsheet import SheetRow

GOOD = {
    ID: 2549,
    USER: "A0001",
    SUBJECT: "路灯不亮",
    RECEIVED: "2019/4/25 9:32:09",
    TEXT: "\n\t小区路灯不亮。\n",
    ANSWER: "已修复。",
    ANSWERED: "2019/5/10 14:56:53",
}


def row(number: int = 2, /, **changes: object) -> SheetRow:
    names = {"id_": ID, "user": USER, "subject": SUBJECT, "received": RECEIVED, "text": TEXT}
    names |= {"answer": ANSWER, "answered": ANSWERED}
    return SheetRow(
        number=number, cells=GOOD | {names[name]: value for name, value in changes.items()}
    )


def refusal(**changes: object) -> LedgerError:
    with pytest.raises(LedgerError) as refused:
        parse_message(row(**changes))
    return refused.value


def test_a_row_says_who_what_when_and_what_was_answered() -> None:
    message = parse_message(row())
    assert (message.id, message.user, message.subject) == ("2549", "A0001", "路灯不亮")
    assert message.text == "\n\t小区路灯不亮。\n"
    assert message.received.text == "2019-04-25T09:32:09+08:00"
    assert message.reply is not None
    assert message.reply.at.text == "2019-05-10T14:56:53+08:00"


def test_a_row_without_reply_columns_is_a_message_without_reply() -> None:
    cells = {name: value for name, value in GOOD.items() if name not in {ANSWER, ANSWERED}}
    assert parse_message(SheetRow(number=2, cells=cells)).reply is None


@pytest.mark.parametrize("id_", [None, "", "  ", "a b", "x" * 65, True])
def test_a_row_without_a_usable_id_is_refused(id_: object) -> None:
    assert refusal(id_=id_).code == "import.no_id"


@pytest.mark.parametrize(("cell", "id_"), [(1, "1"), (1.0, "1"), ("007", "007"), (" 7 ", "7")])
def test_an_id_is_the_text_the_cell_shows(cell: object, id_: str) -> None:
    assert parse_message(row(id_=cell)).id == id_


@pytest.mark.parametrize(
    "text", ["零\u200b宽", "控\x07制", "_x0007_", "\ufeff起始", "e\u0301", "\ufffd"], ids=ascii
)
def test_control_zero_width_and_unnormalised_characters_refuse_the_row(text: str) -> None:
    error = refusal(text=f"ab{text}")
    assert error.code == "import.bad_text"
    assert error.facts["column"] == TEXT


def test_the_place_of_a_broken_character_counts_from_one() -> None:
    assert refusal(subject="\u200b路灯").facts["position"] == 1


@pytest.mark.parametrize("column", ["subject", "text"])
def test_an_empty_message_is_refused(column: str) -> None:
    assert refusal(**{column: " \n"}).code == "import.no_text"


def test_a_reply_before_the_message_is_refused() -> None:
    assert refusal(answered="2019/4/25 9:32:08").code == "import.reply_before_message"
    assert refusal(answered="2019/4/24").code == "import.reply_before_message"


def test_a_reply_known_by_its_day_alone_may_be_of_the_message_s_day() -> None:
    reply = parse_message(row(answered="2019/4/25")).reply
    assert reply is not None
    assert reply.at.text == "2019-04-25"


@pytest.mark.parametrize("changes", [{"answer": None}, {"answered": None}, {"answer": " "}])
def test_half_a_reply_is_refused(changes: dict[str, object]) -> None:
    assert refusal(**changes).code == "import.reply_incomplete"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2019-01-02 03:04:05", "2019-01-02T03:04:05+08:00"),
        ("2019/1/2 3:04", "2019-01-02T03:04:00+08:00"),
        ("2019.1.2 3:04:05", "2019-01-02T03:04:05+08:00"),
        ("2019年1月2日 3时4分5秒", "2019-01-02T03:04:05+08:00"),
        ("2019年1月2日 3时4分", "2019-01-02T03:04:00+08:00"),
        ("2019-01-02T03:04:05Z", "2019-01-02T11:04:05+08:00"),
        ("2019-01-01T20:04:05.123-0700", "2019-01-02T11:04:05+08:00"),
        (" 2019-01-02 ", "2019-01-02"),
        (datetime(2019, 1, 2, 3, 4, 4, 999_997), "2019-01-02T03:04:05+08:00"),  # noqa: DTZ001
        (date(2019, 1, 2), "2019-01-02"),
    ],
)
def test_times_are_read_in_the_usual_forms(cell: object, text: str) -> None:
    assert parse_moment(cell, RECEIVED).text == text


@pytest.mark.parametrize(
    "cell",
    [None, "", "yesterday", "2019-13-01", "2019-02-30 10:00", "2019-01-02 25:00", 43497.4, 20190102,
     "2019-1-2 3:0405", "2019-01-02 03:04+99:99", "２０１９-01-02", timedelta(days=1)],
)  # fmt: skip
def test_other_times_are_refused_naming_the_column(cell: object) -> None:
    with pytest.raises(LedgerError) as refused:
        parse_moment(cell, RECEIVED)
    assert refused.value.code == "import.bad_time"
    assert refused.value.facts["column"] == RECEIVED


@given(st.datetimes(datetime(1970, 1, 1), datetime(2999, 12, 30)), st.integers(-14, 14))  # noqa: DTZ001
def test_any_time_with_offset_is_the_same_instant_at_ours(moment: datetime, hours: int) -> None:
    exact = moment.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))
    found = parse_moment(exact.isoformat(), RECEIVED)
    assert found.time == exact
    assert found.day == exact.astimezone(ZONE).date()


def test_before_is_told_only_where_it_is_sure() -> None:
    day, nine = date(2019, 1, 2), datetime(2019, 1, 2, 9, tzinfo=ZONE)
    exact, daily = Moment(day=day, time=nine), Moment(day=day)
    assert not daily.before(exact)
    assert not exact.before(daily)
    assert exact.before(Moment(day=day, time=nine + timedelta(seconds=1)))


def test_good_rows_are_kept_where_others_are_refused() -> None:
    messages, rejects = parse_messages(
        [row(2), row(3, id_=None), row(4, id_="b", received="never"), row(5, id_="c")]
    )
    assert [message.row for message in messages] == [2, 5]
    assert [(r.row, r.id, r.why.code) for r in rejects] == [
        (3, "", "import.no_id"),
        (4, "b", "import.bad_time"),
    ]


def test_a_row_told_twice_counts_once() -> None:
    messages, rejects = parse_messages([row(2), row(3)])
    assert (len(messages), rejects) == (1, [])


def test_a_later_row_may_bring_the_reply() -> None:
    messages, rejects = parse_messages([row(2, answer=None, answered=None), row(3)])
    assert rejects == []
    assert messages[0].row == 2
    assert messages[0].reply is not None


@pytest.mark.parametrize("changes", [{"text": "别的"}, {"answer": "别的"}, {"user": "B"}])
def test_one_id_with_other_content_is_refused_naming_the_first_row(
    changes: dict[str, object],
) -> None:
    messages, rejects = parse_messages([row(2), row(3, **changes)])
    assert [message.row for message in messages] == [2]
    assert rejects[0].why.code == "import.id_repeated"
    assert rejects[0].why.facts["first"] == 2


CELLS = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.floats(), st.booleans(), st.datetimes(),
    st.dates(), st.times(), st.timedeltas(), st.just(GOOD[RECEIVED]),
)  # fmt: skip


@given(st.fixed_dictionaries(dict.fromkeys(GOOD, CELLS)))
def test_any_cells_are_read_or_refused_by_name(cells: dict[str, object]) -> None:
    messages, rejects = parse_messages([SheetRow(number=2, cells=cells)])
    assert len(messages) + len(rejects) == 1
