"""What differs between two packs is told by section, item and member."""

from ledger.rules.packs.diff import diff
from ledger.rules.packs.pack import load_pack, shipped

LAW, BASE = shipped("cn-law"), shipped("cn-base")


def told(old, new):
    return [
        (each.section, each.item, each.change, each.member, each.old, each.new)
        for each in diff(load_pack(old), load_pack(new))
    ]


def edited(files, path, *changes):
    text = files[path].decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return {**files, path: text.encode()}


def test_a_pack_does_not_differ_from_itself():
    assert told(BASE, BASE) == []
    reordered = dict(reversed(BASE.items()))
    assert told(BASE, reordered) == []


def test_a_rule_is_told_with_old_and_new_term_and_article():
    new = edited(
        BASE,
        "law.toml",
        ("默认 15 个工作日", "本地第六条"),
        ("{ value = 15", "{ value = 10"),
    )
    assert told(BASE, new) == [
        ("law", "message.answer", "changed", "[2000-01-01].article",
         "未见全国性期限；默认 15 个工作日", "未见全国性期限；本地第六条"),
        ("law", "message.answer", "changed", "[2000-01-01].term.value", "15", "10"),
    ]  # fmt: skip


def test_a_new_generation_of_a_rule_is_members_added():
    more = LAW["law.toml"] + (
        b'\n[[rule]]\nid = "mediation.confirmation"\nzh = "x"\nen = "x"\narticle = "x"\n'
        b'source = "INF"\nfrom = 2000-01-01\nto = 2010-12-31\n'
    )
    found = told(LAW, {**LAW, "law.toml": more})
    assert {each[1] for each in found} == {"mediation.confirmation"}
    assert {each[2] for each in found} == {"added"}
    assert "[2000-01-01].to" in {each[3] for each in found}


def test_items_that_came_or_went_are_one_line_each():
    without = {path: data for path, data in BASE.items() if path != "cases/hazard.toml"}
    assert told(BASE, without) == [("cases", "hazard", "removed", "", None, None)]
    assert told(without, BASE) == [("cases", "hazard", "added", "", None, None)]


def test_a_way_is_told_by_its_act_and_states_wherever_it_is_written():
    new = edited(BASE, "cases/hazard.toml", ('["verifier", "importer"]', '["unit_head"]'))
    assert told(BASE, new) == [
        ("cases", "hazard", "changed", "transition[verified resolved].roles",
         "verifier, importer", "unit_head"),
    ]  # fmt: skip


def test_the_head_is_compared_too():
    version = load_pack(BASE).head.version
    new = edited(BASE, "pack.toml", (version, "1999"))
    assert told(BASE, new) == [("pack.toml", "", "changed", "version", version, "1999")]
