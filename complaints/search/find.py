"""Find complaints by words. The caller passes in the complaints that may be seen; this only narrows them."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from complaints.models import Complaint
from complaints.models.customer import phone_key
from complaints.search.index import fts_token
from complaints.search.words import Question, Way, question

FEW = 500
"""Up to this many results are passed as ids.

With more, reading the list in its own order finds a page sooner.
"""


def matching(complaints: QuerySet[Complaint], typed: str) -> QuerySet[Complaint]:
    """Narrow to the complaints that contain all typed words; numbers may be parts of phone numbers."""
    asked = question(typed, phone_key)
    if asked is None:
        return complaints.none()
    sql, values = _containing(asked)
    # The database has no statistics about rare words and would read all complaints in list order to find
    # them.
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {FEW + 1}", values)  # the names are fixed and every value is a parameter
        found = [pk for (pk,) in cursor.fetchall()]
    return complaints.filter(pk__in=found if len(found) <= FEW else RawSQL(sql, values))  # noqa: S611


def _containing(asked: Question) -> tuple[str, list[Any]]:
    """Return SQL for the ids of matching complaints, and its parameters.

    The index narrows by tokens, then the phrases are looked for in the text of what is left.
    """
    phrases, like = _phrases(asked)
    if connection.vendor == "postgresql":
        held = " AND ".join(f"({' OR '.join('d.tokens @> %s::text[]' for _way in ways)})" for ways in asked)
        sql = f"SELECT d.complaint_id FROM complaints_searchdocument d WHERE {held}"  # noqa: S608
        return sql + phrases, [*(list(way.tokens) for ways in asked for way in ways), *like]
    sql = (
        "SELECT d.complaint_id FROM complaints_search_fts f"
        " JOIN complaints_searchdocument d ON d.complaint_id = f.rowid"
        " WHERE f.tokens MATCH %s"
    )
    match = " AND ".join(f"({' OR '.join(map(_match, ways))})" for ways in asked)
    return sql + phrases, [match, *like]


def _match(way: Way) -> str:
    return "(" + " AND ".join(f'"{fts_token(token)}"' for token in way.tokens) + ")"


def _phrases(asked: Question) -> tuple[str, list[str]]:
    """Return the conditions on the text. For each word the phrases of one `Way` are needed."""
    sql, like = "", []
    for ways in asked:
        if not any(way.phrases for way in ways):
            continue
        each = (" AND ".join("d.plain LIKE %s" for _phrase in way.phrases) for way in ways)
        sql += f" AND ({' OR '.join(f'({condition})' for condition in each)})"
        like += [f"%{phrase}%" for way in ways for phrase in way.phrases]
    return sql, like
