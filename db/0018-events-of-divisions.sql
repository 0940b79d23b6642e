-- Event of a division when its dls_verified changes (platform.md §14). keep_record is that of 0008 but for one expression: every event of
-- a state is a StatusChangeEvent, only that of contracts.is_suspended is a StateChangeEvent.

CREATE OR REPLACE FUNCTION keep_record(
    target regclass, entity text DEFAULT NULL, states text[] DEFAULT '{status}', excluded text[] DEFAULT '{}')
  RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $do$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = target);
  actor CONSTANT text :=
    'coalesce(new.updated_by::text, nullif(current_setting(''app.actor_id'', true), ''''), ''4261eacf-8008-4e62-899f-de1e2f7065f0'')';
  members text;
  absent text;
  changes text;
  events text := '';
BEGIN
  SELECT string_agg(format('%L, %s', attname, value), ', ' ORDER BY attnum),
         string_agg(format('CASE WHEN new.%I IS NULL THEN %L END', attname, attname), ', ' ORDER BY attnum) FILTER (WHERE NOT attnotnull),
         string_agg(format(E'  IF %s THEN changeset := changeset || jsonb_build_object(%L, %s); END IF;\n', changed, attname, value),
                    '' ORDER BY attnum)
    INTO members, absent, changes
    FROM (SELECT attname, attnum, attnotnull,
                 CASE atttypid
                   WHEN 'timestamptz'::regtype
                     THEN format('to_char(new.%I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')', attname)
                   ELSE format('new.%I', attname)
                 END AS value,
                 CASE atttypid
                   WHEN 'json'::regtype THEN format('new.%1$I::jsonb IS DISTINCT FROM old.%1$I::jsonb', attname)
                   ELSE format('new.%1$I IS DISTINCT FROM old.%1$I', attname)
                 END AS changed
            FROM pg_attribute
           WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
             AND attname <> ALL ('{id,inserted_at,updated_at}' || excluded)) columns;

  IF entity IS NOT NULL THEN
    SELECT E'  WITH event AS (\n    INSERT INTO events (event_type, entity_type, entity_id, properties, changed_by)\n    '
           || string_agg(format('SELECT %L, %L, new.id, jsonb_build_object(%L, jsonb_build_object(''new_value'', new.%I)), actor::uuid '
                                'WHERE new.%4$I IS DISTINCT FROM old.%4$I',
                                CASE state WHEN 'is_suspended' THEN 'StateChangeEvent' ELSE 'StatusChangeEvent' END, entity, state, state),
                         E'\n    UNION ALL ')
           || E'\n  )\n'
      INTO events
      FROM unnest(states) AS state;
  END IF;

  EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $body$
#variable_conflict use_column
BEGIN
  INSERT INTO audit_log (actor_id, resource, resource_id, changeset)
  SELECT %2$s, %3$L, new.id, jsonb_build_object(%4$s) - array_remove(ARRAY[%5$s]::text[], NULL) FROM added AS new;
  RETURN NULL;
END $body$
$create$, 'record_new_' || name, actor, name, members, absent);

  EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $body$
DECLARE
  changeset jsonb := '{}';
  actor text := %2$s;
BEGIN
%4$s  IF changeset = '{}' THEN RETURN NULL; END IF;
%5$s  INSERT INTO audit_log (actor_id, resource, resource_id, changeset) VALUES (actor, %3$L, new.id, changeset);
  RETURN NULL;
END $body$
$create$, 'record_changed_' || name, actor, name, changes, events);

  EXECUTE format('CREATE OR REPLACE TRIGGER record_new AFTER INSERT ON %s REFERENCING NEW TABLE AS added
                    FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'record_new_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER record_changed AFTER UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
                 target, 'record_changed_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER refuse_delete BEFORE DELETE ON %s EXECUTE FUNCTION refuse_delete()', target);
END $do$;

DO $$ BEGIN PERFORM keep_record('divisions', entity => 'Division', states => '{dls_verified}'); END $$;
