"""What a database holds, to be compared with what was declared: its parts, and types of values.

SQLite keeps whatever it is given: text in a column of integers, a trigger nobody declared.
PostgreSQL holds every value to its column's type, so there the columns' own types and the
constraints count as parts.
"""

from collections.abc import Iterator

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)

_STATISTICS = frozenset({"sqlite_stat1", "sqlite_stat4"})
"""Tables SQLite makes for itself when somebody runs ANALYZE."""

_RELATIONS = text("""
    SELECT CASE relkind WHEN 'r' THEN 'table' WHEN 'i' THEN 'index' WHEN 'v' THEN 'view'
           WHEN 'S' THEN 'sequence' ELSE 'relation' END || ' ' || relname
    FROM pg_class WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind <> 't'
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = pg_class.oid)
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = CAST(:schema AS regnamespace) AND NOT tgisinternal
    UNION ALL SELECT 'rule ' || rulename FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
    WHERE relnamespace = CAST(:schema AS regnamespace)
    UNION ALL SELECT 'function ' || proname FROM pg_proc
    WHERE pronamespace = CAST(:schema AS regnamespace)
    UNION ALL SELECT 'column ' || relname || '.' || attname || ' '
        || upper(format_type(atttypid, atttypmod))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = CAST(:schema AS regnamespace) AND relkind = 'r'
    AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT CASE contype WHEN 'p' THEN 'key' WHEN 'u' THEN 'unique' ELSE 'constraint' END
        || ' ' || relname || ' (' || (
            SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(conkey)
            WITH ORDINALITY AS list(number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number) || ')'
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE relnamespace = CAST(:schema AS regnamespace)
""")


def parts_of(connection: Connection) -> set[str]:
    """Return every part of the connection's ledger or view build: ``<kind> <name>``."""
    if connection.dialect.name == "postgresql":
        schemas = connection.get_execution_options().get("schema_translate_map")
        schema = schemas[None] if schemas else _current_schema(connection)
        quoted = connection.dialect.identifier_preparer.quote_identifier(schema)
        return set(connection.execute(_RELATIONS, {"schema": quoted}).scalars())
    # Parts without text are those SQLite makes itself for keys and unique columns.
    kept = connection.execute(text("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL"))
    return {f"{kind} {name}" for kind, name in kept if name not in _STATISTICS}


def _current_schema(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())


def parts_declared(connection: Connection, metadata: MetaData) -> set[str]:
    """Return the parts a database with these tables has, in the words of ``parts_of``."""
    found = {
        f"{kind} {part.name}"
        for table in metadata.sorted_tables
        for kind, parts in (("table", (table,)), ("index", table.indexes))
        for part in parts
    }
    if connection.dialect.name == "postgresql":
        found |= {part for table in metadata.sorted_tables for part in _strict(connection, table)}
    return found


def _strict(connection: Connection, table: Table) -> Iterator[str]:
    for column in table.columns:
        kind = column.type.compile(dialect=connection.dialect).partition(" COLLATE")[0]
        yield f"column {table.name}.{column.name} {kind}"
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint):
            kind = "key" if isinstance(constraint, PrimaryKeyConstraint) else "unique"
            columns = ", ".join(column.name for column in constraint.columns)
            yield f"{kind} {table.name} ({columns})"


def of_other_type(connection: Connection, column: Column[object]) -> ColumnElement[bool]:
    """Return the condition that a column holds a value of a type its declaration does not mean."""
    if connection.dialect.name == "postgresql":
        return false()
    if isinstance(column.type, LargeBinary):
        kind = "blob"
    else:
        kind = "integer" if isinstance(column.type, Integer) else "text"
    return func.typeof(column).not_in([kind, "null"] if column.nullable else [kind])


def is_integer(connection: Connection, column: Column[int]) -> ColumnElement[bool]:
    """Return the condition that a column of integers holds one."""
    if connection.dialect.name == "postgresql":
        return true()
    return func.typeof(column) == "integer"
