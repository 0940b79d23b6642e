-- Figures that the plots of the console are made of (docs/adr/0051): what each method did in each minute, and how deep the queue was.
-- Ids of clients and numbers only.
CREATE TABLE request_minutes (
  minute timestamptz NOT NULL,
  method_id varchar(255) COLLATE "C" NOT NULL,
  client_id uuid NOT NULL,
  status smallint NOT NULL,
  rule varchar(255) COLLATE "C" NOT NULL,
  requests bigint NOT NULL CHECK (requests > 0),
  durations bigint[] NOT NULL CHECK (cardinality(durations) = 14),
  PRIMARY KEY (minute, method_id, client_id, status, rule)
);
COMMENT ON TABLE request_minutes IS
  'Requests to methods by minute; after some hours the minutes of an hour become one row, that of its first minute.';
COMMENT ON COLUMN request_minutes.client_id IS
  'Nil: no client was identified. All bits set: clients beyond those with the most requests of the minute.';
COMMENT ON COLUMN request_minutes.rule IS 'As in access_journal; empty: not refused by a numbered rule.';
COMMENT ON COLUMN request_minutes.durations IS
  'Requests that took up to 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000 ms and longer, each without those before it.';

CREATE TABLE queue_minutes (
  minute timestamptz NOT NULL,
  type varchar(255) COLLATE "C" NOT NULL,
  waiting bigint NOT NULL,
  oldest_seconds float8 NOT NULL,
  PRIMARY KEY (minute, type)
);
COMMENT ON COLUMN queue_minutes.waiting IS 'Background tasks that wait.';
COMMENT ON COLUMN queue_minutes.oldest_seconds IS 'How long the oldest of them is due.';

-- Snapshots of the bulk export are forgotten a day after they were replaced; what their builds were like stays.
CREATE TABLE snapshot_builds (
  resource varchar(255) COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  finished_at timestamptz NOT NULL,
  row_count bigint NOT NULL,
  byte_size bigint NOT NULL,
  PRIMARY KEY (resource, started_at)
);
INSERT INTO snapshot_builds (resource, started_at, finished_at, row_count, byte_size)
SELECT resource, started_at, finished_at, row_count, byte_size FROM bulk_generations
 WHERE state IN ('READY', 'RETIRED') AND row_count IS NOT NULL AND byte_size IS NOT NULL AND finished_at IS NOT NULL
ON CONFLICT DO NOTHING;

-- As before (db/0044), and the role of the server removes what is too old.
DO $$
DECLARE
  former text := pg_get_functiondef('grant_runtime(regrole)'::regprocedure);
BEGIN
  IF strpos(former, 'GRANT DELETE ON tokens,') = 0 THEN
    RAISE EXCEPTION 'grant_runtime does not have GRANT DELETE ON tokens';
  END IF;
  EXECUTE replace(former, 'GRANT DELETE ON tokens,', 'GRANT DELETE ON tokens, request_minutes, queue_minutes, snapshot_builds,');
END $$;
