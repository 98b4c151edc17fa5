"""The lines behind bonuses of a period; they only grow."""


import common.fields
import django.db.models.deletion
from django.db import migrations, models

from common.guards import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0009_payouts'),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=20)),
                ('rule', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=60)),
                ('base_fen', models.BigIntegerField()),
                ('rate_num', models.BigIntegerField()),
                ('rate_den', models.BigIntegerField()),
                ('amount_fen', common.fields.FenField()),
                ('because', models.JSONField(default=dict)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_lines', to='settlement.journalentry')),
                ('payee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_lines', to='settlement.party')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='period_lines', to='settlement.rulesetversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('entry', 'seq'), name='period_line_once')],
            },
        ),
        AppendOnly("settlement_periodline"),
    ]
