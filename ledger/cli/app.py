"""The tree of commands: what each topic adds, and the acts the aggregates declare."""

from collections.abc import Callable, Mapping

import typer

from ledger.bootstrap import registry
from ledger.cli import (
    attachments,
    backups,
    bench,
    board,
    certificates,
    demo,
    devices,
    explain,
    exports,
    heads,
    history,
    imports,
    init,
    keys,
    lists,
    moves,
    noticing,
    pack_trials,
    pack_units,
    packs,
    papers,
    register,
    serve,
    signers,
    tables,
    upkeep,
    users,
    verify,
)
from ledger.cli.acts import add_acts
from ledger.cli.shell import command, global_options, in_shell

TOP: Mapping[str, Callable[..., int | None]] = {
    "init": init.init,
    "verify": verify.verify,
    "replay": history.replay_,
    "register": register.register,
    "stats": register.stats,
    "explain": explain.explain,
    "board": board.board,
    "list": lists.list_,
    "backup": backups.backup,
    "restore": backups.restore_,
    "checkpoint": upkeep.checkpoint,
    "rebuild": upkeep.rebuild,
    "copy": moves.copy,
    "doctor": upkeep.doctor,
    "serve": serve.serve,
    "publish-heads": heads.publish_heads,
    "bench": bench.bench,
    "template": tables.template,
}
GROUPED: Mapping[tuple[str, str], Callable[..., int | None]] = {
    ("user", "add"): users.add,
    ("user", "disable"): users.disable,
    ("user", "enable"): users.enable,
    ("user", "list"): users.list_,
    ("user", "passphrase"): users.passphrase_,
    ("attachment", "list"): attachments.list_,
    ("attachment", "save"): attachments.save,
    ("certificate", "check"): certificates.check,
    ("certificate", "show"): certificates.show,
    ("demo", "tamper"): noticing.tamper_,
    ("export", "log"): exports.log,
    ("export", "evidence"): exports.evidence,
    ("export", "table"): tables.export_table,
    ("import", "messages"): imports.messages,
    ("import", "setup"): devices.import_setup,
    ("key", "new"): keys.new,
    ("key", "show"): keys.show,
    ("key", "keep"): keys.keep,
    ("pack", "adopt"): packs.adopt,
    ("pack", "check"): pack_trials.check,
    ("pack", "diff"): pack_trials.diff_,
    ("pack", "list"): packs.list_,
    ("pack", "simulate"): pack_trials.simulate,
    ("pack", "units"): pack_units.units,
    ("paper", "confirm"): papers.confirm,
    ("paper", "dispute"): papers.dispute,
    ("policy", "setup"): devices.policy_setup,
    ("signer", "renew-mark"): signers.renew_mark,
    ("signer", "rotate-key"): signers.rotate_key,
    ("signer", "show"): signers.show,
    ("signer", "switch"): signers.switch,
    ("tail", "apply"): backups.tail_apply,
    ("tail", "export"): backups.tail_export,
}

TOPICS: Mapping[str, str] = {
    "attachment": "Files put to a case or a disclosure item 附件",
    "certificate": "Certificates of voluntary service 服务证明",
    "demo": "Build or open the demonstration, and look at it 演示",
    "export": "The public tree, and evidence 导出",
    "import": "Bring in what other systems hold 导入",
    "policy": "What machines publish by themselves 策略",
    "signer": "The key and mark the log signs with 签名目录",
    "user": "Who may sign in at the pages 网页账号",
    "tail": "The end of a log that a restored ledger lacks 账本尾部",
}
"""Groups that are no aggregate's; those say themselves what they are about."""

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
    groups: dict[str, typer.Typer] = {}

    def group(name: str) -> typer.Typer:
        if name not in groups:
            groups[name] = typer.Typer(no_args_is_help=name != "demo", help=_topic(name))
            made.add_typer(groups[name], name=name)
        return groups[name]

    for name, run in TOP.items():
        command(made, name, run)
    for (of, name), run in GROUPED.items():
        command(group(of), name, run)
    for name, run in tables.import_commands().items():
        command(group("import"), name, run)
    group("demo").callback(invoke_without_command=True)(in_shell(demo.demo))
    add_acts(group, MACHINES | {f"{of}.{name}" for of, name in GROUPED})
    return made


def _topic(name: str) -> str:
    if (aggregate := registry().aggregates.get(name)) is None:
        return TOPICS[name]
    return f"{aggregate.naming.about} {aggregate.naming.zh}"


app = make_app()
