"""A case's page tells what steered it and how it was mediated, and nothing that is sealed."""

from ledger.aggregates.case import commands as wishes
from ledger.aggregates.case.mediation import commands as mediating
from ledger.aggregates.case.steering import commands as steering
from ledger.service.acts.together import together
from ledger.service.office import do
from tests.service.test_account_boards import staff
from tests.service.test_case_courses import accepted


def test_merged_cases_lead_to_each_other(office, client):
    first, second = accepted(office), accepted(office)
    merge = steering.Merge(stream=first, into=second)
    do(office.ledger, office.hands["coordinator"], *together(office.ledger, merge))
    office.ledger.follower.catch_up()
    for here, there in ((first, second), (second, first)):
        page = client.get(f"/cases/{here[5:]}").text
        assert f'href="/cases/{there[5:]}"' in page
    assert "Merged into another" in client.get(f"/cases/{first[5:]}").text
    assert client.get(f"/replay/{first}").status_code == 200


def test_a_number_tells_who_may_take_the_case_on(office, client):
    stream = accepted(office, "dispute", form='{"parties":2}')
    office.ledger.follower.catch_up()
    code = client.get(f"/api/v1/streams/{stream}").json()["entries"][0]["code"]
    asked = client.get(f"/progress?code={code}", headers={"Accept-Language": "zh"}).text
    for told in ("尚未交办", "协调员：交办"):
        assert told in asked, told
        assert told in client.get(f"/cases/{stream[5:]}", headers={"Accept-Language": "zh"}).text


def test_a_mediated_dispute_is_told_without_its_parties_and_terms(office, client):
    (mediator,) = staff(office, "mediator")
    me, coordinator = mediator.who.actor, office.hands["coordinator"]
    stream = accepted(office, "dispute", form='{"parties":2}')
    for by, step in (
        (coordinator, wishes.Assign(stream=stream, handler=me)),
        (mediator, mediating.OpenMediation(stream=stream, parties=2, asked="applied")),
        (mediator, mediating.Consent(stream=stream, party=1, party_name="张三丰")),
        (mediator, mediating.Consent(stream=stream, party=2, party_name="李四光")),
        (coordinator, mediating.NameMediators(stream=stream, mediators=(me,))),
        (mediator, mediating.DeclareNoTie(stream=stream)),
        (mediator, mediating.HoldMediation(stream=stream, present=2, text="各述己见")),
        (mediator, mediating.AgreeOrally(stream=stream, terms="赔礼道歉")),
    ):
        do(office.ledger, by, step)
    office.ledger.follower.catch_up()
    for path in (f"/cases/{stream[5:]}", f"/replay/{stream}", f"/api/v1/streams/{stream}"):
        for language in ("zh", "en"):
            answer = client.get(path, headers={"Accept-Language": language})
            assert answer.status_code == 200, path
            for sealed in ("张三丰", "李四光", "各述己见", "赔礼道歉"):
                assert sealed not in answer.text
    page = client.get(f"/cases/{stream[5:]}").text
    for told in ("Agreement in effect", "Parties applied", "Agreed orally", "Mediation session"):
        assert told in page, told
