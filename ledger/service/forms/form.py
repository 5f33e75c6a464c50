"""A form for any declared command, made from its class, and its values read back as typed.

What the command line asks by options a page asks by fields: choices where the packs in force list
some, a day, a number, a text. A kind of case adds the fields of its own form (``form.<field>``), a
way of disclosing the amounts it wants stated (``amounts.<code>``). Money is typed in yuan and kept
in fen; what an account counts, its kind says. Whether the values are lawful the rules say. Not
handled: lists of what is chosen from no list are typed one to a line.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, Final, Literal, get_origin

import msgspec
from msgspec.structs import replace

from ledger.aggregates.disclosure_item.commands import AmountText, TableText
from ledger.kernel.event import Date
from ledger.rules.accounts import Amount, Balance, TimeOfDay
from ledger.rules.attachments import FileText
from ledger.rules.kinds.account import AccountKind, Measure
from ledger.rules.kinds.case import Field as KindField
from ledger.rules.kinds.case import FieldType
from ledger.rules.money import BadYuan, format_yuan, parse_yuan
from ledger.rules.quantities import TYPED
from ledger.service.acts.commands import BadValue
from ledger.service.forms import deciding
from ledger.service.forms.choosing import case_named, choices, typed_beside
from ledger.service.forms.fields import Field, fields_of
from ledger.service.forms.setting import Choice, Setting, coded
from ledger.service.reading.moments import parse_occurred

Shape = Literal[
    "choice", "several", "yes_no", "number", "yuan", "day", "time", "line", "text", "lines",
    "table", "file", "moment", "digest",
]  # fmt: skip

LONGEST_LINE: Final = 300
LONGEST_DIGITS: Final = 16
_LONGEST: Final = 60
MOST_CELLS: Final = 40_000
"""No table of more is lawful: ``TableText`` has at most as many characters."""
_WHOLE: Final = "须为整数 a whole number is expected"
_FEWER: Final = f"最多 {MOST_CELLS} 格（行数×列数） at most {MOST_CELLS} cells, rows by columns"
YES, NO = "yes", "no"
_YES_NO: Final = (Choice(value=YES, zh="是", en="Yes"), Choice(value=NO, zh="否", en="No"))
_FORM, _AMOUNTS, OTHER = "form", "amounts", "other"
_OTHER_CASE: Final = Choice(
    value=OTHER,
    zh="上面只列最新的；并入未列出的，请填其正式编号或记录编号（填了的，以此为准）",
    en="Only the newest are listed; another's official number or reference (it goes first)",
)
_NO_SUCH_CASE: Final = "本单位没有此编号的同类未结案件 no open case of this kind here bears it"
_SERVED: Final = frozenset({"start", "activity"})
"""When and at what minutes were served: asked of accounts that count minutes, of no others."""
_PAID_ON: Final = Choice(value="day", zh="收付日期", en="Day of the payment")
_OF_FORM: Final[Mapping[FieldType, Shape]] = {
    "text": "line", "integer": "number", "money": "yuan", "boolean": "yes_no",
    "date": "day", "choice": "choice",
}  # fmt: skip


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form; ``label`` is what a pack calls it, None where the program does.

    ``beside`` says that what is not among its choices may be typed in the field after it,
    ``folded`` that it is asked for under "more", after all others.
    """

    name: str
    shape: Shape
    required: bool
    choices: tuple[Choice, ...] = ()
    label: Choice | None = None
    value: str = ""
    most: int | None = None
    beside: bool = False
    folded: bool = False


def form_of(setting: Setting) -> list[FormField]:
    """Return the fields of the setting's command in the order in which they are asked.

    First what must be filled in, then what usually is, then what is folded away.
    """
    found = [
        (_turn(setting, field, shown), shown)
        for field in fields_of(setting.cls)
        for shown in _shown(setting, field)
    ]
    return [
        replace(shown, folded=turn is Turn.FOLDED)
        for turn, shown in sorted(found, key=lambda each: each[0])
    ]


class Turn(IntEnum):
    """When a form asks for something."""

    REQUIRED = 0
    USUAL = 1
    FOLDED = 2


def _turn(setting: Setting, field: Field, shown: FormField) -> Turn:
    if shown.required or field.required:  # what is typed beside a choice stands with it
        return Turn.REQUIRED
    return Turn.USUAL if field.name in setting.cls.usual else Turn.FOLDED


def _shown(setting: Setting, field: Field) -> Iterator[FormField]:
    if field.name == _FORM and setting.kind is not None:
        yield from (_of_kind(each) for each in setting.kind.fields)
        return
    if get_origin(field.base) is tuple and AmountText in field.base.__args__:
        yield from _amounts(setting)
        return
    if setting.account is not None and _is_anothers(setting, field, setting.account):
        return
    must = deciding.asked(setting, field.name)
    if must is False:
        return
    withheld = field.name in setting.cls.withheld
    found = None if withheld else choices(setting, field)
    several = field.name == "flow" and len(found or ()) > 1  # what came in is not what went out
    timed = field.name == "start" and setting.account is not None
    measure = _measure(setting, field)
    shape = _shape(field, measure) if found is None else _choosing(field)
    shape = "digest" if withheld else shape
    beside = typed_beside(setting, field, found or ())
    begun = setting.day.isoformat() if shape == "day" and field.required else ""
    if must:
        begun = deciding.begun(field.name, found or ())
    yield FormField(
        name=field.name,
        shape=shape,
        required=field.required or several or timed or must is True,
        choices=found if found is not None else _YES_NO if shape == "yes_no" else (),
        label=_label(setting, field, measure),
        value=begun,
        most=_most(field),
        beside=beside,
    )
    if beside:
        name = f"{field.name}.{OTHER}"
        yield FormField(name=name, shape="line", required=False, label=_OTHER_CASE, most=_LONGEST)


def _choosing(field: Field) -> Shape:
    return "several" if get_origin(field.base) is tuple else "choice"


def _is_anothers(setting: Setting, field: Field, kind: AccountKind) -> bool:
    """Tell whether a field says nothing of an account of this kind."""
    if field.name in _SERVED and kind.measure != "minute":
        return True
    return setting.cls.asked_of.get(field.name, kind.holder) != kind.holder


def _label(setting: Setting, field: Field, measure: Measure | None) -> Choice | None:
    """Return what a field is called for this kind of account, None where as for any."""
    kind = setting.account
    if field.name == "day" and kind is not None and kind.holder == "unit":
        return _PAID_ON
    return _counted(measure) if measure and field.required else None


def _measure(setting: Setting, field: Field) -> Measure | None:
    """Return what a field counts that is about an account, None where it is about none."""
    counts = setting.aggregate.name == "account" and field.kind in (Amount, Balance)
    return setting.account.measure if counts and setting.account else None


def _counted(measure: Measure) -> Choice:
    zh, en = TYPED[measure]
    return Choice(value=measure, zh=zh, en=en)


def _shape(field: Field, measure: Measure | None) -> Shape:  # noqa: PLR0911 - one line for each
    if measure == "fen":
        return "yuan"
    if field.base is bool:
        return "yes_no"
    if field.base is int:
        return "number"
    if field.kind == Date:
        return "day"
    if field.kind == TimeOfDay:
        return "time"
    if field.kind == FileText:
        return "file"
    if field.kind == TableText:
        return "table"
    if get_origin(field.base) is tuple:
        return "lines"
    if field.name.endswith("_at"):
        return "moment"
    most = _most(field)
    return "text" if field.free_text and (most is None or most > LONGEST_LINE) else "line"


def _most(field: Field) -> int | None:
    return next((meta.max_length for meta in field.metas if meta.max_length), None)


def _of_kind(field: KindField) -> FormField:
    shape = _OF_FORM[field.type]
    listed = tuple(Choice(value=word.id, zh=word.zh, en=word.en) for word in field.choice)
    return FormField(
        name=f"{_FORM}.{field.id}",
        shape=shape,
        required=field.required,
        choices=_YES_NO if shape == "yes_no" else listed,
        label=Choice(value=field.id, zh=field.zh, en=field.en),
    )


def _amounts(setting: Setting) -> Iterator[FormField]:
    stated = {each.of: format_yuan(each.fen) for each in getattr(setting.state, "amounts", ())}
    wanted = setting.procedure.amounts if setting.procedure else ()
    for label in coded(setting, "amount", wanted):
        yield FormField(
            name=f"{_AMOUNTS}.{label.value}",
            shape="yuan",
            required=True,
            label=label,
            value=stated.get(label.value, "").replace(",", ""),
        )


def members_of(setting: Setting, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the command's members from a form as typed; what was left empty is left out.

    Raises: BadValue, BadYuan, of what is no number, no table, no amount.
    """
    found: dict[str, Any] = {}
    for field in form_of(setting):
        text = typed.get(field.name, "").replace("\r\n", "\n").strip()
        if not text:
            continue
        head, _, rest = field.name.partition(".")
        value = _value(setting, field, text)
        match head if rest else "":
            case "form":
                found.setdefault(_FORM, {})[rest] = value
            case "amounts":
                found.setdefault(_AMOUNTS, []).append(f"{rest}={format_yuan(value)}")
            case _ if rest == OTHER:
                found[head] = _other_case(setting, head, value)
            case _:
                found[field.name] = value
    if _FORM in found:
        found[_FORM] = msgspec.json.encode(found[_FORM]).decode()
    return found


def _other_case(setting: Setting, member: str, typed: str) -> str:
    if (found := case_named(setting, typed)) is None:
        raise BadValue(name=setting.command, member=member, why=_NO_SUCH_CASE)
    return found


def _value(setting: Setting, field: FormField, text: str) -> Any:  # noqa: PLR0911 - as above
    match field.shape:
        case "yes_no":
            return text == YES
        case "number":
            return _number(setting, field, text)
        case "yuan":
            return _fen(field, text)
        case "choice" if _is_number(setting, field):
            return _number(setting, field, text)
        case "lines" | "several":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "moment":
            return parse_occurred(text)
        case "table":
            return _table(setting, field, text)
        case _:
            return text


def _table(setting: Setting, field: FormField, text: str) -> str:
    """Return the rows as JSON, each as wide as the widest, once their product is bearable."""
    lines = text.splitlines()
    width = 1 + max(line.count("\t") for line in lines)
    if len(lines) * width > MOST_CELLS:
        raise BadValue(name=setting.command, member=field.name, why=_FEWER)
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines]
    return msgspec.json.encode([row + [""] * (width - len(row)) for row in rows]).decode()


def _is_number(setting: Setting, field: FormField) -> bool:
    named = (each for each in fields_of(setting.cls) if each.name == field.name)
    return any(each.base is int for each in named)


def _number(setting: Setting, field: FormField, text: str) -> int:
    if not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) < LONGEST_DIGITS):
        raise BadValue(name=setting.command, member=field.name, why=_WHOLE)
    return int(text)


def _fen(field: FormField, text: str) -> int:
    try:
        return parse_yuan(text)
    except BadYuan:
        raise BadYuan(member=field.name) from None
