"""Acts by forms, as a browser without script sends them: nothing lost, nothing twice, all shown."""

import io
import json
import re
from html import unescape

from PIL import Image

from api.acting.wishes import form_id
from ledger.aggregates.account.commands import Open
from ledger.aggregates.case.commands import NoteProgress
from ledger.entry.ids import ulid
from ledger.service.directory import streams_of
from ledger.service.forms.possible import possible
from ledger.service.office import Hand, do
from tests.api.browsing import As, Browser, assigned, form_in
from tests.api.test_api_entries import wishes
from tests.api.test_api_pages import Chinese
from tests.support.office import Office
from tests.support.staff import an_account, employ, session_of

SUM = "form.sum_fen"
TEXTAREA = re.compile(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', re.S)


def test_the_id_of_a_form_tells_no_more_than_the_hour_it_was_opened() -> None:
    opened = 1_790_000_123_456
    begins = {form_id(opened)[:10], form_id(opened + 60_000)[:10]}
    assert begins == {ulid(opened - opened % 3_600_000)[:10]}


def test_a_case_is_reported_with_four_choices_and_a_text(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    kinds = clerk.get("/acts/new?command=case.receive")
    assert "kind=request" in kinds
    assert "unit/" in kinds  # the only unit was chosen already
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    shown = clerk.send(page, channel="phone", category="environment", text="三号路路灯不亮")
    assert "三号路路灯不亮" in shown
    assert office.ledger.recorder.head().size == office.size
    before = office.size
    receipt = clerk.send(shown, step="sign")
    assert office.size == before + 1
    code = re.search(r'class="number code">(\S+)<', receipt)
    assert code
    assert code[1].startswith(f"{before}-")
    assert "<svg" in receipt[receipt.index("take") :]


def test_a_case_goes_through_its_life_by_whose_turn_it_is(signed_in: As, office: Office) -> None:
    case = office.a_case("路灯不亮")

    def may(label: str) -> set[str]:
        page = signed_in(label).get(f"/acts?stream={case}")
        return set(re.findall(r"command=(case\.\w+)&", page))

    assert "case.accept" in may("intake_clerk")
    assert "case.accept" not in may("verifier")
    signed_in("intake_clerk").does("case.accept", case)
    signed_in("coordinator").does("case.triage", case, route="direct")
    handler = office.hands["liaison"].who.actor
    signed_in("coordinator").does("case.assign", case, handler=handler)
    assert "case.resolve" in may("liaison")
    signed_in("liaison").does("case.resolve", case, outcome="settled", text="已换灯")
    assert "case.verify" in may("verifier")
    assert "case.verify" not in may("liaison")
    receipt = signed_in("verifier").does("case.verify", case)
    assert "min_size=" in receipt
    assert office.ledger.known.stream(case).state.verified


def test_texts_are_read_by_whoever_may_act_now_and_by_nobody_else(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    assert "路灯不亮" in signed_in("liaison").get(f"/acts?stream={case}")
    assert "路灯不亮" not in signed_in("organiser").get(f"/acts?stream={case}")


def test_who_may_only_put_a_file_to_a_case_reads_nothing_of_it(
    signed_in: As, office: Office
) -> None:
    case = office.a_case()
    page = signed_in("liaison").get(f"/acts?stream={case}")  # not assigned to her yet
    assert "case.attach" in page
    assert "路灯不亮" not in page


def test_what_is_for_others_is_not_offered_though_no_list_says_what_to_name(
    office: Office, people: dict[str, Hand]
) -> None:
    """Its form cannot be filled in for her: a made-up name tells that it is not for her at all."""
    post = streams_of(office.ledger, "post")[-1]
    offered = {
        label: {each.command for each in possible(office.ledger, hand.who.actor, post)}
        for label, hand in people.items()
    }
    assert {"post.draw_up_handover", "post.recuse"} & offered.pop("registrar")
    assert not set().union(*offered.values())
    case = office.a_case()
    clerk = possible(office.ledger, office.hands["intake_clerk"].who.actor, case)
    assert "case.open_mediation" not in {each.command for each in clerk}


def test_a_command_on_a_stream_of_another_kind_is_refused(signed_in: As, office: Office) -> None:
    body = wishes(office.hands["intake_clerk"], ("case.accept", {"stream": office.unit}))
    answer = signed_in("intake_clerk").client.post("/api/v1/prepare", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "command.bad_value"), answer.text


def test_an_item_is_drafted_and_reviewed_by_two(signed_in: As, office: Office) -> None:
    publisher = signed_in("publisher")
    codes = publisher.get(f"/acts/new?command=disclosure_item.draft&unit={office.unit}")
    code = re.search(r"code=([\w.%-]+)\"", codes)
    assert code
    page = publisher.get(
        f"/acts/new?command=disclosure_item.draft&unit={office.unit}&code={code[1]}"
    )
    period = re.search(r'name="f.period".*?<option value="(\d[^"]*)"', page, re.S)
    assert period
    amounts = {name[2:]: "0.00" for name in form_in(page) if name.startswith("f.amounts.")}
    shown = publisher.send(
        page, period=period[1], title="三月公开", table="项目\t金额\n路灯\t3", **amounts
    )
    assert "三月公开" in shown
    publisher.send(shown, step="sign")
    (item,) = streams_of(office.ledger, "disclosure_item")
    for label, done in (("supervisor-1", 1), ("supervisor-2", 2)):
        page = signed_in(label).get(f"/acts?stream={item}")
        assert f"{done - 1} have reviewed" in page
        assert "三月公开" in page
        signed_in(label).does("disclosure_item.review", item)
    assert office.ledger.known.stream(item).state.standing == "reviewed"
    page = signed_in("supervisor-1").get(f"/acts?stream={item}")
    assert "disclosure_item.review&" not in page
    joint = signed_in("joint")
    offered = re.findall(r"command=disclosure_item\.(\w+)&", joint.get(f"/acts?stream={item}"))
    assert offered == ["approve", "return"], "what is due, before what sends it back"
    joint.does("disclosure_item.approve", item)
    offered = re.findall(r"command=disclosure_item\.(\w+)&", publisher.get(f"/acts?stream={item}"))
    assert offered[0] == "publish", "what is due, before what may be done beside it"
    assert "revise" in offered


def test_a_table_of_more_cells_than_any_is_published_with_is_refused_unfilled(
    signed_in: As, office: Office
) -> None:
    publisher = signed_in("publisher")
    codes = publisher.get(f"/acts/new?command=disclosure_item.draft&unit={office.unit}")
    code = re.search(r"code=([\w.%-]+)\"", codes)
    assert code
    page = publisher.get(
        f"/acts/new?command=disclosure_item.draft&unit={office.unit}&code={code[1]}"
    )
    ragged = "a" + "\t" * 8_000 + "b" + "\nc" * 8_000
    back = publisher.send(page, status=400, title="三月公开", table=ragged)
    assert 'id="f-table-wrong"' in back
    assert "at most 40000 cells" in back
    assert form_in(back)["f.title"] == "三月公开"


def test_hours_are_logged_and_confirmed_by_another(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    day = office.ledger.clock.now_ms() // 1000
    signed_in("volunteer-clerk").does(
        "account.claim", account, amount="90", purpose="peace", start="09:00", text="巡逻"
    )
    organiser = signed_in("organiser")
    assert "1.50 hours" in organiser.get(f"/acts?stream={account}")
    page = organiser.get(f"/acts/new?command=account.confirm&stream={account}")
    checked = organiser.send(page, item="1", unrelated="yes")
    assert "1.50 hours" in checked, "what is signed for is told, not its number alone"
    assert "巡逻" in checked
    receipt = organiser.send(checked, step="sign")
    assert "Signed by proxy (custodial key)" in receipt
    assert day
    assert office.ledger.known.stream(account).state.balance == 90


def test_a_refused_form_comes_back_with_what_was_typed(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    back = clerk.send(page, status=422, channel="nowhere", text="三号路路灯不亮")
    assert form_in(back)["f.text"] == "三号路路灯不亮"
    assert 'role="alert"' in back
    again = clerk.send(back, channel="phone")
    assert "三号路路灯不亮" in again


def test_a_number_that_is_none_is_pointed_out_at_its_field(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    account = an_account(office, people["organiser"], people["verifier"].who.actor)
    clerk = signed_in("volunteer-clerk")
    page = clerk.get(f"/acts/new?command=account.claim&stream={account}")
    back = clerk.send(page, status=400, amount="一个小时", purpose="peace", start="09:00")
    assert 'id="f-amount-wrong"' in back
    assert form_in(back)["f.amount"] == "一个小时"


def test_money_is_typed_and_read_in_yuan_and_kept_in_fen(signed_in: As, office: Office) -> None:
    books, claims = (employ(office, role, role) for role in ("accountant", "claims_clerk"))
    opened = Open(unit=office.unit, kind="fund", since="2026-02", opening=100_000)
    fund = do(office.ledger, books, opened).entries[0].stream
    office.ledger.follower.catch_up()
    clerk = Browser(signed_in("organiser").client, claims, session_of(office, claims))
    page = clerk.get(f"/acts/new?command=account.claim&stream={fund}")
    assert "Amount (yuan)" in page
    back = clerk.send(page, status=400, amount="12.345", purpose="office", flow="out")
    assert 'id="f-amount-wrong"' in back
    shown = clerk.send(page, amount="1,204.5", purpose="office", flow="out", text="购办公用品")
    assert "1,204.50 yuan" in shown
    assert "壹仟贰佰零肆元伍角整" in shown
    clerk.send(shown, step="sign")
    assert office.ledger.known.stream(fund).state.items[0].amount == -120_450
    office.ledger.follower.catch_up()
    assert "1,204.50 yuan" in clerk.get(f"/entries/{office.size - 1}")
    replayed = clerk.get(f"/replay/{fund}")
    assert "1,000.00 yuan" in replayed, "the opening balance"
    assert "-1,204.50 yuan" in replayed


def test_money_that_a_kind_of_case_asks_is_typed_and_read_in_yuan(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=dispute")
    assert "fen)" not in page
    for wrong, why in (
        ("12.345", "Give amounts in yuan"),
        ("12,34", "Give amounts in yuan"),
        ("-3.50", "&#34;Sum in dispute&#34; takes this: an amount of money, not below 0"),
    ):
        back = clerk.send(
            page, status=400, channel="phone", text="欠款", **{"form.parties": "2", SUM: wrong}
        )
        assert why in back
        assert 'id="f-form-sum_fen-wrong"' in back
        assert form_in(back)[f"f.{SUM}"] == wrong
    shown = clerk.send(page, channel="phone", text="欠款", **{"form.parties": "2", SUM: "1,204.5"})
    assert "1,204.50 yuan, 壹仟贰佰零肆元伍角整" in shown
    clerk.send(shown, step="sign")
    office.ledger.follower.catch_up()
    case = office.ledger.known.streams.acts(office.size - 1, 1)[0].stream
    read = clerk.get(f"/acts?stream={case}")
    assert "Sum in dispute: 1,204.50 yuan" in read


def test_what_is_to_be_signed_is_read_in_the_order_in_which_it_was_typed(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=dispute")
    typed = {
        "title": "邻里纠纷", "text": "漏水两次", "place": "三号楼", "reporter_name": "王某某",
        "reporter_contact": "13800000000", "reporter_ref": "A-17", SUM: "7.25",
    }  # fmt: skip
    asked = re.findall(r'name="f\.([^"]*)"', page)
    shown = clerk.send(page, channel="phone", **{"form.parties": "41"}, **typed)
    device, server = (
        part.split("<form")[0]
        for part in (shown.split("<mz-sign")[1], shown.split('class="panel signs"')[1])
    )
    read = {name: server.index(typed[name]) for name in asked if name in typed and name != SUM}
    assert len(read) == len(typed) - 1
    assert list(read) == sorted(read, key=read.__getitem__), "as the form asks"
    assert server.index("41") < server.index("7.25"), "parties stand before the sum"
    (said,) = json.loads(unescape(device.split('data-names="')[1].split('"')[0]))
    assert said["sealed_order"][:2] == ["matter.text", "matter.form"], "the kind's own come first"
    assert said["filled_order"] == ["parties", "sum_fen"]


def test_a_form_sent_twice_is_one_entry(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    shown = clerk.send(page, channel="phone", text="三号路路灯不亮")
    first = clerk.send(shown, step="sign")
    size = office.size
    assert re.findall('number code">(.*?)<', clerk.send(shown, step="sign")) == re.findall(
        'number code">(.*?)<', first
    )
    assert clerk.send(page, channel="phone", text="又一次")
    assert office.size == size


def test_what_others_did_meanwhile_is_shown_before_anything_is_signed(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    liaison = signed_in("liaison")
    page = liaison.get(f"/acts/new?command=case.resolve&stream={case}")
    shown = liaison.send(page, outcome="settled", text="已换灯")
    do(office.ledger, people["liaison"], NoteProgress(stream=case, text="灯已到货"))
    size = office.size
    told = liaison.send(shown, step="sign", status=409)
    assert office.size == size
    assert "Meanwhile" in told or "moved" in told
    assert form_in(told)["f.text"] == "已换灯"
    liaison.send(told, step="sign")
    assert office.size == size + 1


def test_an_ended_session_gives_the_form_back_to_who_typed_it_and_nobody_else(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    fields = form_in(page) | {"f.text": "三号路路灯不亮", "f.channel": "phone"}
    clerk.token = "ended"
    ended = clerk.client.post("/acts/new", data=fields, headers=clerk.headers)
    assert ended.status_code == 401
    assert "三号路路灯不亮" in ended.text
    assert office.size == office.ledger.recorder.head().size


def test_a_form_of_another_session_is_shown_again_and_not_carried_out(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    clerk.token = session_of(office, clerk.hand)
    size = office.size
    back = clerk.send(page, status=403, channel="phone", text="三号路路灯不亮")
    assert form_in(back)["f.text"] == "三号路路灯不亮"
    assert office.size == size
    assert clerk.send(clerk.send(back), step="sign")
    assert office.size == size + 1


def test_a_form_given_back_stands_unfolded_only_where_something_was_typed(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    assert "f.reporter_name" in form_in(page)  # a browser sends it back, empty
    unfolded = "<details open><summary><span>More"
    assert "<details><summary><span>More" in clerk.send(page, step="edit", text="路灯不亮")
    assert unfolded in clerk.send(page, step="edit", reporter_name="张三")
    assert unfolded in clerk.send(page, step="edit", **{"occ.time": "09:00"})


def test_unknown_acts_and_streams_are_refused(signed_in: As, office: Office) -> None:
    clerk = signed_in("intake_clerk")
    for path, status in (
        ("/acts/new?command=case.explode", 404),
        ("/acts?stream=case/00000000000000000000000000", 404),
        ("/acts?stream=nothing", 400),
        (f"/acts/new?command=case.accept&stream={office.unit}", 404),
        ("/acts/new?command=case.accept&stream=case/00000000000000000000000000", 404),
    ):
        answer = clerk.client.get(path, headers=clerk.headers)
        assert answer.status_code == status, path


def test_a_form_of_an_act_there_is_none_of_is_no_error_of_ours(
    signed_in: As, office: Office
) -> None:
    clerk = signed_in("intake_clerk")
    page = clerk.get(f"/acts/new?command=case.accept&stream={office.a_case()}")
    fields = form_in(page) | {"command": "case.nothing"}
    for step in ("edit", "check", "sign"):
        sent = clerk.client.post("/acts/new", data=fields | {"step": step}, headers=clerk.headers)
        assert sent.status_code == 404, sent.text


def test_a_file_is_put_to_a_case_and_kept_through_the_check(
    signed_in: As, office: Office, people: dict[str, Hand]
) -> None:
    case = office.a_case()
    assigned(office, people, case)
    liaison = signed_in("liaison")
    page = liaison.get(f"/acts/new?command=case.attach&stream={case}")
    assert "multipart/form-data" in page

    def sends(name: str, data: bytes) -> str:
        fields = {key: value for key, value in form_in(page).items() if key != "f.file"}
        return liaison.client.post(
            "/acts/new", data=fields | {"step": "check", "f.title": "照片"},
            files={"f.file": (name, data)}, headers=liaison.headers,
        ).text  # fmt: skip

    refused = sends("notes.txt", b"no picture at all")
    assert 'role="alert"' in refused
    assert form_in(refused)["f.title"] == "照片"
    receipt = liaison.send(sends("lamp.png", _png()), step="sign")
    assert "number code" in receipt
    acts = [row.topic for row in office.ledger.recorder.select_events(case)]
    assert acts[-1] == "case.attached.v1"


def _png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (4, 4)).save(made, "PNG")
    return made.getvalue()


def test_forms_in_english_leave_nothing_in_chinese_but_data(signed_in: As, office: Office) -> None:
    case = office.a_case()
    clerk = signed_in("intake_clerk")
    form = clerk.get(f"/acts/new?command=case.receive&unit={office.unit}&kind=request")
    pages = (
        clerk.get("/me"),
        clerk.get("/me/key"),
        clerk.get("/acts/new?command=case.receive"),
        form,
        clerk.send(form, channel="phone", text="a lamp"),
        clerk.get(f"/acts?stream={case}"),
        signed_in("registrar").get("/enrol"),
    )
    for page in pages:
        parser = Chinese()
        parser.feed(page)
        assert parser.found == []
