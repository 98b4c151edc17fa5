"""Guards: what may only grow, and what must balance."""

from django.db import migrations

from common.guards import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("tenants", "0002_guard_functions")]

    operations = [
        AppendOnly("catalog_serviceitemversion"),
    ]
