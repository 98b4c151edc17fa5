from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0004_heard_refunds")]

    operations = [
        migrations.AddField("heardrefund", "line_ids", models.JSONField(default=list)),
        migrations.AddField("heardrefund", "is_gone", models.BooleanField(default=False)),
    ]
