from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.tlog.checkpoint import Checkpoint, format_checkpoint, sign_checkpoint
from ledger.tlog.cosignature import cosign
from ledger.tlog.encoding import BadDecimal
from ledger.tlog.note import Note, NoteSigner, cosigner_verifier, format_vkey, open_note
from ledger.tlog.policy import (
    BadPolicyFile,
    BadPolicyKey,
    BadPolicyLine,
    BadPolicyName,
    BadPolicyThreshold,
    Policy,
    QuorumNotMet,
    format_policy,
    parse_policy,
    verify_quorum,
)

LOG = NoteSigner(name="log.example/1", seed=bytes([99]) * 32)
LOG_KEY = format_vkey(LOG.verifier)
CHECKPOINT = Checkpoint(origin="log.example/1", size=8, root=bytes(32))
COUNT = 8


def seed(i: int) -> bytes:
    return bytes([i + 1]) * 32


KEYS = [format_vkey(cosigner_verifier(name=f"w{i}.example", seed=seed(i))) for i in range(COUNT)]
X1, X2, X3, Y1, Y2, Y3, Z1, Z2 = KEYS


def policy(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


VILLAGE = policy(
    f"log {LOG_KEY}",
    f"witness disc {X1}",
    f"witness villagers {X2}",
    f"witness county {X3}",
    "group q 2 disc villagers county",
    "quorum q",
)
NESTED = policy(
    "# the example of the specification",
    f"log {LOG_KEY}",
    "",
    f"witness X1 {X1}",
    f"witness X2 {X2}",
    f"  witness\tX3 \t {X3}  ",
    "group X-witnesses 2 X1 X2 X3",
    " \t ",
    f"witness Y1 {Y1}",
    f"witness Y2 {Y2}",
    f"witness Y3 {Y3}",
    "group Y-witnesses any Y1 Y2 Y3",
    "\t# all of them",
    "group X-and-Y all X-witnesses Y-witnesses",
    "quorum X-and-Y",
)


def cosigned(rules: Policy, indexes: tuple[int, ...]) -> Note:
    text, data = format_checkpoint(CHECKPOINT), sign_checkpoint(CHECKPOINT, LOG)
    for i in indexes:
        data += cosign(text, name=f"w{i}.example", seed=seed(i), timestamp=1700000000)
    return open_note(data, [LOG.verifier, *rules.witness_verifiers()])


def met(rules: Policy, indexes: tuple[int, ...]) -> bool:
    try:
        verify_quorum(rules, cosigned(rules, indexes))
    except QuorumNotMet:
        return False
    return True


def subsets(count: int) -> list[tuple[int, ...]]:
    return [chosen for size in range(count + 1) for chosen in combinations(range(count), size)]


def test_two_of_three_of_the_village_policy_are_enough() -> None:
    rules = parse_policy(VILLAGE)
    assert [chosen for chosen in subsets(3) if met(rules, chosen)] == [
        (0, 1),
        (0, 2),
        (1, 2),
        (0, 1, 2),
    ]
    assert verify_quorum(rules, cosigned(rules, (0, 2))) == ("disc", "county")
    with pytest.raises(QuorumNotMet) as refusal:
        verify_quorum(rules, cosigned(rules, (1,)))
    assert refusal.value.facts == {"quorum": "q", "count": 1}


def test_the_specifications_nested_groups_want_two_of_x_and_one_of_y() -> None:
    rules = parse_policy(NESTED)
    for chosen in subsets(6):
        of_x = sum(i < 3 for i in chosen)
        assert met(rules, chosen) == (of_x >= 2 and len(chosen) > of_x), chosen


@pytest.mark.parametrize(
    ("threshold", "needed"), [("any", 1), ("all", 3), ("1", 1), ("2", 2), ("3", 3)]
)
def test_a_threshold_counts_members(threshold: str, needed: int) -> None:
    rules = parse_policy(
        policy(
            *(f"witness {name} {key}" for name, key in zip("abc", KEYS, strict=False)),
            f"group g {threshold} a b c",
            "quorum g",
        )
    )
    for chosen in subsets(3):
        assert met(rules, chosen) == (len(chosen) >= needed)


def test_a_single_witness_may_be_the_quorum() -> None:
    rules = parse_policy(policy(f"witness a {X1}", f"witness b {X2}", "quorum b"))
    assert [chosen for chosen in subsets(2) if met(rules, chosen)] == [(1,), (0, 1)]


def test_quorum_none_asks_for_no_cosignature() -> None:
    rules = parse_policy(policy("quorum none"))
    assert rules == Policy(logs=(), witnesses=(), groups=(), quorum=None)
    assert verify_quorum(rules, cosigned(rules, ())) == ()


def test_cosignatures_of_witnesses_outside_the_policy_do_not_count() -> None:
    rules = parse_policy(VILLAGE)
    assert not met(rules, (0, 5, 6, 7))


def test_keys_and_urls_are_kept() -> None:
    rules = parse_policy(
        policy(f"log {LOG_KEY} https://log.example/1", f"witness w {X1} https://w", "quorum w")
    )
    assert rules.log_verifiers() == (LOG.verifier,)
    assert (rules.logs[0].url, rules.witnesses[0].url) == ("https://log.example/1", "https://w")


def test_names_are_opaque_octets() -> None:
    kelvin = "witness \u212a "
    data = f"witness K {X1}\n{kelvin}{X2}\n".encode()
    data += b"witness \xff\xfe\xfd " + X3.encode() + b" http://\xfa\n"
    data += b"# comment \xc3\x28\ngroup g 1 K \xff\xfe\xfd\nquorum g\n"
    rules = parse_policy(data)
    assert len({witness.name for witness in rules.witnesses}) == 3
    assert met(rules, (0,))
    assert not met(rules, (1,))
    assert met(rules, (2,))
    assert parse_policy(format_policy(rules)) == rules


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (("quorum none", "quorum none"), BadPolicyFile),
        ((f"witness a {X1}",), BadPolicyFile),
        ((), BadPolicyFile),
        (("quorum",), BadPolicyLine),
        (("quorum none x",), BadPolicyLine),
        (("Quorum none",), BadPolicyLine),
        (("cosigner a", "quorum none"), BadPolicyLine),
        (("log", "quorum none"), BadPolicyLine),
        ((f"log {LOG_KEY} url url", "quorum none"), BadPolicyLine),
        (("witness a", "quorum none"), BadPolicyLine),
        ((f"witness a {X1} url url", "quorum none"), BadPolicyLine),
        ((f"witness a {X1}", "group g 1", "quorum none"), BadPolicyLine),
        ((f"witness a {X1} # comment x", "quorum none"), BadPolicyLine),
        (("quorum a", f"witness a {X1}"), BadPolicyName),
        (("quorum a",), BadPolicyName),
        (("group g 1 a", f"witness a {X1}", "quorum g"), BadPolicyName),
        (("group g 1 g", "quorum g"), BadPolicyName),
        ((f"witness none {X1}", "quorum none"), BadPolicyName),
        ((f"witness a {X1}", "group none 1 a", "quorum none"), BadPolicyName),
        ((f"witness a {X1}", "group g 1 a none", "quorum g"), BadPolicyName),
        ((f"witness a {X1}", f"witness a {X2}", "quorum a"), BadPolicyName),
        ((f"witness a {X1}", "group a 1 a", "quorum a"), BadPolicyName),
        ((f"witness a {X1}", "group g 1 a a", "quorum g"), BadPolicyName),
        ((f"witness a {X1}", "group g 1 a", "group h 1 a", "quorum h"), BadPolicyName),
        ((f"witness a {X1}", f"witness b {X1}", "quorum a"), BadPolicyKey),
        ((f"log {LOG_KEY}", f"log {LOG_KEY}", "quorum none"), BadPolicyKey),
        ((f"log {X1}", "quorum none"), BadPolicyKey),
        ((f"witness a {LOG_KEY}", "quorum none"), BadPolicyKey),
        ((f"witness a {X1}", "group g 0 a", "quorum g"), BadPolicyThreshold),
        ((f"witness a {X1}", "group g 2 a", "quorum g"), BadPolicyThreshold),
        ((f"witness a {X1}", "group g +1 a", "quorum g"), BadDecimal),
        ((f"witness a {X1}", "group g 01 a", "quorum g"), BadDecimal),
        ((f"witness a {X1}", "group g most a", "quorum g"), BadDecimal),
        (("log nonsense", "quorum none"), MalformedError),
    ],
)
def test_a_file_that_is_no_policy_is_refused(
    lines: tuple[str, ...], error: type[MalformedError]
) -> None:
    with pytest.raises(error):
        parse_policy(policy(*lines))


def test_one_key_under_two_names_is_a_duplicate() -> None:
    renamed = format_vkey(cosigner_verifier(name="other.example", seed=seed(0)))
    assert renamed != X1
    with pytest.raises(BadPolicyKey) as refusal:
        parse_policy(policy("# one", f"witness a {X1}", "", f"witness b {renamed}", "quorum a"))
    assert refusal.value.facts == {"line": 4}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"quorum none",
        b"quorum none\r\n",
        b"quorum\x0bnone\n",
        b"quorum none\n\x7f\n",
        b"\x00\nquorum none\n",
        b"#" * 1_000_001,
    ],
)
def test_octets_a_policy_may_not_hold_are_refused(data: bytes) -> None:
    with pytest.raises(BadPolicyFile):
        parse_policy(data)


def test_thirty_two_of_each_are_supported() -> None:
    witnesses = [format_vkey(cosigner_verifier(name="w", seed=seed(i))) for i in range(32)]
    logs = [NoteSigner(name=f"log{i}", seed=seed(i + 32)) for i in range(32)]
    rules = parse_policy(
        policy(
            *(f"log {format_vkey(log.verifier)}" for log in logs),
            *(f"witness w{i} {key}" for i, key in enumerate(witnesses)),
            *(f"group g{i} all w{i}{f' g{i - 1}' if i else ''}" for i in range(32)),
            "quorum g31",
        )
    )
    assert [len(rules.logs), len(rules.witnesses), len(rules.groups)] == [32, 32, 32]
    assert parse_policy(format_policy(rules)) == rules


@given(st.data())
def test_every_policy_reads_back(data: st.DataObject) -> None:
    names = data.draw(
        st.lists(
            st.text("abc#村", min_size=1, max_size=4).filter(lambda name: name != "none"),
            min_size=2,
            max_size=8,
            unique=True,
        )
    )
    witnesses = data.draw(st.integers(1, len(names) - 1))
    lines = [f"witness {n} {key}" for n, key in zip(names[:witnesses], KEYS, strict=False)]
    free = names[:witnesses]
    for name in names[witnesses:]:
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        threshold = data.draw(st.sampled_from(["any", "all", str(len(members))]))
        lines.append(f"group {name} {threshold} {' '.join(members)}")
        free = [n for n in free if n not in members] + [name]
    rules = parse_policy(policy(*lines, f"quorum {data.draw(st.sampled_from([*names, 'none']))}"))
    assert parse_policy(format_policy(rules)) == rules
