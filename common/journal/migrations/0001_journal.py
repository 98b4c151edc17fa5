
import common.clock
import django.core.serializers.json
from common.guards import AppendOnly
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=common.clock.now)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(default='', max_length=150)),
                ('action', models.CharField(max_length=80)),
                ('object_type', models.CharField(default='', max_length=80)),
                ('object_id', models.CharField(default='', max_length=64)),
                ('details', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('ip', models.GenericIPAddressField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['object_type', 'object_id', 'at'], name='audit_object'), models.Index(fields=['actor_id', 'at'], name='audit_actor'), models.Index(fields=['action', 'at'], name='audit_action')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=255)),
                ('scope', models.CharField(default='', max_length=40)),
                ('path', models.CharField(max_length=500)),
                ('body_sha256', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', models.JSONField(default=dict)),
                ('body', models.BinaryField()),
                ('created_at', models.DateTimeField(default=common.clock.wall_now)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='idempotency_age')],
                'constraints': [models.UniqueConstraint(fields=('key', 'scope'), name='idempotency_key_once')],
            },
        ),
        AppendOnly("journal_auditrecord"),
    ]
