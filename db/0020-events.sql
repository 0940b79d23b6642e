-- Events are read in the order of their time (events §2), and removed when they are too old or too many (events §4).
CREATE INDEX events_event_time_id_index ON events (event_time, id);
DROP INDEX events_event_time_index;
-- Rows are inserted in the order of inserted_at, so the smallest kind of index finds the old ones.
CREATE INDEX events_inserted_at_index ON events USING brin (inserted_at);

CREATE FUNCTION drop_event_partitions(expiration interval) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = esoz, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  part text;
BEGIN
  FOREACH part IN ARRAY ARRAY(
    SELECT relname::text
      FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = 'events'::regclass AND relname ~ '^events_[0-9]{4}_[0-9]{2}$'
       AND to_timestamp(right(relname, 7), 'YYYY_MM') + interval '1 month' <= now() - expiration
     ORDER BY relname)
  LOOP
    EXECUTE format('DROP TABLE %I', part);
  END LOOP;
END $$;
COMMENT ON FUNCTION drop_event_partitions IS
  'Drops the monthly partitions of events that hold only rows older than the period. Fails when a partition is in use for long; it is dropped by the next call.';

CREATE FUNCTION remove_events(expiration interval, max_events bigint, batch bigint) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
DECLARE
  part regclass;
  last_time timestamptz;
  last_id uuid;
  removed bigint := 0;
  removed_here bigint;
BEGIN
  IF max_events > 0 THEN
    SELECT event_time, id INTO last_time, last_id FROM events ORDER BY event_time DESC, id DESC OFFSET max_events LIMIT 1;
  END IF;
  -- From each partition by name: the trigger of the parent table refuses every deletion.
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY inhrelid LOOP
    EXECUTE format('DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
                      SELECT ctid FROM %1$s WHERE inserted_at < $1 OR (event_time, id) <= ($2, $3) LIMIT $4))', part)
      USING now() - expiration, last_time, last_id, batch - removed;
    GET DIAGNOSTICS removed_here = ROW_COUNT;
    removed := removed + removed_here;
    EXIT WHEN removed >= batch;
  END LOOP;
  RETURN removed;
END $$;
COMMENT ON FUNCTION remove_events IS
  'Deletes at most one batch of events that are older than the period, or not among the newest max_events (0 = any number).';

-- As before, except that dls_verified of a division is a StatusChangeEvent too (platform §14): only is_suspended is not.
CREATE OR REPLACE FUNCTION keep_record(target regclass, entity text DEFAULT NULL, states text[] DEFAULT '{status}', excluded text[] DEFAULT '{}')
  RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $do$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = target);
  actor CONSTANT text :=
    'coalesce(NEW.updated_by::text, nullif(current_setting(''app.actor_id'', true), ''''), ''4261eacf-8008-4e62-899f-de1e2f7065f0'')';
  members text;
  absent text;
  changes text;
  events text := '';
BEGIN
  SELECT string_agg(format('%L, %s', attname, value), ', ' ORDER BY attnum),
         string_agg(format('CASE WHEN NEW.%I IS NULL THEN %L END', attname, attname), ', ' ORDER BY attnum) FILTER (WHERE NOT attnotnull),
         string_agg(format(E'  IF %s THEN changeset := changeset || jsonb_build_object(%L, %s); END IF;\n', changed, attname, value),
                    '' ORDER BY attnum)
    INTO members, absent, changes
    FROM (SELECT attname, attnum, attnotnull,
                 CASE atttypid
                   WHEN 'timestamptz'::regtype
                     THEN format('to_char(NEW.%I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS.US"Z"'')', attname)
                   ELSE format('NEW.%I', attname)
                 END AS value,
                 CASE atttypid
                   WHEN 'json'::regtype THEN format('NEW.%1$I::jsonb IS DISTINCT FROM OLD.%1$I::jsonb', attname)
                   ELSE format('NEW.%1$I IS DISTINCT FROM OLD.%1$I', attname)
                 END AS changed
            FROM pg_attribute
           WHERE attrelid = target AND attnum > 0 AND NOT attisdropped
             AND attname <> ALL ('{id,inserted_at,updated_at}' || excluded)) columns;

  IF entity IS NOT NULL THEN
    SELECT E'  WITH event AS (\n    INSERT INTO events (event_type, entity_type, entity_id, properties, changed_by)\n    '
           || string_agg(format('SELECT %L, %L, NEW.id, jsonb_build_object(%L, jsonb_build_object(''new_value'', NEW.%I)), actor::uuid '
                                'WHERE NEW.%4$I IS DISTINCT FROM OLD.%4$I',
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
  SELECT %2$s, %3$L, NEW.id, jsonb_build_object(%4$s) - array_remove(array[%5$s]::text[], NULL) FROM added AS NEW;
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
%5$s  INSERT INTO audit_log (actor_id, resource, resource_id, changeset) VALUES (actor, %3$L, NEW.id, changeset);
  RETURN NULL;
END $body$
$create$, 'record_changed_' || name, actor, name, changes, events);

  EXECUTE format('CREATE OR REPLACE TRIGGER record_new AFTER INSERT ON %s REFERENCING NEW TABLE AS added
                    FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'record_new_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER record_changed AFTER UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
                 target, 'record_changed_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER refuse_delete BEFORE DELETE ON %s EXECUTE FUNCTION refuse_delete()', target);
END $do$;

DO $$ BEGIN
  PERFORM keep_record('divisions', entity => 'Division', states => '{dls_verified}');
  PERFORM keep_record('contracts', entity => 'Contract', states => '{status,is_suspended}');
END $$;
