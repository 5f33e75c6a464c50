"""``mingzhang user …``: who may sign in at the pages, as which person."""

from typing import Annotated

import typer
from rich.console import Console

from ledger.cli.shell import Shell, table
from ledger.cli.signing import passphrase
from ledger.errors import NotFound
from ledger.service.directory import everybody, posts_held
from ledger.service.sign_in import Account, Accounts

Name = Annotated[str, typer.Argument(metavar="NAME", help="What she signs in with. 账号名")]
_PROMPT = "Passphrase of account {name} 口令"


class PersonUnknown(NotFound):
    """An account is to be of somebody who is no person of this ledger."""

    code = "cli.person_unknown"
    zh = "账本中没有 {actor}。请用 mingzhang list persons --values 查找本人的编号。"
    en = "The ledger has no {actor}. `mingzhang list persons --values` shows who is who."


def add(
    shell: Shell,
    name: Name,
    *,
    actor: Annotated[str, typer.Option(metavar="PERSON", help="Her person/… reference. 人员")],
) -> None:
    """Add an account to sign in with 新增账号. What she may do comes from the posts she holds."""
    with shell.open() as ledger:
        if actor.startswith("person/") and actor not in everybody(ledger):
            raise PersonUnknown(actor=actor)
        held = sorted({post.role for post in posts_held(ledger, actor)})
        accounts = Accounts(ledger.home.path)
        made = accounts.add(name, actor, passphrase(_PROMPT.format(name=name), confirm=True))
        accounts.close()
    data = {"name": made.name, "actor": made.actor, "roles": held}
    shell.result(
        data, lambda out: out.print(f"{name}  {actor}  {', '.join(held) or '-'}", soft_wrap=True)
    )


def list_(shell: Shell) -> None:
    """List the accounts 账号列表."""
    with shell.open() as ledger:
        accounts = Accounts(ledger.home.path)
        found = accounts.listed()
        accounts.close()
    shell.result({"accounts": found}, lambda out: _print(out, found))


def passphrase_(shell: Shell, name: Name) -> None:
    """Change an account's passphrase 更换口令. Its sessions end."""
    with shell.open() as ledger:
        accounts = Accounts(ledger.home.path)
        accounts.change_passphrase(name, passphrase(_PROMPT.format(name=name), confirm=True))
        accounts.close()


def disable(shell: Shell, name: Name) -> None:
    """Take an account out of use 停用账号. Its sessions end."""
    _set(shell, name, disabled=True)


def enable(shell: Shell, name: Name) -> None:
    """Take an account into use again 启用账号."""
    _set(shell, name, disabled=False)


def _set(shell: Shell, name: str, *, disabled: bool) -> None:
    with shell.open() as ledger:
        accounts = Accounts(ledger.home.path)
        accounts.disable(name, disabled=disabled)
        accounts.close()


def _print(out: Console, found: list[Account]) -> None:
    grid = table("account 账号", "person 人员", "disabled 停用")
    for account in found:
        grid.add_row(account.name, account.actor, "yes 是" if account.disabled else "")
    out.print(grid)


topics = {"user": "Who may sign in at the pages 网页账号"}
commands = {
    "user add": add,
    "user disable": disable,
    "user enable": enable,
    "user list": list_,
    "user passphrase": passphrase_,
}
