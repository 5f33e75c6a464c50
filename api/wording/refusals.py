"""A refusal as the page of a form tells it: its facts, which are codes and days, in words.

What an error's text is made of are facts as the rules hold them: a term's code, a rule's id, a day
as it is written in the log. Here each is called as the packs of the day call it; whatever has no
name stays as it is. The answers of the API and the command line keep the codes.
"""

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
    facts = {name: _told(words, of, name, fact, around) for name, fact in error.facts.items()}
    return type(error)(**facts)


def _told(words: "Words", of: str, name: str, fact: object, around: Mapping[str, Any]) -> object:
    unit = str(around.get("unit") or "")
    if not isinstance(fact, str) or name in {"member", "pack", "why", "what"}:
        return fact
    comma = "、" if words.lang == "zh" else ", "
    if name == "roles":
        return comma.join(words.role(each, unit) for each in fact.split(" / "))
    if name == "taken":  # types of files: a person knows them by what they end in
        return comma.join(each.rpartition("/")[2].upper() for each in fact.split(", "))
    if name == "allowed":
        return comma.join(_listed(words, of, each, around) for each in fact.split(", "))
    if name == "rule":
        return words.rule_name(unit, fact, words.day) if unit else fact
    return words.value(of, name, fact, around)


def _listed(words: "Words", of: str, code: str, around: Mapping[str, Any]) -> str:
    """Return what one of the codes allowed is called, in the first list that knows it."""
    told = (words.value(of, member, code, around) for member in _LISTED)
    return next((word for word in told if word != code), code)
