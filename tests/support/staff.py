"""More people of an office: those who publish, review, approve, log and confirm hours."""

from ledger.aggregates.account.commands import Open
from ledger.entry.keys import PrivateKey
from ledger.service import office as setting_up
from ledger.service.office import Hand, do, hand
from ledger.service.sign_in import Accounts
from tests.support.office import Office

PEOPLE = (
    ("publisher", "publisher"),
    ("supervisor-1", "supervisor"),
    ("supervisor-2", "supervisor"),
    ("joint", "joint_clerk"),
    ("volunteer-clerk", "volunteer_clerk"),
    ("organiser", "organiser"),
)


def employ(office: Office, label: str, role: str, *, keeps: bool = True) -> Hand:
    """Register somebody and appoint her; with a key the server keeps, or (``keeps``) with none."""
    ledger, registrars = office.ledger, office.registrars
    person = setting_up.register(ledger, registrars[0], f"职员{label}", office.unit)
    key = PrivateKey.generate()
    if keeps:
        ledger.keystore.save_signing_key(key, holder=person, custody="custodial")
        setting_up.enrol(ledger, registrars[0], person, key, "custodial")
    setting_up.appoint(ledger, registrars, person, role, office.unit)
    return hand(person, role, key)


def staff(office: Office) -> dict[str, Hand]:
    """Return the office's hands and those of ``PEOPLE``; a registrar's key is kept too."""
    registrar = office.registrars[0]
    office.ledger.keystore.save_signing_key(
        registrar.key, holder=registrar.who.actor, custody="custodial"
    )
    more = {label: employ(office, label, role) for label, role in PEOPLE}
    return {**office.hands, "registrar": registrar, **more}


def an_account(office: Office, by: Hand, holder: str) -> str:
    """Open a volunteer's account that an office-holder says is hers; return its reference."""
    command = Open(
        unit=office.unit, kind="volunteer_hours", category="resident", holder=holder,
        full_name="王秀兰",
    )  # fmt: skip
    return do(office.ledger, by, command).entries[0].stream


def session_of(office: Office, hand_: Hand) -> str:
    """Return the token of a session of somebody, as after signing in."""
    accounts = Accounts(office.path)
    try:
        return accounts.begin(hand_.who.actor)
    finally:
        accounts.close()
