-- The ids of a row of the access journal stay in the row as they are. Those of a list of 50 were compressed in vain and moved to another table,
-- which was most of the cost of the row: 27 µs, 8 µs without.
ALTER TABLE access_journal ALTER COLUMN object_ids SET STORAGE EXTERNAL;
DO $$
DECLARE
  part regclass;
BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'access_journal'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = 8160)', part);
  END LOOP;
END $$;

-- As before (db/0028), with that setting.
CREATE OR REPLACE FUNCTION ensure_journal_partitions(days_ahead integer DEFAULT 14) RETURNS void LANGUAGE plpgsql
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
    EXECUTE format('CREATE TABLE %I (LIKE access_journal INCLUDING ALL) WITH (toast_tuple_target = 8160)', part);
    EXECUTE format('WITH late AS (DELETE FROM access_journal_default WHERE inserted_at >= %L AND inserted_at < %L RETURNING *)
                    INSERT INTO %I SELECT * FROM late', low, high, part);
    EXECUTE format('ALTER TABLE access_journal ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, low, high);
  END LOOP;
END $$;
