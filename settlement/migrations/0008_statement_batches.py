"""All statements of a run as one file, and an account for money on its way."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0007_period_kinds_and_closing'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='ledgeraccount',
            name='kind',
            field=models.CharField(choices=[('pending', 'Pending'), ('held', 'Held'), ('available', 'Available'), ('transit', 'On its way'), ('paid', 'Paid'), ('clearing', 'Clearing')], max_length=10),
        ),
        migrations.CreateModel(
            name='StatementBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('making', 'Being made'), ('ready', 'Ready'), ('cancelled', 'Cancelled')], default='making', max_length=10)),
                ('total', models.PositiveIntegerField()),
                ('done', models.PositiveIntegerField(default=0)),
                ('last_id', models.PositiveBigIntegerField(default=0)),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('file', models.FileField(blank=True, upload_to='batches')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batches', to='settlement.statementrun')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'ready'), _negated=True), fields=('run',), name='one_batch_under_way')],
            },
        ),
    ]
