"""Find complaints by words. What may be seen is the caller's matter: this only narrows."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from complaints.models import Complaint
from complaints.models.customer import phone_digits
from complaints.search.index import fts_token
from complaints.search.words import Question, phone_tokens, question

LONGEST_NUMBER = 40
FEW = 500
"""So many that are found are named one by one; of more, a list is filled sooner in its own order."""


def matching(complaints: QuerySet[Complaint], typed: str) -> QuerySet[Complaint]:
    """Those that contain all words that were typed, and those of the phone number that it is part of."""
    asked = question(typed)
    if asked is None:
        return complaints.none()
    sql, values = _containing(asked)
    digits = phone_digits(typed)[:LONGEST_NUMBER]
    parts = phone_tokens(digits)
    if parts:
        of_phone = _containing(Question(tuple(parts), (digits,)))
        sql, values = f"{sql} UNION {of_phone[0]}", values + of_phone[1]
    # No statistics know rare words: the planner would walk all complaints in the order of the list for them.
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {FEW + 1}", values)  # fixed names, every value a parameter
        found = [pk for (pk,) in cursor.fetchall()]
    return complaints.filter(pk__in=found if len(found) <= FEW else RawSQL(sql, values))  # noqa: S611


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
