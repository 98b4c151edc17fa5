"""An index of the few addresses nobody could place: every list asks how many wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_sources_and_search")]

    operations = [
        migrations.AddIndex(
            model_name="address",
            index=models.Index(
                condition=models.Q(("precision", "none")),
                fields=["precision"],
                name="address_nowhere",
            ),
        )
    ]
