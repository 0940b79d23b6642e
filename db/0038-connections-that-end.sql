-- With a connection end the sessions in which its secret was presented (sign-in §12), whatever ends it: a method, an operator's command, the
-- closure of the legal entity (docs/adr/0029-access-ends-in-the-database.md). A session that went on with another secret ends too.
--
-- Exchanges in flight hold the connection or the approval; this waits for both, so that no new pair escapes (db/0037). The used code of a
-- session stays: it opens nothing and is still told from an expired one.
CREATE OR REPLACE FUNCTION end_access_of_connection() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  present CONSTANT bigint := floor(extract(epoch FROM now()));
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
  sessions CONSTANT uuid[] := ARRAY(SELECT DISTINCT session_id FROM tokens WHERE connection_id = NEW.id AND session_id IS NOT NULL);
BEGIN
  PERFORM set_config('app.actor_id', coalesce(NEW.updated_by::text, actor), true);
  PERFORM FROM apps
    WHERE (user_id, client_id) IN (SELECT user_id, (details ->> 'client_id')::uuid FROM tokens WHERE session_id = ANY (sessions))
    ORDER BY id
      FOR UPDATE;
  UPDATE tokens SET expires_at = present
   WHERE (connection_id = NEW.id OR session_id = ANY (sessions)) AND expires_at > present
     AND (name <> 'authorization_code' OR used_at IS NULL);
  PERFORM set_config('app.actor_id', actor, true);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER end_access AFTER UPDATE ON connections FOR EACH ROW
  WHEN (NEW.expires_at IS DISTINCT FROM OLD.expires_at AND NEW.expires_at <= now())
  EXECUTE FUNCTION end_access_of_connection();
