"""Acts from a page: judged and shown before they are signed, and signed here for who has no key.

A page shows what ``prepare`` makes of a wish; then the person's own device signs it, or the key
that the server keeps for her. Both ways end in ``submitting``, and a form's ``jti`` makes them one
entry however often they are sent. What is signed here is what was prepared a moment before: if the
stream went on since the person looked, ``Changed`` says so and nothing is signed.
"""

from collections.abc import Sequence

from ledger.entry import ids
from ledger.errors import ConflictError, NotAuthorised, NotFound
from ledger.kernel.act import Act, Who
from ledger.kernel.aggregate import Command
from ledger.rules.keys import Hand
from ledger.rules.paper import Original
from ledger.service.acts.front import Steps
from ledger.service.acts.prepare import MAX_ENTRIES, Prepared, jti_of, prepare
from ledger.service.acts.receipt import Receipt
from ledger.service.acts.sign import presentations, sign_drafts
from ledger.service.acts.submit import submitting
from ledger.service.directory import kept_key, posts_held
from ledger.service.forms.holding import key_to_act, keys_of
from ledger.service.ledger import Ledger
from ledger.store.dialect import reading


class NoKey(NotAuthorised):
    """Whoever is signed in has no key in force, so nothing can be signed for her."""

    code = "act.no_key"
    zh = "您在本账本没有有效密钥，不能签署。请先在“我的密钥”页生成，并由登记员登记。"
    en = "You have no key in force here, so nothing can be signed. Make one on “My key” first."


class NoPost(NotAuthorised):
    """Whoever is signed in holds no post today."""

    code = "act.no_post"
    zh = "您今天没有任职，不能办理。请联系登记员。"
    en = "You hold no post today, so you cannot act. Ask a registrar."


class Changed(ConflictError):
    """The stream went on since the form was shown."""

    code = "act.changed"
    zh = "您填写期间，他人先办理了 {count} 步。请看下面的变化，再决定是否继续签署。"
    en = "Meanwhile others recorded {count} acts. See what changed below, then go on or stop."


def proposed(
    ledger: Ledger,
    commands: Sequence[Command],
    actor: str,
    role: str | None,
    jti: str,
    *,
    original: Original | None = None,
) -> tuple[Who, Prepared]:
    """Return the drafts of ``commands``, and the post they are judged in.

    ``original`` is the paper they are typed from, if they are.

    Without a role each post held is tried, and the refusal told is the one nearest to success: not
    for lack of the right post, if any has another. Raises: NoKey, NoPost; as ``prepare``.
    """
    keys = keys_of(ledger, actor)
    roles = [role] if role else [post.role for post in posts_held(ledger, actor)]
    if not keys:
        raise NoKey
    if not roles:
        raise NoPost
    kid = key_to_act(keys).kid
    jtis = jtis_of(jti, len(commands))
    refusal: NotAuthorised | None = None
    for each in dict.fromkeys(roles):
        who = Who(actor=actor, role=each, kid=kid)
        try:
            with ledger.turnstile:
                return who, prepare(ledger, commands, who, jtis=jtis, original=original)
        except NotAuthorised as error:
            refusal = refusal or error
    assert refusal is not None
    raise refusal


def proxy_of(ledger: Ledger, actor: str) -> Hand | None:
    """Return whose hand the server would sign with for a person, None where it may not.

    ``own`` in a demonstration alone: her key is enrolled as hers, and lies here too.
    """
    try:
        kid = kept_key(ledger, actor).kid
    except NotFound:
        return None
    return next((key.hand for key in keys_of(ledger, actor) if key.kid == kid), None)


def signing_by_proxy(
    ledger: Ledger,
    commands: Sequence[Command],
    who: Who,
    jti: str,
    original: Original | None = None,
) -> Steps[Receipt]:
    """Return the steps of signing with the key the server keeps for her. Raises: NotFound."""
    key = kept_key(ledger, who.actor)
    own = Who(actor=who.actor, role=who.role, kid=key.kid)
    with ledger.turnstile:
        jtis = jtis_of(jti, len(commands))
        prepared = prepare(ledger, commands, own, jtis=jtis, original=original)
        signed = sign_drafts(prepared, key)
    return submitting(ledger, presentations(prepared, signed))


def jtis_of(jti: str, count: int) -> list[str]:
    """Return the ids of a form's commands: its own, and ones derived for those that go with it."""
    return [jti, *(ids.derived(jti, f"+{number}") for number in range(1, count))]


def recorded(ledger: Ledger, jti: str) -> list[Act]:
    """Return what was recorded of a form's submission, in log order; nothing before it was."""
    wanted = [
        jti_of(each, number) for each in jtis_of(jti, MAX_ENTRIES) for number in range(MAX_ENTRIES)
    ]
    with reading(ledger.recorder.engine) as connection:
        rows = ledger.recorder.by_jti(connection, wanted)
    acts = map(ledger.known.streams.mapper.act, rows.values())
    return sorted(acts, key=lambda act: act.index or 0)


def since(ledger: Ledger, stream: str, seq: int) -> list[Act]:
    """Return what was recorded in a stream after its entry ``seq``."""
    ledger.known.catch_up()
    rows = ledger.recorder.select_events(stream, gt=seq)
    return [ledger.known.streams.mapper.to_domain_event(row) for row in rows]
