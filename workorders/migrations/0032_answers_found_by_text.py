"""The index by which answers are searched; some databases have it from before."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    """Alone, after the texts are written: a row is put into the index once."""

    dependencies = [("workorders", "0031_answers_in_small_letters")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE INDEX IF NOT EXISTS answers_text"
                    " ON workorders_formanswers USING gin (text gin_trgm_ops)",
                    "DROP INDEX IF EXISTS answers_text",
                )
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="formanswers",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["text"], name="answers_text", opclasses=["gin_trgm_ops"]
                    ),
                )
            ],
        )
    ]
