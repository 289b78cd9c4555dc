"""Find complaints by words. What may be seen is the caller's matter: this only narrows."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from complaints.models import Complaint
from complaints.models.customer import phone_digits
from complaints.search.index import fts_token
from complaints.search.words import Question, question

LEAST_DIGITS = 7
"""From so many on, digits with signs between them may be a phone number."""


def matching(complaints: QuerySet[Complaint], typed: str) -> QuerySet[Complaint]:
    """Those that contain all the words that were typed, and those of the phone number that it may be."""
    asked = question(typed)
    if asked is None:
        return complaints.none()
    sql, values = _containing(asked)
    digits = phone_digits(typed)
    if len(digits) >= LEAST_DIGITS:
        sql += (
            " UNION SELECT c.id FROM complaints_complaint c"
            " JOIN complaints_customer k ON k.id = c.customer_id WHERE k.phone_digits = %s"
        )
        values.append(digits)
    return complaints.filter(pk__in=RawSQL(sql, values))  # noqa: S611


def _containing(asked: Question) -> tuple[str, list[Any]]:
    """Numbers of complaints; every name is fixed, every value a parameter."""
    phrases = "".join(" AND d.plain LIKE %s" for _phrase in asked.phrases)
    like = [f"%{phrase}%" for phrase in asked.phrases]
    if connection.vendor == "postgresql":
        sql = "SELECT d.complaint_id FROM complaints_searchdocument d WHERE d.tokens @> %s::text[]"
        return sql + phrases, [list(asked.tokens), *like]
    sql = (
        "SELECT d.complaint_id FROM complaints_search_fts f"
        " JOIN complaints_searchdocument d ON d.complaint_id = f.rowid"
        " WHERE f.tokens MATCH %s"
    )
    match = " AND ".join(f'"{fts_token(token)}"' for token in asked.tokens)
    return sql + phrases, [match, *like]
