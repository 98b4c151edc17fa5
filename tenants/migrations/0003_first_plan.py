"""The plan every new company starts with."""

from django.db import migrations


def add_plan(apps, schema_editor):
    plan = apps.get_model("tenants", "Plan")
    plan.objects.get_or_create(
        name="标准版", defaults={"free_orders_per_month": 100, "price_fen_per_order": 50}
    )


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_guard_functions")]

    operations = [migrations.RunPython(add_plan, migrations.RunPython.noop)]
