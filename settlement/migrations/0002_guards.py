"""Guards: what may only grow, and what must balance."""

from django.db import migrations

from common.guards import AppendOnly, Balanced


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial"), ("tenants", "0002_guard_functions")]

    operations = [
        AppendOnly("settlement_rulesetversion"),
        AppendOnly("settlement_settlementline"),
        AppendOnly("settlement_journalentry"),
        AppendOnly("settlement_posting"),
        Balanced("settlement_posting"),
    ]
