"""The guard that keeps entries out of periods that are locked or closed."""

from django.db import migrations

from common.guards import OnlyWhile


class Migration(migrations.Migration):
    dependencies = [("settlement", "0007_period_kinds_and_closing"), ("tenants", "0005_only_while")]

    operations = [
        OnlyWhile("settlement_journalentry", "period_id", "state", "open"),
    ]
