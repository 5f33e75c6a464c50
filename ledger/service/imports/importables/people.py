"""People and posts: who works where, one row per person and post.

A person is told by her name and, where two bear one name, her document number. Somebody without a
post has a row whose post is empty. A post proposed takes effect once other registrars approve it:
they read the same table and sign its rows (``mingzhang import people --approve``).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from ledger.errors import RuleViolation
from ledger.kernel.aggregate import Command
from ledger.rules.genesis import LOG, log_of
from ledger.rules.posts import Appointment, PostAppointmentProposed
from ledger.service.directory import facts
from ledger.service.imports import cells
from ledger.service.imports.importable import Fact, Held, Importable, Intake, Row
from ledger.service.imports.tables import Column
from ledger.service.ledger import today
from ledger.service.reading.recorded import recorded

NAME = Column(id="name", zh="姓名", en="Name", required=True, example="王示例")
ID_NO = Column(id="id_no", zh="证件号码", en="Document number",
               note_zh="同名者必填", note_en="needed where two bear one name")  # fmt: skip
PHONE = Column(id="phone", zh="联系电话", en="Phone")
UNIT = Column(id="unit", zh="单位代码", en="Unit", form=cells.code, example="520602001001",
              note_zh="留空为全账本", note_en="empty for the whole ledger")  # fmt: skip
ROLE = Column(id="role", zh="岗位", en="Post", words="role", example="监督委员会成员",
              note_zh="只登记人员的留空", note_en="empty to register the person alone")  # fmt: skip
SINCE = Column(id="since", zh="任职日期", en="Since", form=cells.day, example="2026-01-01",
               note_zh="留空为今天", note_en="today if empty")  # fmt: skip
UNTIL = Column(id="until", zh="任期届满", en="Until", form=cells.day,
               note_zh="不再任职的第一天", note_en="first day no longer in post")  # fmt: skip


class PersonAmbiguous(RuleViolation):
    """Somebody of the name is known, and nothing tells whether this is she."""

    code = "import.person_ambiguous"
    zh = (
        "账本中或本表前面已有同名人员，而其中一人没有证件号码，无法判断是否同一人。请补填证件号码。"
    )
    en = "Somebody of this name is known, one of them without document number. Fill in both."


class TermWithoutPost(RuleViolation):
    """Days of a term without a post."""

    code = "import.term_without_post"
    zh = "填写了任职日期或届满日期，但“{column}”为空。请补填岗位，或删去日期。"
    en = "There are days of a term, and {column} is empty. Fill it in, or delete the days."


def _person(row: Row) -> tuple[str, str]:
    return row.of("name"), row.of("id_no")


def _key(row: Row) -> tuple[str, ...]:
    return (*_person(row), row.of("role"), row.of("unit") if row.of("role") else "")


def _people(intake: Intake) -> dict[tuple[str, str], list[str]]:
    """Return the persons registered before this run, by name and document number."""
    found: dict[tuple[str, str], list[str]] = {}
    for one, told, _ in intake.once("identities", lambda: _identities(intake)):
        found.setdefault((told["name"], told["id_no"]), []).append(one)
    return found


def _identities(intake: Intake) -> list[tuple[str, dict[str, str], int]]:
    """Return each person's stream, what her row says of her, and where she was registered."""
    found = []
    for each in recorded(intake.ledger, "person", "person.registered.v1"):
        told = {name: each.value("identity", name) for name in ("name", "id_no", "phone")}
        told["unit"] = intake.unit_code(each.act.event.unit)
        found.append((each.act.stream, told, each.act.index or 0))
    return found


def _held(intake: Intake) -> Iterator[Held]:
    people = intake.once("identities", lambda: _identities(intake))
    told_of = {stream: told for stream, told, _ in people}
    posts = [*_appointments(intake, told_of)]
    posted = {person for _, person, _ in posts}
    alone = [(at, Held(one, told)) for one, told, at in people if one not in posted]
    rows = sorted([*alone, *((at, held) for at, _, held in posts)], key=lambda row: row[0])
    yield from (held for _, held in rows)


def _appointments(
    intake: Intake, told_of: Mapping[str, dict[str, str]]
) -> Iterator[tuple[int, str, Held]]:
    """Yield the appointments that are not over: where each was proposed, whose it is, its row."""
    for each in recorded(intake.ledger, "post", "post.appointment_proposed.v1"):
        proposed = cast(PostAppointmentProposed, each.act.event)
        post = cast(Appointment, intake.ledger.known.stream(each.act.stream).state)
        if proposed.holder not in told_of or (post.ended and post.ended <= intake.day):
            continue
        told = told_of[proposed.holder] | {
            "unit": intake.unit_code(proposed.unit),
            "role": proposed.post_role,
            "since": proposed.from_,
            "until": proposed.until or "",
        }
        yield each.act.index or 0, proposed.holder, Held(each.act.stream, told)


def _plan(intake: Intake, row: Row) -> Sequence[Fact]:
    code = row.get("unit")
    unit = intake.unit(code, UNIT) if code else None
    person, planned = _registered(intake, row, unit)
    role = row.get("role")
    if role is None:
        if row.get("since") or row.get("until"):
            raise TermWithoutPost(column=ROLE.zh)
        return planned
    # Another term of the same post is another post.
    of = (*_key(row), row.of("since"))
    command = intake.command(
        "post.appoint",
        stream=intake.stream("post", "post", of),
        holder=person,
        post_role=role,
        from_date=row.get("since") or today(intake.ledger).isoformat(),
        until=row.get("until"),
        unit=unit,
    )
    return (*planned, Fact("post", of, command))


def _registered(intake: Intake, row: Row, unit: str | None) -> tuple[str, tuple[Fact, ...]]:
    """Return the person of a row, and the fact that registers her unless she is."""
    people = intake.once("people", lambda: _people(intake))
    made_here = intake.made.get(("person", _person(row)))
    known = [*people.get(_person(row), ()), *([made_here] if made_here else ())]
    if len(known) > 1:
        raise PersonAmbiguous
    if known:
        return known[0], ()
    name, id_no = _person(row)
    made = (of for fact, of in intake.made if fact == "person")
    alike = {of[1] for of in (*people, *made) if of[0] == name}
    if alike and not (id_no and all(alike)):
        raise PersonAmbiguous
    stream = intake.stream("person", "person", _person(row))
    command = intake.command(
        "person.register",
        stream=stream,
        full_name=name,
        id_no=id_no or None,
        phone=row.get("phone"),
        unit=unit,
    )
    return stream, (Fact("person", _person(row), command),)


def _second(intake: Intake, held: Held) -> Sequence[Command]:
    """Approve an appointment that another registrar proposed and that lacks signatures."""
    if not held.stream.startswith("post/"):
        return ()
    post = cast(Appointment, intake.ledger.known.stream(held.stream).state)
    joint = post.joint
    if joint is None or post.effective(log_of(facts(intake.ledger, LOG)).threshold):
        return ()
    if joint.signed_by(intake.actor):
        return ()
    return (intake.command("post.approve", stream=held.stream, approves=joint.digest),)


importable = Importable(
    name="people",
    zh="人员与岗位",
    en="People and posts",
    columns=(NAME, ID_NO, PHONE, UNIT, ROLE, SINCE, UNTIL),
    told_by=f"{NAME.zh}、{ID_NO.zh}、{UNIT.zh}、{ROLE.zh}",
    key=_key,
    held=_held,
    plan=_plan,
    second=_second,
    role="registrar",
)
