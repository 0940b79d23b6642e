-- Who read or changed what, and who was refused (platform §13a): one row per request. Ids and numbers only: no names, no query, no body.
CREATE TABLE access_journal (
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  inserted_at timestamptz NOT NULL DEFAULT now(),
  client_id uuid,
  user_id uuid,
  connection_id uuid,
  connection_client_id uuid,
  method_id varchar(255) COLLATE "C" NOT NULL,
  object_ids uuid[] NOT NULL,
  person_id uuid,
  party_id uuid,
  status integer NOT NULL,
  rule varchar(255) COLLATE "C",
  code varchar(255) COLLATE "C",
  seen text,
  request_id varchar(255) COLLATE "C" NOT NULL,
  address varchar(255) COLLATE "C",
  PRIMARY KEY (inserted_at, id)
) PARTITION BY RANGE (inserted_at);
COMMENT ON COLUMN access_journal.connection_id IS 'The api-key that was used.';
COMMENT ON COLUMN access_journal.connection_client_id IS 'Its owner: the system that a BROKER client works through.';
COMMENT ON COLUMN access_journal.object_ids IS 'Ids that the request named, then those of the records that the answer shows.';
COMMENT ON COLUMN access_journal.person_id IS 'The patient, when it is one.';
COMMENT ON COLUMN access_journal.party_id IS 'The person behind an employee, when it is one.';
COMMENT ON COLUMN access_journal.rule IS 'Number of the broken rule on the page of the method; "platform N" is a check of the gateway.';
COMMENT ON COLUMN access_journal.code IS 'Code or type of the error in the answer.';
COMMENT ON COLUMN access_journal.seen IS 'What the check of the gateway looked at.';

-- Written with every request: ids of people are looked for day by day, row by row, because an index on object_ids would cost more than all else.
CREATE INDEX access_journal_request_id_index ON access_journal (request_id);
CREATE INDEX access_journal_user_id_index ON access_journal (user_id) WHERE user_id IS NOT NULL;

-- A request never fails for want of a partition; ensure_journal_partitions takes the rows out again.
CREATE TABLE access_journal_default PARTITION OF access_journal DEFAULT;

CREATE FUNCTION ensure_journal_partitions(days_ahead integer DEFAULT 14) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = esoz, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  part text;
  low timestamptz;
  high timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('esoz.ensure_journal_partitions'));
  FOR low IN
    SELECT * FROM generate_series(
      least(date_trunc('day', now()), date_trunc('day', (SELECT min(inserted_at) FROM access_journal_default))),
      date_trunc('day', now()) + make_interval(days => days_ahead), interval '1 day')
  LOOP
    high := low + interval '1 day';
    part := to_char(low, '"access_journal_"YYYY_MM_DD');
    CONTINUE WHEN to_regclass(part) IS NOT NULL;
    EXECUTE format('CREATE TABLE %I (LIKE access_journal INCLUDING ALL)', part);
    EXECUTE format('WITH late AS (DELETE FROM access_journal_default WHERE inserted_at >= %L AND inserted_at < %L RETURNING *)
                    INSERT INTO %I SELECT * FROM late', low, high, part);
    EXECUTE format('ALTER TABLE access_journal ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, low, high);
  END LOOP;
END $$;
COMMENT ON FUNCTION ensure_journal_partitions IS
  'Creates the daily partitions of access_journal for the coming days, and for the days of which the default partition has rows; called at the start and daily.';

DO $$ BEGIN PERFORM ensure_journal_partitions(); END $$;

CREATE FUNCTION drop_journal_partitions(retention interval) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = esoz, pg_temp SET timezone = 'UTC' SET lock_timeout = '2s' AS $$
DECLARE
  part text;
  dropped bigint := 0;
BEGIN
  FOREACH part IN ARRAY ARRAY(
    SELECT relname::text
      FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = 'access_journal'::regclass AND relname ~ '^access_journal_[0-9]{4}_[0-9]{2}_[0-9]{2}$'
       AND to_timestamp(right(relname, 10), 'YYYY_MM_DD') + interval '1 day' <= now() - retention
     ORDER BY relname)
  LOOP
    EXECUTE format('DROP TABLE %I', part);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;
COMMENT ON FUNCTION drop_journal_partitions IS
  'Drops the daily partitions of access_journal that hold only rows older than the period. Fails when a partition is in use for long; it is dropped by the next call.';

REVOKE EXECUTE ON FUNCTION ensure_journal_partitions, drop_journal_partitions FROM PUBLIC;

-- As before, and rows of the access journal are only read and added.
CREATE OR REPLACE FUNCTION grant_runtime(grantee regrole) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT DELETE ON tokens, idempotency_keys, async_jobs, background_tasks, bulk_generations TO %s', grantee);
  EXECUTE format('GRANT EXECUTE ON FUNCTION ensure_journal_partitions, drop_journal_partitions TO %s', grantee);
  EXECUTE format('REVOKE INSERT, UPDATE ON audit_log, events, schema_migrations FROM %s', grantee);
  EXECUTE format('REVOKE UPDATE ON access_journal FROM %s', grantee);
  EXECUTE (SELECT string_agg(format('REVOKE ALL ON %s FROM %s', inhrelid::regclass, grantee), '; ')
             FROM pg_inherits WHERE inhparent IN ('audit_log'::regclass, 'events'::regclass, 'access_journal'::regclass));
END $$;
