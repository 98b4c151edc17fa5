"""The legs of an entry go on from one another and end at zero: keys take the place of a trigger.

Entries and postings of before stay as they are, with nothing in the new columns: the ledger is not
written again. The constraints hold for what is added from now on, and no leg can be added to those.
"""

import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import F, Q

from common.fields import FenField
from common.guards import Balanced, ChainedLegs

ROW_BY_ROW = Balanced("settlement_posting")
CHECKS = {
    "posting_within_legs": Q(legs__isnull=False, n__gte=1, n__lte=F("legs")),
    "posting_after_prior": Q(prior__isnull=True, n=1, before_fen=0)
    | Q(prior__isnull=False, prior=F("n") - 1),
    "posting_adds_up": Q(
        before_fen__isnull=False,
        after_fen__isnull=False,
        after_fen=F("before_fen") + F("amount_fen"),
    ),
    "posting_ends_at_zero": Q(n__lt=F("legs")) | Q(after_fen=0),
}


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0031_lock_in_background"),
        ("workorders", "0009_charge_term"),
    ]

    operations = [
        migrations.AddField("journalentry", "legs", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("posting", "legs", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("posting", "prior", models.PositiveSmallIntegerField(null=True)),
        migrations.AddField("posting", "before_fen", FenField(null=True)),
        migrations.AddField("posting", "after_fen", FenField(null=True)),
        migrations.AlterField(
            "posting",
            "entry",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to="settlement.journalentry",
            ),
        ),
        migrations.AddConstraint(
            "journalentry", models.UniqueConstraint(fields=("id", "legs"), name="entry_legs")
        ),
        migrations.AddConstraint(
            "posting",
            models.UniqueConstraint(fields=("entry", "n", "after_fen"), name="posting_sum_once"),
        ),
        *(
            AddConstraintNotValid("posting", models.CheckConstraint(condition=rule, name=name))
            for name, rule in CHECKS.items()
        ),
        migrations.RunSQL(ROW_BY_ROW.take_down(), ROW_BY_ROW.put_up()),
        ChainedLegs("settlement_posting", "settlement_journalentry"),
    ]
