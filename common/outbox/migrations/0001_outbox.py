
import common.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OutboxRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=100)),
                ('handler', models.CharField(max_length=200)),
                ('key', models.CharField(max_length=200)),
                ('payload', models.JSONField(default=dict)),
                ('queue', models.CharField(max_length=20)),
                ('due_at', models.DateTimeField(default=common.clock.wall_now)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('lease_until', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('dead_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(default='')),
                ('created_at', models.DateTimeField(default=common.clock.wall_now)),
            ],
            options={
                'indexes': [models.Index(models.F('queue'), models.F('due_at'), models.F('id'), condition=models.Q(('dead_at__isnull', True), ('done_at__isnull', True)), name='outbox_open'), models.Index(condition=models.Q(('done_at__isnull', True), ('topic', 'job')), fields=['handler', 'dead_at'], name='outbox_open_jobs'), models.Index(condition=models.Q(('dead_at__isnull', False), ('done_at__isnull', True)), fields=['dead_at'], name='outbox_dead'), models.Index(condition=models.Q(('done_at__isnull', False)), fields=['done_at'], name='outbox_done')],
                'constraints': [models.UniqueConstraint(fields=('key', 'handler'), name='outbox_once_per_handler')],
            },
        ),
        migrations.CreateModel(
            name='PublicNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=50)),
                ('key', models.CharField(max_length=200)),
                ('payload', models.JSONField(default=dict)),
                ('due_at', models.DateTimeField(default=common.clock.wall_now)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('last_error', models.TextField(default='')),
                ('copied_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=common.clock.wall_now)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('copied_at__isnull', True)), fields=['due_at', 'id'], name='public_note_open')],
                'constraints': [models.UniqueConstraint(fields=('topic', 'key'), name='public_note_once')],
            },
        ),
    ]
