"""Change many rows, each to values of its own, in one statement."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def update_rows(
    model: type[models.Model], seen: Sequence[str], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Set `fields` of the rows that still are as `seen`; returns how many were.

    `seen` names columns that pick and guard a row, its primary key first: a compare-and-set for each. Each of
    `rows` holds the values of `seen` and then those of `fields`. One `UPDATE … FROM (VALUES …)`, which both
    PostgreSQL and SQLite (3.33) know; the ORM's `bulk_update` writes a CASE per field and takes ten times as
    long.
    """
    values = [list(row) for row in rows]
    if not values:
        return 0
    quote, of_row = connection.ops.quote_name, _columns(model, [*seen, *fields])
    names = [f"v{number}" for number in range(len(of_row))]
    first = ", ".join(_cast(field) for field in of_row)
    rest = ", ".join(["%s"] * len(of_row))
    table = quote(model._meta.db_table)
    same = " IS NOT DISTINCT FROM " if connection.vendor == "postgresql" else " IS "
    matches = [f"{table}.{quote(of_row[0].column)} = v.{names[0]}"]
    matches += [
        f"{table}.{quote(f.column)}{same}v.{name}"
        for f, name in zip(of_row[1 : len(seen)], names[1:], strict=False)
    ]
    changes = [
        f"{quote(f.column)} = v.{name}"
        for f, name in zip(of_row[len(seen) :], names[len(seen) :], strict=True)
    ]
    # Every name comes from the models, every value is a parameter.
    given = f"WITH v ({', '.join(names)}) AS (VALUES ({first}){f', ({rest})' * (len(values) - 1)})"
    sql = " ".join([given, "UPDATE", table, "SET", ", ".join(changes), "FROM v WHERE", " AND ".join(matches)])
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                field.get_db_prep_save(value, connection)
                for row in values
                for field, value in zip(of_row, row, strict=True)
            ],
        )
        if cursor.rowcount >= 0:
            return int(cursor.rowcount)
        # Python's sqlite3 counts only for statements that begin with UPDATE.
        cursor.execute("SELECT changes()")
        return int(cursor.fetchone()[0])


def _columns(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    return [by_attname[name] for name in names]


def _cast(field: Any) -> str:
    """The first row tells PostgreSQL the types of all; a foreign key has the type of what it points to."""
    if connection.vendor != "postgresql":
        return "%s"
    return f"%s::{field.rel_db_type(connection) if field.primary_key else field.db_type(connection)}"
