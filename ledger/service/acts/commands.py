"""Commands as typed: a name and fields become a command, or a refusal that names the field."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ledger.errors import MalformedError
from ledger.kernel.aggregate import Command
from ledger.service.acts.misfits import misfit
from ledger.service.ledger import Ledger


class UnknownCommand(MalformedError):
    """No aggregate declares this command."""

    code = "command.unknown"
    zh = "无法识别的操作 {name}：{why}。"
    en = "Not a command: {name} ({why})."


class BadValue(MalformedError):
    """A value of a command is missing, or not of the form its field asks for."""

    code = "command.bad_value"
    zh = "“{name}”的 {member} 填写有误：{why}。请更正后重试。"
    en = "{name}: {member} is not usable ({why}). Correct it and try again."


def parse_command(ledger: Ledger, name: str, fields: Mapping[str, Any]) -> Command:
    """Return the command ``name`` with ``fields`` as typed. Raises: UnknownCommand, BadValue."""
    try:
        aggregate, cls = ledger.registry.commands[name]
        command: Command = msgspec.convert(fields, cls, strict=True)
    except KeyError:
        raise UnknownCommand(name=name, why="no such command") from None
    except msgspec.ValidationError as error:
        member, why = misfit(error)
        raise BadValue(name=name, member=member or "…", why=why) from None
    if command.stream and command.stream.partition("/")[0] != aggregate.name:
        raise BadValue(name=name, member="stream", why=f"{aggregate.name}/…")
    return command
