"""What a person may do now with a stream: every command of its aggregate is prepared and judged.

The rules are those of ``prepare``. The command is filled in with the first choice of each list and
with any text, for no rule reads texts; where something must be named that no list holds, with a
made-up name. So nothing is offered that would be refused for who she is or where things stand;
what another choice would have refused (another person, more days) shows when it is prepared.
Where only a guard forbids an act its reason is told: separation of duty is better seen than
guessed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_origin

import msgspec
from msgspec.structs import replace

from ledger.aggregates.account.errors import NotVolunteers
from ledger.aggregates.case.errors import ActNotPossible
from ledger.aggregates.disclosure_item.errors import NotPossible
from ledger.errors import LedgerError, MalformedError, NotAuthorised, RuleViolation
from ledger.kernel.act import Who
from ledger.rules.keys import Key
from ledger.rules.posts import HOLDER
from ledger.service.acts.commands import parse_command
from ledger.service.acts.judge import PENDING
from ledger.service.acts.prepare import Prepared, prepare
from ledger.service.directory import posts_held
from ledger.service.forms.choosing import choices
from ledger.service.forms.fields import Field, fields_of
from ledger.service.forms.form import FormField, form_of, members_of
from ledger.service.forms.holding import key_to_act, keys_of
from ledger.service.forms.setting import Setting
from ledger.service.ledger import Ledger

_ANY_FILE: Final = f"{'0' * 26}:{'A' * 43}:image/png:1:1"
_SAMPLES: Final = {
    "number": "1",
    "yuan": "0.00",
    "time": "00:00",
    "yes_no": "yes",
    "file": _ANY_FILE,
}
_ANY_TEXT: Final = "…"
_ANY_ID: Final = "0" * 26
_MADE_UP: Final = (
    "any",
    "2000-01-01",
    "A" * 43,
    "A" * 86,
    f"any@{_ANY_ID}",
    *(f"{kind}/{_ANY_ID}" for kind in ("person", "unit", "case", "account", "session", "post")),
)
"""Names of each form that a command may take; nothing bears them."""
_TYPED: Final = frozenset({"line", "lines", "number", "yuan"})


class _NothingToChoose(LookupError):
    """The act needs a choice, and there is none."""


class Possible(msgspec.Struct, frozen=True, kw_only=True):
    """An act, the role in which it may be done, or why a guard forbids it.

    ``judged`` is False where a sample of its form is made up: the rules said no more than that it
    may be for her, as things stand. ``moves`` is False where it would leave the record as it is,
    as another answer does.
    """

    command: str
    role: str
    refusal: LedgerError | None = None
    judged: bool = True
    moves: bool = True


def possible(ledger: Ledger, actor: str, stream: str) -> list[Possible]:
    """Return what ``actor`` may do with ``stream`` now, and what a guard alone forbids her.

    Nothing to somebody without a key: she can sign nothing. What takes members that another page
    brings begins a stream of its own, and is offered on that page alone.
    """
    aggregate = ledger.registry.aggregates[stream.partition("/")[0]]
    names = [command.name for command in aggregate.commands if not command.brought]
    return _possible(ledger, actor, stream, names)


def possible_act(ledger: Ledger, actor: str, stream: str, command: str) -> Possible | None:
    """Return what ``possible`` says of one command, None where it is not offered."""
    return next(iter(_possible(ledger, actor, stream, [command])), None)


def may_do(setting: Setting) -> bool:
    """Tell whether the act of a form may be for its reader, on its stream or to begin one."""
    keys, posts = keys_of(setting.ledger, setting.actor), posts_held(setting.ledger, setting.actor)
    roles = list(dict.fromkeys(post.role for post in posts))
    return bool(keys) and _judged(setting, roles, key_to_act(keys).kid) is not None


def possible_for(
    ledger: Ledger, actor: str, command: str, given: Mapping[str, str]
) -> Possible | None:
    """Return what ``possible`` says of an act that begins a stream, of what is ``given``."""
    keys = keys_of(ledger, actor)
    roles = list(dict.fromkeys(post.role for post in posts_held(ledger, actor)))
    return (
        _judged(Setting(ledger, command, actor, given=given), roles, key_to_act(keys).kid)
        if keys
        else None
    )


def _possible(ledger: Ledger, actor: str, stream: str, commands: list[str]) -> list[Possible]:
    keys, posts = keys_of(ledger, actor), posts_held(ledger, actor)
    if not keys:
        return []
    roles = list(dict.fromkeys(post.role for post in posts))
    judged = (
        _judged(Setting(ledger, command, actor, stream=stream), roles, key_to_act(keys).kid)
        for command in commands
    )
    return [found for found in judged if found is not None]


def _judged(setting: Setting, roles: list[str], kid: str) -> Possible | None:
    refused: Possible | None = None
    for role in (HOLDER, *roles) if _is_own_key(setting) else roles:
        who = Who(actor=setting.actor, role=role, kid=kid)
        found = Possible(command=setting.command, role=role, judged=not _made_up(setting))
        try:
            prepared = _try(setting, who)
        except (ActNotPossible, NotPossible, NotVolunteers, _NothingToChoose):
            return None
        except NotAuthorised:
            continue
        except LedgerError as error:
            if isinstance(error, MalformedError) or not found.judged:
                return replace(found, judged=False)
            if not isinstance(error, RuleViolation):
                return None
            refused = refused or replace(found, refusal=error)
            continue
        return replace(found, moves=_moves(setting, prepared))
    return refused


def _moves(setting: Setting, prepared: Prepared) -> bool:
    """Tell whether an act changes more of the record than which act was its last."""
    aggregate, after = setting.aggregate, setting.state
    for draft in prepared.drafts:
        if draft.act.stream != setting.stream:
            return True
        after = aggregate.evolve(after, replace(draft.act, index=PENDING))
    before = {name: getattr(setting.state, name) for name in aggregate.latest}
    return bool((replace(after, **before) if before else after) != setting.state)


def _is_own_key(setting: Setting) -> bool:
    """Tell whether it is about a key of whoever acts: as its holder she needs no post."""
    return isinstance(setting.state, Key) and setting.state.holder == setting.actor


def _try(setting: Setting, who: Who) -> Prepared:
    samples = dict(_samples(setting)) | dict(_made_up(setting)) | dict(_known(setting))
    samples |= setting.given
    fields: dict[str, Any] = {"stream": setting.stream, **members_of(setting, samples)}
    wanted = parse_command(setting.ledger, setting.command, fields)
    with setting.ledger.turnstile:
        return prepare(setting.ledger, [wanted], who)


def _samples(setting: Setting) -> Iterator[tuple[str, str]]:
    left_open = {each.name for each in msgspec.structs.fields(setting.cls) if each.default is None}
    for field in form_of(setting):
        # Of questions that may each be left open some act may ask for one answer at least.
        if field.required or (field.shape == "yes_no" and field.name in left_open):
            yield field.name, _sample(field)


def _known(setting: Setting) -> Iterator[tuple[str, str]]:
    """Yield what fits the fields that she is not offered: she may have it in her hands."""
    for field in fields_of(setting.cls):
        if field.name in setting.cls.withheld:
            yield from ((field.name, each.value) for each in choices(setting, field) or ())


def _made_up(setting: Setting) -> list[tuple[str, str]]:
    """Return a made-up value for each field that wants a name, or no less than some number."""
    wanted = {each.name: each for each in fields_of(setting.cls) if each.required}
    typed = [field.name for field in form_of(setting) if field.shape in _TYPED]
    return [
        (name, made)
        for name in typed
        if name in wanted
        and name not in setting.given
        and (made := _named(wanted[name])) is not None
    ]


def _named(field: Field) -> str | None:
    """Return a value that fits the limits of a field, None where it has none."""
    least = next((meta.ge for meta in field.metas if meta.ge), None)
    if least is not None:
        return str(least)
    if get_origin(field.base) is tuple:
        return _named(field.each)
    patterns = [meta.pattern for meta in field.metas if meta.pattern]
    if not patterns:
        return None
    fit = (name for name in _MADE_UP if all(re.search(each, name) for each in patterns))
    return next(fit, None)


def _sample(field: FormField) -> str:
    if field.value:
        return field.value
    if field.shape == "yuan" and "." not in field.name:
        return "1.00"  # of a claim, which is of something
    if field.shape in {"choice", "several"}:
        if not field.choices:
            raise _NothingToChoose
        return field.choices[0].value
    return _SAMPLES.get(field.shape, _ANY_TEXT)
