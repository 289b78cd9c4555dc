"""What full-text search looks in: a row beside each complaint, written with it."""

from django.db import models


class SearchDocument(models.Model):
    """The folded words of a complaint. Its tokens lie where each database indexes them best.

    On PostgreSQL that is an array with a GIN index, on SQLite an FTS5 table (see the migration);
    `complaints/search/` knows both.
    """

    complaint = models.OneToOneField(
        "Complaint", on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    plain = models.TextField()
