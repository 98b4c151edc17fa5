"""The trigger function behind `common.guards.StepByStep`."""

from django.db import migrations

STEP_BY_STEP = """
CREATE OR REPLACE FUNCTION public.kq_step_by_step() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    state_column text := TG_ARGV[0];
    order_column text := TG_ARGV[1];
    cause_column text := TG_ARGV[2];
    states text[] := TG_ARGV[3:];
    old_row jsonb;
    new_row jsonb;
    was int;
    becomes int;
    found boolean;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD);
        was := array_position(states, old_row ->> state_column);
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF was > 1 THEN
            RAISE EXCEPTION '%.%: a row in state % does not go',
                TG_TABLE_SCHEMA, TG_TABLE_NAME, states[was] USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    new_row := to_jsonb(NEW);
    becomes := array_position(states, new_row ->> state_column);
    IF becomes IS NULL OR (TG_OP = 'INSERT' AND becomes > 1) OR becomes > was + 1 THEN
        RAISE EXCEPTION '%.%: no step from % to %', TG_TABLE_SCHEMA, TG_TABLE_NAME,
            coalesce(old_row ->> state_column, 'nothing'), new_row ->> state_column
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF was > 1 AND (old_row -> order_column) IS DISTINCT FROM (new_row -> order_column) THEN
        RAISE EXCEPTION '%.%: % of a row in state % does not change',
            TG_TABLE_SCHEMA, TG_TABLE_NAME, order_column, states[was]
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF becomes > was THEN
        -- Forward: everything earlier is at least as far.
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE to_jsonb(%2$I.*) ->> %L < $1'
                       ' AND array_position($2, %I::text) < $3)',
                       TG_TABLE_SCHEMA, TG_TABLE_NAME, order_column, state_column)
            INTO found USING new_row ->> order_column, states, becomes;
    ELSIF becomes < was OR TG_OP = 'INSERT' THEN
        IF becomes < was AND (becomes > 1 OR (new_row ->> cause_column) IS NULL
                OR (new_row -> cause_column) IS NOT DISTINCT FROM (old_row -> cause_column)) THEN
            RAISE EXCEPTION '%.%: back from % only to % and with a new %',
                TG_TABLE_SCHEMA, TG_TABLE_NAME, states[was], states[1], cause_column
                USING ERRCODE = 'restrict_violation';
        END IF;
        -- Back, or new: nothing later has left the first state.
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE to_jsonb(%2$I.*) ->> %L > $1'
                       ' AND array_position($2, %I::text) > 1)',
                       TG_TABLE_SCHEMA, TG_TABLE_NAME, order_column, state_column)
            INTO found USING new_row ->> order_column, states;
    END IF;
    IF found THEN
        RAISE EXCEPTION '%.%: % is out of order with its neighbours',
            TG_TABLE_SCHEMA, TG_TABLE_NAME, new_row ->> order_column
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0003_first_plan")]

    operations = [
        migrations.RunSQL(STEP_BY_STEP, "DROP FUNCTION public.kq_step_by_step()"),
    ]
