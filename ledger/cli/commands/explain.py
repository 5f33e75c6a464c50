"""``mingzhang explain``: why a deadline is that day, by article and step of the count."""

from typing import Annotated

import typer
from rich.console import Console

from ledger.aggregates.case.state import CaseState
from ledger.cli.pack_files import load_with_below
from ledger.cli.shell import Shell
from ledger.errors import MalformedError, NotFound
from ledger.rules.packs.book import open_book
from ledger.rules.sources import source_word
from ledger.rules.time import parse_date
from ledger.service.directory import unit_of
from ledger.service.ledger import Ledger, today
from ledger.service.packs.books import book_at
from ledger.service.packs.explaining import Explained, explain_case, explain_rule


class NothingToExplain(MalformedError):
    """Neither a case nor a rule is named, or both."""

    code = "cli.nothing_to_explain"
    zh = "请写明事项编号（case/…），或用 --rule 写明规则编号，二者只取其一。"
    en = "Name a case (case/…), or a rule with --rule: one of the two."


class NothingRuns(NotFound):
    """The stream is no open case with a term."""

    code = "explain.nothing_runs"
    zh = "{stream} 没有正在计算的期限：未曾登记，或已办结。请核对编号。"
    en = "No term runs in {stream}: it was never received, or is closed. Check the id."


class DayNeeded(MalformedError):
    """Without a ledger there is no today to count from."""

    code = "cli.day_needed"
    zh = "没有账本，不知今日：请用 --from 写明起算日。"
    en = "Without a ledger there is no today: say with --from from which day to count."


class UnitOrPackNeeded(MalformedError):
    """A rule is read in the packs of a unit, or of a pack named."""

    code = "cli.unit_or_pack_needed"
    zh = "请用 --unit 写明单位，或用 --pack 写明规则包。"
    en = "Say whose rule with --unit, or in which pack with --pack."


def explain(
    shell: Shell,
    case: Annotated[
        str | None,
        typer.Argument(metavar="CASE", help="Such as case/…. 事项编号", show_default=False),
    ] = None,
    *,
    rule: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A rule instead of a case. 规则编号", show_default=False),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="Day it begins; else today. 起算日", show_default=False
        ),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="Whose packs the rule is of. 单位", show_default=False),
    ] = None,
    pack: Annotated[
        str | None,
        typer.Option(
            metavar="PACK",
            help="Read the rule in this pack, no ledger needed. 规则包",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Explain a deadline 说明期限. The rule, its article, and every step of the count."""
    if (case is None) == (rule is None):
        raise NothingToExplain
    if case is not None:
        with shell.open() as ledger:
            found = _of_case(ledger, case)
    elif pack is not None:
        own, below = load_with_below(pack)
        if since is None:
            raise DayNeeded
        found = (explain_rule(open_book(own, below), str(rule), parse_date(since)),)
    else:
        with shell.open() as ledger:
            found = _of_rule(ledger, str(rule), since or today(ledger).isoformat(), unit)
    shell.result({"explained": found}, lambda out: _print(out, found))


def _of_case(ledger: Ledger, case: str) -> tuple[Explained, ...]:
    state = ledger.known.stream(case).state
    if not isinstance(state, CaseState) or not (state.clocks or state.paused):
        raise NothingRuns(stream=case)
    return explain_case(state, book_at(ledger, state.unit, _now(ledger)))


def _of_rule(ledger: Ledger, rule: str, since: str, unit: str | None) -> tuple[Explained, ...]:
    if unit is None:
        raise UnitOrPackNeeded
    book = book_at(ledger, unit_of(ledger, unit), _now(ledger))
    return (explain_rule(book, rule, parse_date(since)),)


def _now(ledger: Ledger) -> int:
    return ledger.clock.now_ms() // 1000


def _print(out: Console, found: tuple[Explained, ...]) -> None:
    for each in found:
        out.print(f"{each.zh} {each.en}")
        sure = f"{source_word(each.source, 'zh')} {source_word(each.source, 'en')}"
        out.print(f"  {each.article}（{sure}）  {each.pack} {each.rule}", soft_wrap=True)
        for said in (*each.measures, *each.steps):
            out.print(f"  {said.zh}  {said.en}", soft_wrap=True)
        if each.day is not None:
            provisional = "  待放假安排 provisional" if each.provisional else ""
            out.print(f"  = {each.day}{provisional}")
        if each.recorded not in {None, each.day}:
            out.print(f"  记录为 recorded as {each.recorded}")


commands = {
    "explain": explain,
}
