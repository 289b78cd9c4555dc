"""The text that full-text search looks in: one row per complaint, written in the same transaction."""

from django.db import models


class SearchDocument(models.Model):
    """The normalised words of a complaint. Each database stores the tokens where it indexes them best.

    On PostgreSQL they are an array column with a GIN index, on SQLite an FTS5 table (see the migration).
    `complaints/search/` hides the difference.
    """

    complaint = models.OneToOneField(
        "Complaint", on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    plain = models.TextField()
