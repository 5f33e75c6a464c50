"""A refusal as the page of a form tells it: its facts, which are codes and days, in words.

What an error's text is made of are facts as the rules hold them: a term's code, a rule's id, a day
as it is written in the log. Here each is called as the packs of the day call it; whatever has no
name stays as it is. The answers of the API and the command line keep the codes.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ledger.errors import LedgerError

if TYPE_CHECKING:
    from api.wording.words import Words

_LISTED: Final = ("reason", "grade", "step", "items", "fact")
"""Members of which a refusal lists the codes that are allowed."""


def in_words(words: "Words", error: LedgerError, of: str, around: Mapping[str, Any]) -> LedgerError:
    """Return the refusal with facts in words.

    ``of`` is the command or the stream it is about, ``around`` the unit and kind its codes are of.
    """
    facts = {name: _told(words, of, name, error, around) for name in error.facts}
    return type(error)(**facts)


def _told(
    words: "Words", of: str, name: str, error: LedgerError, around: Mapping[str, Any]
) -> object:
    fact = error.facts[name]
    if not isinstance(fact, str):
        return fact
    unit = str(around.get("unit") or "")
    comma = "、" if words.lang == "zh" else ", "
    commands = words.registry.commands
    match name:
        case "pack" | "what":
            said = fact
        case "why":
            said = _half(fact, words.lang)
        case "member":
            said = words.acts.asked(of, fact, around) if of in commands else fact
        case "field" if of in commands:
            said = words.acts.asked(of, str(error.facts.get("member", fact)), around)
        case "name" if fact in commands:
            said = words.acts.command(fact)
        case "roles":
            said = comma.join(words.role(each, unit) for each in fact.split(" / "))
        case "taken":  # types of files: a person knows them by what they end in
            said = comma.join(each.rpartition("/")[2].upper() for each in fact.split(", "))
        case "allowed":
            said = comma.join(_listed(words, of, each, around) for each in fact.split(", "))
        case "rule":
            said = words.rule_name(unit, fact, words.day) if unit else fact
        case _:
            said = words.value(of, name, fact, around)
    return said


def _half(why: str, lang: str) -> str:
    """Return what is said in Chinese and then in English in one of the two, anything else as is."""
    found = re.fullmatch(r"(.*[^\x00-\x7f]) ([\x00-\x7f]+)", why)
    return found[1 if lang == "zh" else 2] if found else why


def _listed(words: "Words", of: str, code: str, around: Mapping[str, Any]) -> str:
    """Return what one of the codes allowed is called, in the first list that knows it."""
    told = (words.value(of, member, code, around) for member in _LISTED)
    return next((word for word in told if word != code), code)
