-- What operators have done in the console that is no change of a record: builds and verifications, which go on in the background, exports
-- and imports (docs/adr/0052). The audit log has who began each and how it ended.
CREATE TABLE console_actions (
  id uuid PRIMARY KEY,
  kind varchar(255) COLLATE "C" NOT NULL CHECK (kind IN
    ('snapshot-build', 'snapshot-verify', 'audit-verify', 'journal-export', 'changes-export', 'trust-import')),
  user_id uuid NOT NULL REFERENCES users,
  progress jsonb,
  finished_at timestamptz,
  end_state varchar(255) COLLATE "C" CHECK (end_state IN ('GOOD', 'FINDINGS', 'FAILED', 'INTERRUPTED')),
  report jsonb,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((finished_at IS NULL) = (end_state IS NULL))
);
CREATE INDEX console_actions_kind_inserted_at_index ON console_actions (kind, inserted_at DESC);
COMMENT ON COLUMN console_actions.progress IS 'Of each part how much is done, and of how much; not in the audit log.';
COMMENT ON COLUMN console_actions.report IS 'What it found; no personal data.';

DO $$ BEGIN
  PERFORM keep_record('console_actions', excluded => '{progress}');
END $$;
