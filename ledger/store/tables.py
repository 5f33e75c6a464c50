"""The ledger's tables.

All of them can be rebuilt from ``entry.state`` except the vault, whose rows are the erasable
half of the entries.

``entry.state`` holds exactly the signed bytes (``<recorded_at> SP <jws>``); nothing is ever
re-serialised to be verified. ``head`` is one row: whoever appends holds its lock.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# Compared and ordered by bytes, as Python and SQLite do; PostgreSQL's default is a locale's order.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

head = Table(
    "head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

# SQLite's INTEGER PRIMARY KEY is the row's own address; BigInteger would cost a second index.
_INDEX = BigInteger().with_variant(Integer, "sqlite")

entry = Table(
    "entry",
    metadata,
    Column("idx", _INDEX, primary_key=True, autoincrement=False),
    Column("stream", TEXT, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("type", TEXT, nullable=False),
    Column("jti", TEXT, nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("stream", "seq"),
    UniqueConstraint("jti"),
)

tag = Table(
    "tag",
    metadata,
    Column("tag", TEXT, primary_key=True),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

tile = Table(
    "tile",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

vault = Table(
    "vault",
    metadata,
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("grp", TEXT, primary_key=True),
    Column("subject", TEXT, nullable=False),
    Column("purpose", TEXT, nullable=False),
    Column("retain_until", TEXT, nullable=True),
    Column("ciphertext", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

Index("vault_retain_until", vault.c.retain_until)

keys_metadata = MetaData()

data_key = Table(
    "data_key",
    keys_metadata,
    Column("stream", TEXT, primary_key=True),
    Column("subject", TEXT, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Not of what a backup copies: it tells the processes of one home apart in time, no two homes.
erasures_metadata = MetaData()

erasures = Table(
    "erasures",
    erasures_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("generation", BigInteger, nullable=False),
)

signing_key = Table(
    "signing_key",
    keys_metadata,
    Column("serial", _INDEX, primary_key=True),
    Column("kid", TEXT, nullable=False, unique=True),
    Column("holder", TEXT, nullable=False),
    Column("custody", TEXT, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)
