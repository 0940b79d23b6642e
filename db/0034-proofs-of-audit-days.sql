-- What others state about a day of the audit log: time stamps of an authority, signatures of operators (platform.md §13, docs/adr/0042).
CREATE TABLE audit_proofs (
  number bigint PRIMARY KEY CHECK (number > 0),
  day date NOT NULL REFERENCES audit_days,
  kind varchar(16) COLLATE "C" NOT NULL CHECK (kind IN ('TIMESTAMP', 'SIGNATURE')),
  content bytea NOT NULL,
  added_at timestamptz NOT NULL,
  key_id varchar(64) COLLATE "C" NOT NULL,
  signature bytea NOT NULL,
  head bytea NOT NULL CHECK (octet_length(head) = 32)
);
COMMENT ON COLUMN audit_proofs.content IS 'TIMESTAMP: token of RFC 3161 for the text of the day. SIGNATURE: CMS that includes day and head as JSON.';
COMMENT ON COLUMN audit_proofs.head IS 'SHA-256 of what key_id signed: number, day, kind, content and added_at.';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_proofs EXECUTE FUNCTION refuse_change();

-- As before, and the table is one of the logs that the server only adds to and the auditor reads.
DO $$
DECLARE
  granting regprocedure;
  former text;
BEGIN
  FOREACH granting IN ARRAY ARRAY['grant_runtime(regrole)'::regprocedure, 'grant_auditor(regrole)'::regprocedure] LOOP
    former := pg_get_functiondef(granting);
    IF strpos(former, $f$to_regclass('audit_days'),$f$) = 0 THEN
      RAISE EXCEPTION '% does not name audit_days', granting;
    END IF;
    EXECUTE replace(former, $f$to_regclass('audit_days'),$f$, $f$to_regclass('audit_days'), to_regclass('audit_proofs'),$f$);
  END LOOP;
END $$;
