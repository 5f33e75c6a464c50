"""The tree of commands: those written by hand (``commands``), and the acts of all aggregates."""

from collections import ChainMap

import typer

from ledger.bootstrap import registry
from ledger.cli import commands
from ledger.cli.acts import add_acts
from ledger.cli.shell import command, global_options, in_shell
from ledger.kernel.discovery import declared

MACHINES = frozenset({"log.publish_heads"})
"""Acts a machine does by itself, with what it computed: nobody types them."""


def make_app() -> typer.Typer:
    """Return the command line."""
    made = typer.Typer(
        name="mingzhang",
        help="Mingzhang 明账: a signed, tamper-evident ledger. 签名可验、篡改可见的账本",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    made.callback()(global_options)
    written = ChainMap(*declared(commands, "commands"))
    groups: dict[str, typer.Typer] = {}

    def group(name: str) -> typer.Typer:
        if name not in groups:
            groups[name] = typer.Typer(no_args_is_help=name not in written, help=_topic(name))
            made.add_typer(groups[name], name=name.replace("_", "-"))
            if "_" in name:  # as it was spelt before
                made.add_typer(groups[name], name=name, hidden=True)
        return groups[name]

    for words in sorted(each for each in written if " " in each):
        topic, _, verb = words.partition(" ")
        command(group(topic), verb, written[words])
    add_acts(group, MACHINES | {words.replace(" ", ".") for words in written})
    for name in sorted(each for each in written if " " not in each):
        if name in groups:  # what is done when the topic alone is typed
            groups[name].callback(invoke_without_command=True)(in_shell(written[name]))
        else:
            command(made, name, written[name])
    return made


def _topic(name: str) -> str:
    if (aggregate := registry().aggregates.get(name)) is not None:
        return f"{aggregate.naming.about} {aggregate.naming.zh}"
    about: str = ChainMap(*declared(commands, "topics"))[name]
    return about


app = make_app()
