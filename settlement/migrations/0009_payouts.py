"""Bank accounts of payees, payout batches and their items."""


import common.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0008_statement_batches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayeeAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=80, verbose_name='Account holder')),
                ('bank', models.CharField(max_length=80, verbose_name='Bank and branch')),
                ('number_sealed', models.TextField()),
                ('last_digits', models.CharField(max_length=4)),
                ('updated_at', models.DateTimeField()),
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='bank_account', to='settlement.party')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved'), ('exported', 'At the bank'), ('done', 'Done'), ('discarded', 'Discarded')], default='draft', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('approved_at', models.DateTimeField(null=True)),
                ('exported_at', models.DateTimeField(null=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='settlement.statementperiod')),
            ],
        ),
        migrations.CreateModel(
            name='PayoutItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', common.fields.FenField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('transit', 'On its way'), ('confirmed', 'Paid'), ('failed', 'Came back')], default='waiting', max_length=10)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='settlement.payoutbatch')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_items', to='settlement.party')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'party'), name='payout_item_once'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payout_item_positive')],
            },
        ),
    ]
