"""Find complaints by words. The caller passes in the complaints that may be seen; this only narrows them."""

import re
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from complaints.models import Complaint
from complaints.models.customer import phone_key
from complaints.search.index import fts_token
from complaints.search.words import Question, phone_tokens, question

LONGEST_NUMBER = 40
NUMBER = re.compile(r"[\d+()（）\-‐-―－.\s*#]+|[\d+()（）\-.\s]+(?:转|轉|分机|分機|ext\.?)\s*\d+")
FEW = 500
"""Up to this many results are passed as ids.

With more, reading the list in its own order finds a page sooner.
"""


def matching(complaints: QuerySet[Complaint], typed: str) -> QuerySet[Complaint]:
    """Narrow to the complaints that contain all typed words, or belong to a phone number like that."""
    asked = question(typed)
    if asked is None:
        return complaints.none()
    sql, values = _containing(asked)
    for digits in _numbers(typed):
        of_phone = _containing(Question(tuple(phone_tokens(digits)), (digits,)))
        sql, values = f"{sql} UNION {of_phone[0]}", values + of_phone[1]
    # The database has no statistics about rare words and would read all complaints in list order to find
    # them.
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {FEW + 1}", values)  # the names are fixed and every value is a parameter
        found = [pk for (pk,) in cursor.fetchall()]
    return complaints.filter(pk__in=found if len(found) <= FEW else RawSQL(sql, values))  # noqa: S611


def _numbers(typed: str) -> list[str]:
    """Return the digits by which a phone number is looked up if one was typed, and nothing else.

    The normal form finds all spellings of a whole number, the bare digits a part of one.
    """
    if not NUMBER.fullmatch(typed):
        return []
    forms = (phone_key(typed).removeprefix("+"), "".join(filter(str.isdecimal, typed)))
    return [
        digits for digits in dict.fromkeys(form[:LONGEST_NUMBER] for form in forms) if phone_tokens(digits)
    ]


def _containing(asked: Question) -> tuple[str, list[Any]]:
    """Return SQL for the ids of matching complaints, and its parameters."""
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
