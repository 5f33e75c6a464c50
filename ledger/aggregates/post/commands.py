"""What people wish for a post: imperative, flat, as typed."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ledger.kernel.aggregate import Command
from ledger.kernel.event import ActorRef, Code, Date, Digest, PersonRef, UnitRef
from ledger.rules.post_statements import Matter, Part, Voters
from ledger.rules.posts import RoleCode
from ledger.rules.texts import Line, Text


class ProposeAppointment(Command, frozen=True, kw_only=True):
    """Propose somebody for a post, at a unit and those below it or else for the whole ledger.

    ``until`` is the first day on which she holds it no more.
    """

    name: ClassVar[str] = "post.appoint"
    zh: ClassVar[str] = "提议任职"
    en: ClassVar[str] = "Appoint"
    holder: ActorRef
    post_role: RoleCode
    from_date: Date
    until: Date | None = None
    unit: UnitRef | None = None


class ApproveAppointment(Command, frozen=True, kw_only=True):
    """Approve an appointment, its end or a recusal that another registrar proposed."""

    name: ClassVar[str] = "post.approve"
    zh: ClassVar[str] = "批准任职或终止任职"
    en: ClassVar[str] = "Approve"
    approves: Digest


class EndPost(Command, frozen=True, kw_only=True):
    """End a post from a day on, resign from one, or withdraw a proposal.

    Ending another registrar's post takes several: it is proposed, and others approve it.
    """

    name: ClassVar[str] = "post.end"
    zh: ClassVar[str] = "终止任职"
    en: ClassVar[str] = "End"
    effective_from: Date


class Elect(Command, frozen=True, kw_only=True):
    """Propose somebody who was elected, with the ballots; it is approved as any appointment.

    ``voters`` registered, ``cast`` voted, ``ayes`` voted for her. A by-election names the former
    holder, whose seat it fills until the term ends.
    """

    name: ClassVar[str] = "post.elect"
    zh: ClassVar[str] = "登记选举结果并提议任职"
    en: ClassVar[str] = "Elect"
    holder: PersonRef
    post_role: RoleCode
    unit: UnitRef
    from_date: Date
    until: Date
    voters: Voters
    cast: Voters
    ayes: Voters
    former: PersonRef | None = None


class DrawUpHandover(Command, frozen=True, kw_only=True):
    """Draw up the list of what is handed over when a post ends.

    A newer list replaces one that nobody signed. The holder replaces any but one that she and
    another have signed; all sign anew.
    ``items`` are codes such as seals, accounts, archives; what exactly is sealed as ``text``.
    """

    name: ClassVar[str] = "post.draw_up_handover"
    zh: ClassVar[str] = "拟定移交清单"
    en: ClassVar[str] = "Draw up handover"
    to: PersonRef
    items: Annotated[tuple[Code, ...], Meta(min_length=1)]
    text: Text | None = None


class SignHandover(Command, frozen=True, kw_only=True):
    """Sign the newest list of a hand-over: as the one who leaves, who comes, or who supervises."""

    name: ClassVar[str] = "post.sign_handover"
    zh: ClassVar[str] = "在移交清单上签字"
    en: ClassVar[str] = "Sign handover"
    part: Part


class DeclareRelation(Command, frozen=True, kw_only=True):
    """Declare whether a near relative of the holder is in a body of her unit.

    Who it is, is sealed; public is the verdict alone.
    """

    name: ClassVar[str] = "post.declare_relation"
    zh: ClassVar[str] = "申报近亲属（只公开结论）"
    en: ClassVar[str] = "Declare relation"
    body: Code
    related: bool
    relative: Line | None = None
    relation: Line | None = None


class Recuse(Command, frozen=True, kw_only=True):
    """Recuse the holder from one matter: nothing she signs in it is accepted from then on.

    Somebody else's recusal takes several: a registrar proposes it, and others approve it.
    """

    name: ClassVar[str] = "post.recuse"
    zh: ClassVar[str] = "回避"
    en: ClassVar[str] = "Recuse"
    matter: Matter
    text: Text | None = None


PostCommand = (
    ProposeAppointment | ApproveAppointment | EndPost | Elect | DrawUpHandover | SignHandover
    | DeclareRelation | Recuse
)  # fmt: skip

COMMANDS: tuple[type[Command], ...] = PostCommand.__args__
