-- Sessions of sign-in (sign-in §4, §9, §11.1, docs/adr/0038): the tokens that descend from one authorization code, named by its id.
--
-- Whoever ends the tokens of a session waits for exchanges in flight, which hold the approval, so that no new pair escapes. Everybody locks
-- in this order: connections, user_roles, users, apps, tokens.

CREATE FUNCTION end_session(of_session uuid, author uuid) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  present CONSTANT bigint := floor(extract(epoch FROM now()));
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(author::text, actor), true);
  PERFORM FROM apps
    WHERE (user_id, client_id) IN (SELECT user_id, (details ->> 'client_id')::uuid FROM tokens WHERE session_id = of_session)
      FOR UPDATE;
  UPDATE tokens SET expires_at = present
   WHERE session_id = of_session AND expires_at > present AND (name <> 'authorization_code' OR used_at IS NULL);
  PERFORM set_config('app.actor_id', actor, true);
END $$;
COMMENT ON FUNCTION end_session IS
  'Ends the tokens of a session, but for its used code, which opens nothing and is still told from an expired one.';

COMMENT ON COLUMN tokens.session_id IS
  'Id of the authorization code with which the session began; the code has it too. Null = of an operator or of POST /auth/login.';
COMMENT ON COLUMN tokens.connection_id IS 'Connection whose secret was presented; its end ends the token.';
COMMENT ON COLUMN tokens.details IS
  '{client_id, scope, grant_type}; those of sign-in also have scope_request, redirect_uri and app_id, refresh tokens session_expires_at.';

-- A secret that ends takes the sessions with it that began with it, and what else was issued for it (sign-in §12).
CREATE FUNCTION end_access_of_connection() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  present CONSTANT bigint := floor(extract(epoch FROM now()));
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(NEW.updated_by::text, actor), true);
  UPDATE tokens
     SET expires_at = present
   WHERE expires_at > present
     AND (connection_id = NEW.id OR session_id IN (SELECT session_id FROM tokens WHERE connection_id = NEW.id AND parent_id = session_id));
  PERFORM set_config('app.actor_id', actor, true);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER UPDATE ON connections FOR EACH ROW
  WHEN (NEW.expires_at <= now() AND (OLD.expires_at IS NULL OR OLD.expires_at > now())) EXECUTE FUNCTION end_access_of_connection();

-- A global role works with every client.
CREATE FUNCTION end_access_of_global_role() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  DELETE FROM apps WHERE user_id = OLD.user_id;
  PERFORM end_tokens(OLD.user_id, NULL, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER DELETE ON global_user_roles FOR EACH ROW EXECUTE FUNCTION end_access_of_global_role();

-- As before (db/0032), in the order of the locks.
CREATE OR REPLACE FUNCTION end_access_of_employee() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM employees
                  WHERE party_id = old.party_id AND legal_entity_id = old.legal_entity_id AND employee_type = old.employee_type
                    AND status = 'APPROVED' AND is_active) THEN
    PERFORM end_roles(user_id, old.legal_entity_id, old.employee_type, new.updated_by),
            end_tokens(user_id, old.legal_entity_id, new.updated_by)
       FROM party_users WHERE party_id = old.party_id;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION end_access_of_legal_entity() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = new.updated_by
   WHERE client_id = new.id AND consumer_id = new.id AND (expires_at IS NULL OR expires_at > now());
  PERFORM end_roles(NULL, new.id, NULL, new.updated_by);
  PERFORM end_tokens(NULL, new.id, new.updated_by);
  RETURN NULL;
END $$;
