"""Extensions and trigger functions that every tenant schema uses, kept once in public."""

from django.db import migrations

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION public.kq_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only table %.%: % refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$
"""

ENTRY_BALANCED = """
CREATE OR REPLACE FUNCTION public.kq_entry_balanced() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    entry bigint;
    total numeric;
BEGIN
    IF TG_OP = 'DELETE' THEN
        entry := OLD.entry_id;
    ELSE
        entry := NEW.entry_id;
    END IF;
    EXECUTE format('SELECT coalesce(sum(amount_fen), 0) FROM %I.%I WHERE entry_id = $1',
                   TG_TABLE_SCHEMA, TG_TABLE_NAME)
        INTO total USING entry;
    IF total <> 0 THEN
        RAISE EXCEPTION 'entry % of %.% is out of balance by % fen',
            entry, TG_TABLE_SCHEMA, TG_TABLE_NAME, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""

PUBLISHED_FROZEN = """
CREATE OR REPLACE FUNCTION public.kq_published_frozen() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    free text[] := coalesce(TG_ARGV::text[], '{}');
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        IF TG_OP = 'DELETE' OR (to_jsonb(OLD) - free) IS DISTINCT FROM (to_jsonb(NEW) - free) THEN
            RAISE EXCEPTION 'published row % of %.%: % refused',
                OLD.id, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$$
"""


def function(sql: str, name: str) -> migrations.RunSQL:
    return migrations.RunSQL(sql, f"DROP FUNCTION public.{name}()")


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        # In public, never in a tenant's schema: an extension exists once per database.
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            "CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public",
            migrations.RunSQL.noop,
        ),
        function(REFUSE_CHANGE, "kq_refuse_change"),
        function(ENTRY_BALANCED, "kq_entry_balanced"),
        function(PUBLISHED_FROZEN, "kq_published_frozen"),
    ]
