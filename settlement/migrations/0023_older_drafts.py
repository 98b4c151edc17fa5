"""Discards all payout drafts but the newest, of which there was one unless two people raced."""

from django.db import migrations

DISCARD = """
UPDATE settlement_payoutbatch SET state = 'discarded'
WHERE state = 'draft'
  AND id < (SELECT max(id) FROM settlement_payoutbatch WHERE state = 'draft')
"""


class Migration(migrations.Migration):

    dependencies = [
        ("settlement", "0022_quotations"),
    ]

    operations = [
        migrations.RunSQL(DISCARD, migrations.RunSQL.noop),
    ]
