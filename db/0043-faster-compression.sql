-- Scopes of tokens are long, and the audit log has them too. Compressing these values was a seventh of an exchange at POST /oauth/tokens;
-- LZ4 takes a fraction of that. A server that was built without it keeps what it has. Rows that are there stay as they are; partitions to
-- come are made like the table.
DO $$
DECLARE
  log regclass;
BEGIN
  ALTER TABLE tokens ALTER COLUMN details SET COMPRESSION lz4;
  FOR log IN SELECT 'audit_log'::regclass UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_log'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN changeset SET COMPRESSION lz4, ALTER COLUMN former SET COMPRESSION lz4', log);
  END LOOP;
EXCEPTION WHEN feature_not_supported THEN
  RAISE NOTICE 'This PostgreSQL has no LZ4: tokens and audit rows stay compressed as they are.';
END $$;
