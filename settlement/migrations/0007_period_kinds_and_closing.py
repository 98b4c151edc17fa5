"""How long periods are, closing and reopening them, and the guard that keeps their order."""


import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from common.guards import AppendOnly, StepByStep


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0004_step_by_step'),
        ('settlement', '0006_proposals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PeriodSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('weekly', 'Weekly (Monday to Sunday)'), ('half_monthly', 'Half-monthly (1–15, 16–end)'), ('monthly', 'Monthly')], max_length=12, verbose_name='Length')),
                ('from_day', models.DateField(verbose_name='From')),
                ('set_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='statementperiod',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='statementperiod',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='statementperiod',
            name='locked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='statementrun',
            name='state',
            field=models.CharField(choices=[('computing', 'Computing'), ('review', 'For review'), ('locked', 'Locked'), ('superseded', 'Superseded'), ('failed', 'Failed')], default='computing', max_length=10),
        ),
        migrations.CreateModel(
            name='PeriodReopening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='Reason')),
                ('was', models.CharField(max_length=8)),
                ('locked_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('reopened_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('locked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('period', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reopenings', to='settlement.statementperiod')),
                ('reopened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='statementperiod',
            name='reopening',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='used_by', to='settlement.periodreopening'),
        ),
        migrations.AddConstraint(
            model_name='statementperiod',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('starts_on', 'ends_on', models.Value('[]'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='periods_do_not_overlap'),
        ),
        migrations.AddField(
            model_name='periodsetting',
            name='set_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='periodreopening',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reopening_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='periodsetting',
            constraint=models.UniqueConstraint(fields=('from_day',), name='period_setting_once'),
        ),
        AppendOnly("settlement_periodreopening"),
        StepByStep(
            "settlement_statementperiod", "state", "starts_on", "reopening_id",
            "open", "locked", "closed",
        ),
    ]
