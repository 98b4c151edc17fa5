from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0006_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='MapService',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(blank=True, choices=[('amap', 'AMap'), ('tencent', 'Tencent Maps'), ('baidu', 'Baidu Maps'), ('osrm', 'OSRM'), ('valhalla', 'Valhalla')], max_length=10, verbose_name='Map platform')),
                ('base_url', models.CharField(blank=True, max_length=200, verbose_name='Address of the platform')),
                ('key_sealed', models.TextField(blank=True, editable=False)),
                ('key_tail', models.CharField(blank=True, editable=False, max_length=4)),
                ('daily_limit', models.PositiveIntegerField(default=2000, verbose_name='Questions a day at most')),
                ('is_active', models.BooleanField(default=True, verbose_name='Active')),
                ('tile_url', models.CharField(blank=True, max_length=300, verbose_name='Address of the tiles')),
                ('tile_datum', models.CharField(choices=[('wgs84', 'WGS-84 (OpenStreetMap and most of the world)'), ('gcj02', 'GCJ-02 (Chinese street maps)')], default='wgs84', max_length=5, verbose_name='Datum of the tiles')),
                ('tile_credit', models.CharField(blank=True, max_length=120, verbose_name='Who made the map')),
                ('last_answer_at', models.DateTimeField(editable=False, null=True)),
                ('last_error_at', models.DateTimeField(editable=False, null=True)),
                ('last_error', models.CharField(blank=True, editable=False, max_length=300)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='one_map_service')],
            },
        ),
    ]
