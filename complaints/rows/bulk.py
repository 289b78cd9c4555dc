"""Write and read many rows in one statement.

1. `update_rows` sends the expected and the new values of all rows as one table `v` and updates the rows that
   still match. It returns how many did, so the caller knows whether a claim was lost to somebody else.
2. `insert_rows` inserts all rows and sets their keys.
3. Both run inside the caller's transaction, so a crash before its commit leaves no row changed.

On PostgreSQL the values of each column are one array literal. Through the ORM every value would pass its
field, and the server would parse each as an expression, which takes several times as long. SQLite gets plain
VALUES.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models


def update_rows(
    model: type[models.Model], seen: Sequence[str], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Update `fields` of the rows that still match `seen`. Return how many rows did.

    `seen` names the columns that identify and guard a row, the primary key first, so each row is a
    compare-and-set. Each of `rows` holds the values of `seen` followed by those of `fields`. PostgreSQL and
    SQLite (3.33) both know `UPDATE … FROM v`; the ORM's `bulk_update` writes a CASE per field and takes ten
    times as long.
    """
    values = list(rows)
    if not values:
        return 0
    quote, of_row = connection.ops.quote_name, _columns(model, [*seen, *fields])
    names = [f"v{number}" for number in range(len(of_row))]
    table = quote(model._meta.db_table)
    same = " IS NOT DISTINCT FROM " if connection.vendor == "postgresql" else " IS "
    matches = [f"{table}.{quote(of_row[0].column)} = v.{names[0]}"]
    matches += [
        f"{table}.{quote(f.column)}{'=' if not f.null else same}v.{name}"
        for f, name in zip(of_row[1 : len(seen)], names[1:], strict=False)
    ]
    changes = [
        f"{quote(f.column)} = v.{name}"
        for f, name in zip(of_row[len(seen) :], names[len(seen) :], strict=True)
    ]
    # The names come from the models, and every value is a parameter.
    given, parameters = _given(of_row, values)
    given = f"WITH v ({', '.join(names)}) AS ({given})"
    sql = " ".join([given, "UPDATE", table, "SET", ", ".join(changes), "FROM v WHERE", " AND ".join(matches)])
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        if cursor.rowcount >= 0:
            return int(cursor.rowcount)
        # Python's sqlite3 counts changed rows only for statements that begin with UPDATE.
        cursor.execute("SELECT changes()")
        return int(cursor.fetchone()[0])


def insert_rows(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Insert new rows and set their keys, as `bulk_create` does. Rows they refer to must be saved before."""
    made = list(rows)
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(made)
        return
    if not made:
        return
    quote, key = connection.ops.quote_name, model._meta.pk
    fields: list[Any] = [f for f in model._meta.concrete_fields if f is not key or f.is_relation]
    columns = ", ".join(quote(field.column) for field in fields)
    values_of = attrgetter(*(field.attname for field in fields))
    given, parameters = _given(fields, [values_of(row) for row in made])
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {given} RETURNING {quote(str(key.column))}"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        for row, (pk,) in zip(made, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias


def keep_related(owners: Iterable[Any], name: str, rows: Iterable[Any], owner_id: str) -> None:
    """Attach related rows to their owners, like `prefetch_related` but without a query set per owner.

    Afterwards `owner.<name>.all()` needs no query; further filters on it are not possible.
    """
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, owner_id)].append(row)
    for owner in owners:
        kept = owner.__dict__.setdefault("_prefetched_objects_cache", {})
        kept[name] = grouped.get(owner.pk, [])


def related(owner: models.Model, name: str) -> Iterable[Any]:
    """Return the related rows of this name: the attached ones if there are any, else those of a query."""
    kept = owner.__dict__.get("_prefetched_objects_cache")
    found: Iterable[Any] = kept[name] if kept and name in kept else getattr(owner, name).all()
    return found


def need_not_wait_for_disk() -> None:
    """Commit without waiting for the disk.

    Use it only for a transaction that is simply repeated if a crash loses it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def _columns(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    return [by_attname[name] for name in names]


def _given(fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return a query that yields these rows, and its parameters."""
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
        columns = zip(*rows, strict=True)
        return f"SELECT * FROM unnest({arrays})", [  # noqa: S608 types only
            _array(field, column) for field, column in zip(fields, columns, strict=True)
        ]
    marks = ", ".join(["%s"] * len(fields))
    return f"VALUES {', '.join([f'({marks})'] * len(rows))}", [
        field.get_db_prep_save(value, connection)
        for row in rows
        for field, value in zip(fields, row, strict=True)
    ]


def _type(field: Any) -> str:
    """Return the SQL type of a column. A foreign key has the type of the key that it refers to."""
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _array(field: Any, column: Iterable[Any]) -> str:
    """Return the values in PostgreSQL's array syntax.

    Raises TypeError for a type of field that is not used here.
    """
    field = field.target_field if field.is_relation else field
    if isinstance(field, models.DateTimeField):
        texts = ["NULL" if value is None else value.isoformat() for value in column]
    elif isinstance(field, models.IntegerField | models.BooleanField):
        texts = ["NULL" if value is None else str(value) for value in column]
    elif isinstance(field, models.JSONField):
        texts = [_quoted(json.dumps(value, cls=field.encoder)) for value in column]
    elif isinstance(field, models.CharField | models.TextField):
        texts = ["NULL" if value is None else _quoted(str(value)) for value in column]
    else:
        raise TypeError(f"no array is made of {field}")
    return f"{{{','.join(texts)}}}"


def _quoted(text: str) -> str:
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
