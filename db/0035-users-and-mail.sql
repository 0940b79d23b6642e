-- Users who set their password by a one-time link, and the mails that carry the links (sign-in.md §13, docs/adr/0041).
CREATE TABLE one_time_links (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  purpose varchar(255) COLLATE "C" NOT NULL CHECK (purpose IN ('INVITATION', 'RESET')),
  token_hash char(64) COLLATE "C" UNIQUE CHECK (token_hash ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz,
  used_at timestamptz,
  ended_at timestamptz,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((token_hash IS NULL) = (expires_at IS NULL))
);
CREATE UNIQUE INDEX one_time_links_open_key ON one_time_links (user_id) WHERE used_at IS NULL AND ended_at IS NULL;
CREATE INDEX one_time_links_user_id_index ON one_time_links (user_id);
COMMENT ON COLUMN one_time_links.token_hash IS 'Null until the link is shown or its mail is sent for the first time; every sending makes a new one.';
COMMENT ON COLUMN one_time_links.expires_at IS 'Counted from the moment of token_hash.';
COMMENT ON COLUMN one_time_links.ended_at IS 'A newer link, a new password or e-mail address, or a block has ended it.';

CREATE TABLE mails (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  link_id uuid NOT NULL REFERENCES one_time_links ON DELETE CASCADE,
  status varchar(255) COLLATE "C" NOT NULL DEFAULT 'QUEUED' CHECK (status IN ('QUEUED', 'SENT', 'FAILED', 'CANCELED')),
  attempts integer NOT NULL DEFAULT 0,
  queued_at timestamptz NOT NULL DEFAULT now(),
  run_at timestamptz NOT NULL DEFAULT now(),
  last_error varchar(255),
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mails_run_at_index ON mails (run_at, id) WHERE status = 'QUEUED';
CREATE INDEX mails_link_id_index ON mails (link_id);
COMMENT ON TABLE mails IS 'Outbox. Neither address nor text is here: both are made when a mail is sent.';
COMMENT ON COLUMN mails.queued_at IS 'Also by an operator again; attempts end so long after it.';
COMMENT ON COLUMN mails.run_at IS 'Next attempt. An attempt in progress has moved it beyond its own end, so that it is repeated if it does not come back.';
COMMENT ON COLUMN mails.last_error IS 'Type of the fault, or status of the answer of the mail server; never its text.';

-- A mail whose link leads nowhere is not sent.
CREATE FUNCTION cancel_mails() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  UPDATE mails SET status = 'CANCELED', updated_at = now() WHERE link_id = NEW.id AND status IN ('QUEUED', 'FAILED');
  RETURN NULL;
END $$;
CREATE TRIGGER cancel_mails AFTER UPDATE ON one_time_links FOR EACH ROW
  WHEN (OLD.used_at IS NULL AND OLD.ended_at IS NULL AND (NEW.used_at IS NOT NULL OR NEW.ended_at IS NOT NULL))
  EXECUTE FUNCTION cancel_mails();

-- A new password ends the links to set one, whoever sets it. A hash that is only renewed leaves password_set_at as it is.
CREATE FUNCTION end_links_of_user() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  UPDATE one_time_links SET ended_at = now(), updated_at = now() WHERE user_id = NEW.id AND used_at IS NULL AND ended_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER end_links AFTER UPDATE ON users FOR EACH ROW
  WHEN (NEW.password_set_at IS DISTINCT FROM OLD.password_set_at OR NEW.email <> OLD.email OR (NEW.is_blocked AND NOT OLD.is_blocked))
  EXECUTE FUNCTION end_links_of_user();

-- Removes links that ended longer ago, with their mails.
CREATE FUNCTION purge_one_time_links(kept interval) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
  WITH old AS (
    DELETE FROM one_time_links link
     WHERE coalesce(used_at, ended_at, expires_at, inserted_at) < now() - kept
       AND NOT EXISTS (SELECT FROM mails WHERE link_id = link.id AND status = 'QUEUED')
    RETURNING id
  )
  SELECT count(*) FROM old
$$;
REVOKE EXECUTE ON FUNCTION purge_one_time_links(interval) FROM PUBLIC;

DO $$ BEGIN
  PERFORM keep_record('one_time_links', deletable => 'OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL OR OLD.expires_at <= now()');
END $$;
