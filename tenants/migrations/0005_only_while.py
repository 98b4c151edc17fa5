"""The trigger function behind `common.guards.OnlyWhile`."""

from django.db import migrations

ONLY_WHILE = """
CREATE OR REPLACE FUNCTION public.kq_only_while() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    key_column text := TG_ARGV[0];
    state_column text := TG_ARGV[1];
    wanted text := TG_ARGV[2];
    parent regclass;
    found text;
BEGIN
    -- The table the key points to is read from the constraint: it may carry another name elsewhere.
    SELECT confrelid::regclass INTO parent
      FROM pg_catalog.pg_constraint c
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.conrelid = TG_RELID AND c.contype = 'f'
       AND a.attname = key_column AND cardinality(c.conkey) = 1;
    IF parent IS NULL THEN
        RAISE EXCEPTION '%.%: % refers to nothing', TG_TABLE_SCHEMA, TG_TABLE_NAME, key_column;
    END IF;
    EXECUTE format('SELECT %I::text FROM %s WHERE id = $1', state_column, parent)
        INTO found USING (to_jsonb(NEW) ->> key_column)::bigint;
    IF found IS DISTINCT FROM wanted THEN
        RAISE EXCEPTION '%.%: refused while % is %', TG_TABLE_SCHEMA, TG_TABLE_NAME, parent, found
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_step_by_step")]

    operations = [
        migrations.RunSQL(ONLY_WHILE, "DROP FUNCTION public.kq_only_while()"),
    ]
