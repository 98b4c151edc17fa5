"""Lists for companies that have regions already: what the regions carry, named by its code."""

from django.db import migrations

IN_USE = """
INSERT INTO network_tier (kind, code, name, position)
SELECT kind, code, code, row_number() OVER (PARTITION BY kind ORDER BY length(code), code) - 1
FROM (
    SELECT DISTINCT 'city_level' AS kind, city_level AS code FROM network_region
    UNION SELECT 'price_band', price_band FROM network_region
    UNION SELECT 'cost_level', cost_level FROM network_region
) AS carried
WHERE code <> ''
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("network", "0002_tiers_and_geofences")]

    operations = [migrations.RunSQL(IN_USE, migrations.RunSQL.noop)]
