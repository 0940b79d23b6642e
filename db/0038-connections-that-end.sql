-- With a connection end the sessions in which its secret was presented (sign-in §12), whatever ends it: a method, an operator's command, the
-- closure of the legal entity (docs/adr/0029-access-ends-in-the-database.md).
CREATE FUNCTION end_access_of_connection() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  present CONSTANT bigint := floor(extract(epoch FROM now()));
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(NEW.updated_by::text, actor), true);
  UPDATE tokens SET expires_at = present
   WHERE (connection_id = NEW.id OR session_id IN (SELECT session_id FROM tokens WHERE connection_id = NEW.id)) AND expires_at > present;
  PERFORM set_config('app.actor_id', actor, true);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER UPDATE ON connections FOR EACH ROW
  WHEN (NEW.expires_at IS DISTINCT FROM OLD.expires_at AND NEW.expires_at <= now())
  EXECUTE FUNCTION end_access_of_connection();
