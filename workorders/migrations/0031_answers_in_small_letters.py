"""Writes what answers are searched by in small letters, some thousand rows at a time."""

from typing import Any

from django.db import migrations

_ROWS = 2000


def write_small(apps: Any, schema_editor: Any) -> None:
    """Go along the ids, each step a statement of its own: no row is locked for long."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM workorders_formanswers")
        last = cursor.fetchone()[0]
        for first in range(1, last + 1, _ROWS):
            cursor.execute(
                "UPDATE workorders_formanswers SET text = lower(text)"
                " WHERE id >= %s AND id < %s AND text <> lower(text)",
                [first, first + _ROWS],
            )


class Migration(migrations.Migration):
    """Not one transaction: what is written stays written, and a second run finds it so."""

    atomic = False
    dependencies = [("workorders", "0030_told_and_search")]
    operations = [migrations.RunPython(write_small, migrations.RunPython.noop)]
