-- The operator's console (docs/adr/0048): who may use it, and who is signed in.
CREATE TABLE console_roles (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users,
  role varchar(255) COLLATE "C" NOT NULL CHECK (role IN ('contracts.read', 'contracts.write', 'ops.read', 'ops.act', 'audit.read')),
  inserted_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, role)
);
COMMENT ON TABLE console_roles IS 'What a user may see and do in the console. They open no method of the API.';

CREATE TABLE console_sessions (
  id uuid PRIMARY KEY,
  cookie_hash char(64) COLLATE "C" NOT NULL UNIQUE CHECK (cookie_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid NOT NULL REFERENCES users,
  awaited_token_id uuid,
  begun_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  confirmed_at timestamptz NOT NULL DEFAULT now(),
  inserted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX console_sessions_user_id_index ON console_sessions (user_id);
CREATE INDEX console_sessions_seen_at_index ON console_sessions (seen_at);
COMMENT ON COLUMN console_sessions.awaited_token_id IS
  'Token whose code of the second factor is awaited; until it is given, the session opens nothing.';
COMMENT ON COLUMN console_sessions.confirmed_at IS 'When the user last proved who it is; changes ask again after some minutes.';

-- A block, a new password and a lost role end the sessions of the user at once.
CREATE FUNCTION end_console_sessions() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = esoz, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'users' THEN
    DELETE FROM console_sessions WHERE user_id = NEW.id;
  ELSE
    DELETE FROM console_sessions WHERE user_id = OLD.user_id;
  END IF;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION end_console_sessions() FROM PUBLIC;
CREATE TRIGGER end_console_sessions AFTER UPDATE ON users FOR EACH ROW
  WHEN ((NEW.is_blocked AND NOT OLD.is_blocked) OR NEW.password_set_at IS DISTINCT FROM OLD.password_set_at OR NEW.email <> OLD.email)
  EXECUTE FUNCTION end_console_sessions();
CREATE TRIGGER end_console_sessions AFTER DELETE ON console_roles FOR EACH ROW EXECUTE FUNCTION end_console_sessions();

DO $$ BEGIN
  PERFORM keep_record('console_roles', deletable => 'false');
END $$;

-- As before (db/0034), and the role of the server ends sessions, but gives nobody a role.
DO $$
DECLARE
  former text := pg_get_functiondef('grant_runtime(regrole)'::regprocedure);
  change text[];
BEGIN
  FOREACH change SLICE 1 IN ARRAY ARRAY[
    ['sign_in_sessions TO', 'sign_in_sessions, console_sessions TO'],
    ['to_regclass(''schema_migrations'')]', 'to_regclass(''schema_migrations''), to_regclass(''console_roles'')]']
  ] LOOP
    IF strpos(former, change[1]) = 0 THEN
      RAISE EXCEPTION 'grant_runtime does not have %', change[1];
    END IF;
    former := replace(former, change[1], change[2]);
  END LOOP;
  EXECUTE former;
END $$;
