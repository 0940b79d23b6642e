-- The audit log says who changed what through which client, what the old values were, and shows when it was tampered with
-- (platform.md §13, docs/adr/0031, docs/adr/0032).

-- The program tells them per transaction in app.origin: client id, request id and address, separated by spaces; and per session in
-- app.operator.
ALTER TABLE audit_log
  ADD COLUMN former jsonb,
  ADD COLUMN client_id uuid DEFAULT nullif(split_part(current_setting('app.origin', true), ' ', 1), '')::uuid,
  ADD COLUMN request_id varchar(255) DEFAULT nullif(split_part(current_setting('app.origin', true), ' ', 2), ''),
  ADD COLUMN address inet DEFAULT nullif(split_part(current_setting('app.origin', true), ' ', 3), '')::inet,
  ADD COLUMN operator varchar(255) DEFAULT nullif(current_setting('app.operator', true), '');
COMMENT ON COLUMN audit_log.former IS 'Old values of the members of changeset; null for an insert. Of a deleted row every value, and changeset is empty.';
COMMENT ON COLUMN audit_log.request_id IS 'Of the request, or of the one that started the job.';
COMMENT ON COLUMN audit_log.operator IS 'Who ran the command line: --operator, or the user of the operating system.';

-- Rows are inserted in the order of inserted_at, so the smallest kind of index finds those of a minute.
CREATE INDEX audit_log_inserted_at_index ON audit_log USING brin (inserted_at) WITH (pages_per_range = 32, autosummarize = on);

-- Seals: what the rows of a log were when they were certainly complete (docs/adr/0031).
CREATE TABLE audit_seals (
  log varchar(63) COLLATE "C" NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  until_at timestamptz NOT NULL,
  until_id uuid NOT NULL,
  columns text[] NOT NULL,
  row_count integer NOT NULL,
  leaves bytea NOT NULL,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  previous bytea NOT NULL CHECK (octet_length(previous) = 32),
  head bytea NOT NULL CHECK (octet_length(head) = 32),
  key_id varchar(64) COLLATE "C" NOT NULL,
  signature bytea NOT NULL,
  sealed_at timestamptz NOT NULL,
  PRIMARY KEY (log, number)
);
ALTER TABLE audit_seals ALTER leaves SET STORAGE EXTERNAL;
COMMENT ON COLUMN audit_seals.until_at IS 'The seal covers the rows before (until_at, until_id) in the order of (inserted_at, id) that no earlier seal covers.';
COMMENT ON COLUMN audit_seals.leaves IS 'For each row its id and the SHA-256 of its columns, 48 bytes.';
COMMENT ON COLUMN audit_seals.previous IS 'Head of the seal before.';
CREATE INDEX audit_seals_sealed_at_index ON audit_seals (sealed_at);

CREATE TABLE audit_days (
  day date PRIMARY KEY,
  seals integer NOT NULL,
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  previous bytea NOT NULL CHECK (octet_length(previous) = 32),
  head bytea NOT NULL CHECK (octet_length(head) = 32),
  key_id varchar(64) COLLATE "C" NOT NULL,
  signature bytea NOT NULL,
  sealed_at timestamptz NOT NULL
);
COMMENT ON TABLE audit_days IS 'Merkle tree over the heads of the seals made on a day (UTC).';

-- Nothing is changed, removed or truncated, through a partition neither.
DROP TRIGGER refuse_change ON audit_log;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit_log EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_days EXECUTE FUNCTION refuse_change();

-- As before, and the partitions of audit_log refuse TRUNCATE, which the trigger of the parent does not see.
CREATE OR REPLACE FUNCTION ensure_partitions(months_ahead integer DEFAULT 3) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = esoz, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  parent text;
  part text;
  low timestamptz;
  high timestamptz;
  late boolean;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('esoz.ensure_partitions'));
  FOREACH parent IN ARRAY ARRAY['audit_log', 'events'] LOOP
    FOR ahead IN 0 .. months_ahead LOOP
      low := date_trunc('month', now()) + make_interval(months => ahead);
      high := low + interval '1 month';
      part := parent || to_char(low, '_YYYY_MM');
      CONTINUE WHEN to_regclass(part) IS NOT NULL;
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, parent);
      EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %I WHERE inserted_at >= %L AND inserted_at < %L)', parent || '_default', low, high)
        INTO late;
      IF late THEN
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', parent || '_default');
        EXECUTE format('WITH late AS (DELETE FROM ONLY %I WHERE inserted_at >= %L AND inserted_at < %L RETURNING *)
                        INSERT INTO %I SELECT * FROM late', parent || '_default', low, high, part);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', parent || '_default');
      END IF;
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, low, high);
      IF parent = 'audit_log' THEN
        EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change()', part);
      END IF;
    END LOOP;
  END LOOP;
END $$;
COMMENT ON FUNCTION ensure_partitions IS
  'Creates the monthly partitions of audit_log and events from the present month on; called by the migrator and daily.';

DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_log'::regclass LOOP
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION refuse_change()', part);
  END LOOP;
END $$;

-- As before, and: former has the old values; a column that holds a secret or its hash is recorded without its value; a table may have no
-- updated_by; the functions of the triggers cannot be called.
--
-- by_job: rows that a client's job inserts have the client and the request of that job. A batch of jobs is one statement, so app.origin
-- cannot have them.
-- deletable: condition on OLD. Deletions are refused without it; with it they are allowed, and recorded unless it holds.
DROP FUNCTION keep_record(regclass, text, text[], text[]);
CREATE FUNCTION keep_record(target regclass, entity text DEFAULT NULL, states text[] DEFAULT '{status}', excluded text[] DEFAULT '{}',
  by_job boolean DEFAULT false, deletable text DEFAULT NULL)
  RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $do$
DECLARE
  name text := (SELECT relname FROM pg_class WHERE oid = target);
  nobody CONSTANT text := 'coalesce(nullif(current_setting(''app.actor_id'', true), ''''), ''4261eacf-8008-4e62-899f-de1e2f7065f0'')';
  actor text := nobody;
  members text;
  absent text;
  changes text;
  events text := '';
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = target AND attname = 'updated_by' AND NOT attisdropped) THEN
    actor := format('coalesce(NEW.updated_by::text, %s)', nobody);
  END IF;

  SELECT string_agg(format('%L, %s', attname, value), ', ' ORDER BY attnum) FILTER (WHERE NOT is_secret),
         string_agg(format('CASE WHEN NEW.%I IS NULL THEN %L END', attname, attname), ', ' ORDER BY attnum)
           FILTER (WHERE NOT attnotnull AND NOT is_secret),
         string_agg(format(E'  IF %s THEN\n    changeset := changeset || jsonb_build_object(%L, %s);\n'
                           '    former := former || jsonb_build_object(%2$L, %4$s);\n  END IF;\n',
                           changed, attname,
                           CASE WHEN is_secret THEN quote_literal('***') ELSE value END,
                           CASE WHEN is_secret THEN quote_literal('***') ELSE replace(value, 'NEW.', 'OLD.') END), '' ORDER BY attnum)
    INTO members, absent, changes
    FROM (SELECT attname, attnum, attnotnull, attname ~ '(_hash$|secret|password)' AS is_secret,
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
  members := format('jsonb_build_object(%s) - array_remove(array[%s]::text[], NULL)', members, absent);

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
  INSERT INTO audit_log (actor_id, resource, resource_id, changeset%5$s)
  SELECT %2$s, %3$L, NEW.id, %4$s%6$s FROM added AS NEW%7$s;
  RETURN NULL;
END $body$
$create$, 'record_new_' || name, actor, name, members,
    CASE WHEN by_job THEN ', client_id, request_id, address' ELSE '' END,
    CASE WHEN by_job THEN
      ', coalesce(job.client_id, nullif(split_part(current_setting(''app.origin'', true), '' '', 1), '''')::uuid)'
      ', coalesce(job.request_id, nullif(split_part(current_setting(''app.origin'', true), '' '', 2), ''''))'
      ', nullif(split_part(current_setting(''app.origin'', true), '' '', 3), '''')::inet' ELSE '' END,
    CASE WHEN by_job THEN
      E'\n    LEFT JOIN (SELECT DISTINCT ON (composition_id) * FROM async_jobs WHERE done_at = now()) job ON job.composition_id = NEW.id' ELSE '' END);

  EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $body$
DECLARE
  changeset jsonb := '{}';
  former jsonb := '{}';
  actor text := %2$s;
BEGIN
%4$s  IF changeset = '{}' THEN RETURN NULL; END IF;
%5$s  INSERT INTO audit_log (actor_id, resource, resource_id, changeset, former) VALUES (actor, %3$L, NEW.id, changeset, former);
  RETURN NULL;
END $body$
$create$, 'record_changed_' || name, actor, name, changes, events);

  EXECUTE format('CREATE OR REPLACE TRIGGER record_new AFTER INSERT ON %s REFERENCING NEW TABLE AS added
                    FOR EACH STATEMENT EXECUTE FUNCTION %I()', target, 'record_new_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER record_changed AFTER UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION %I()',
                 target, 'record_changed_' || name);
  EXECUTE format('CREATE OR REPLACE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION refuse_delete()', target);
  EXECUTE format('REVOKE EXECUTE ON FUNCTION %I(), %I() FROM PUBLIC', 'record_new_' || name, 'record_changed_' || name);

  IF deletable IS NULL THEN
    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_delete BEFORE DELETE ON %s EXECUTE FUNCTION refuse_delete()', target);
  ELSE
    EXECUTE format($create$
CREATE OR REPLACE FUNCTION %1$I() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $body$
BEGIN
  INSERT INTO audit_log (actor_id, resource, resource_id, changeset, former) VALUES (%2$s, %3$L, OLD.id, '{}', %4$s);
  RETURN NULL;
END $body$
$create$, 'record_removed_' || name, nobody, name, replace(members, 'NEW.', 'OLD.'));
    EXECUTE format('CREATE OR REPLACE TRIGGER record_removed AFTER DELETE ON %s FOR EACH ROW WHEN (NOT (%s)) EXECUTE FUNCTION %I()',
                   target, deletable, 'record_removed_' || name);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I() FROM PUBLIC', 'record_removed_' || name);
  END IF;
END $do$;

DO $$ BEGIN
  PERFORM keep_record('legal_entities', entity => 'LegalEntity');
  PERFORM keep_record('parties');
  PERFORM keep_record('employees', entity => 'Employee');
  PERFORM keep_record('divisions', entity => 'Division', states => '{dls_verified}');
  PERFORM keep_record('healthcare_services');
  PERFORM keep_record('employee_roles', entity => 'EmployeeRole');
  PERFORM keep_record('contracts', entity => 'Contract', states => '{status,is_suspended}');
  PERFORM keep_record('contract_divisions');
  PERFORM keep_record('contract_employees');
  PERFORM keep_record('contract_medical_programs');
  PERFORM keep_record('compositions', entity => 'Composition', by_job => true);
  PERFORM keep_record('clients');
  PERFORM keep_record('connections');
  -- New: whatever grants access, and what a signature or a rule rests on.
  PERFORM keep_record('users');
  PERFORM keep_record('party_users', deletable => 'false');
  PERFORM keep_record('client_types');
  PERFORM keep_record('tokens', deletable => 'OLD.expires_at <= extract(epoch FROM now())');
  PERFORM keep_record('licenses');
  PERFORM keep_record('persons');
  PERFORM keep_record('encounters');
  PERFORM keep_record('conditions');
  PERFORM keep_record('dictionaries');
  PERFORM keep_record('dictionary_values');
END $$;

-- Functions that run as the owner are for the role of the server only, those of triggers for nobody.
DO $$
DECLARE
  name regprocedure;
BEGIN
  FOR name IN SELECT oid FROM pg_proc WHERE pronamespace = 'esoz'::regnamespace AND prosecdef LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', name);
  END LOOP;
END $$;

-- The role of the server: everything that the program does at run time and nothing else. It adds rows to the logs only through the
-- triggers of other tables, or, where it writes them itself, without being able to change them.
CREATE OR REPLACE FUNCTION grant_runtime(grantee regrole) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  log regclass;
  callable regprocedure;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT DELETE ON tokens, idempotency_keys, async_jobs, background_tasks, bulk_generations TO %s', grantee);
  FOR callable IN SELECT oid FROM pg_proc WHERE pronamespace = 'esoz'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', callable, grantee);
  END LOOP;
  FOREACH log IN ARRAY ARRAY[to_regclass('audit_log'), to_regclass('events'), to_regclass('schema_migrations')] LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM %s', log, grantee);
  END LOOP;
  FOR log IN SELECT name FROM unnest(ARRAY[to_regclass('audit_seals'), to_regclass('audit_days'), to_regclass('access_journal')]) AS name
              WHERE name IS NOT NULL
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', log, grantee);
  END LOOP;
  FOR log IN SELECT inhrelid FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent
              WHERE parent.relkind = 'p' AND parent.relnamespace = 'esoz'::regnamespace
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', log, grantee);
  END LOOP;
END $$;
COMMENT ON FUNCTION grant_runtime IS 'Grants a role what the server needs at run time. Migrations renew it.';

-- Secrets, even hashed, are nobody's to read.
CREATE FUNCTION grant_reader(grantee regrole) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  target record;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA esoz TO %s', grantee);
  FOR target IN
    SELECT attrelid::regclass AS name, bool_or(is_secret) AS has_secrets,
           string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE NOT is_secret) AS columns
      FROM (SELECT attrelid, attname, attnum, attname ~ '(_hash$|secret|password)' AND attrelid <> 'async_jobs'::regclass AS is_secret
              FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
             WHERE relnamespace = 'esoz'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
               AND attnum > 0 AND NOT attisdropped) columns
     WHERE attrelid NOT IN ('idempotency_keys'::regclass, 'background_tasks'::regclass)
     GROUP BY attrelid
  LOOP
    EXECUTE CASE WHEN target.has_secrets THEN format('GRANT SELECT (%s) ON %s TO %s', target.columns, target.name, grantee)
                 ELSE format('GRANT SELECT ON %s TO %s', target.name, grantee) END;
  END LOOP;
END $$;
COMMENT ON FUNCTION grant_reader IS 'Grants a role to read the registry and its logs, without secrets, stored answers and payloads of tasks.';

CREATE FUNCTION grant_auditor(grantee regrole) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  log regclass;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA esoz TO %s', grantee);
  FOR log IN SELECT name FROM unnest(ARRAY[to_regclass('audit_log'), to_regclass('audit_seals'), to_regclass('audit_days'),
                                           to_regclass('access_journal'), to_regclass('schema_migrations')]) AS name
              WHERE name IS NOT NULL
  LOOP
    EXECUTE format('GRANT SELECT ON %s TO %s', log, grantee);
  END LOOP;
END $$;
COMMENT ON FUNCTION grant_auditor IS 'Grants a role to read the logs and their seals, and nothing else.';

-- What a role has been granted is granted again after migrations have added tables. The roles are known by their grants.
CREATE FUNCTION renew_grants() RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  held record;
BEGIN
  FOR held IN
    SELECT acl.grantee::regrole AS role, bool_or(relname = 'async_jobs' AND acl.privilege_type = 'DELETE') AS is_server,
           bool_or(relname = 'employees' AND acl.privilege_type = 'SELECT') AS is_reader
      FROM pg_class, aclexplode(relacl) acl
     WHERE relnamespace = 'esoz'::regnamespace AND relname IN ('async_jobs', 'audit_log', 'employees')
       AND acl.grantee NOT IN (0, relowner)
     GROUP BY acl.grantee
  LOOP
    IF held.is_server THEN
      PERFORM grant_runtime(held.role);
    ELSIF held.is_reader THEN
      PERFORM grant_reader(held.role);
    ELSE
      PERFORM grant_auditor(held.role);
    END IF;
  END LOOP;
END $$;
COMMENT ON FUNCTION renew_grants IS 'Repeats grant_runtime, grant_reader and grant_auditor for the roles that have them; called by the migrator.';

REVOKE EXECUTE ON FUNCTION keep_record, grant_runtime, grant_reader, grant_auditor, renew_grants FROM PUBLIC;
