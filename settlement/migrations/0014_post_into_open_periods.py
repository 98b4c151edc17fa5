"""The guard that keeps entries out of periods that are locked or closed."""

from django.db import migrations

from common.guards import OnlyWhile


class Migration(migrations.Migration):
    dependencies = [("settlement", "0013_recompute"), ("tenants", "0005_only_while")]

    operations = [
        OnlyWhile("settlement_journalentry", "period_id", "state", "open"),
    ]
