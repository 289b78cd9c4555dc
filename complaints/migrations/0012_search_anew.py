"""Empty the search index, because words are cut in another way now.

`manage.py rebuild_search --missing`, which `prepare` runs after the migrations, fills it again.
"""

from django.db import migrations


def empty(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DELETE FROM complaints_search_fts")
    schema_editor.execute("DELETE FROM complaints_searchdocument")


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0011_attachment_type_room"),
    ]

    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
    ]
