-- Access ends with what it rests on, in the same transaction and whatever ends it: a method, an import or an operator's statement
-- (employee-roles §6.4, §7; sign-in §10; docs/adr/0029-access-ends-in-the-database.md). A token is ended by setting expires_at to the
-- present; what is remembered of it on other nodes is gone within AUTH_CACHE_TTL_SECONDS.
CREATE INDEX tokens_client_id_index ON tokens ((details ->> 'client_id'));

-- Ends the tokens of a user, of a client, or of a user at a client; null = any. The author is that of the change which has this effect.
CREATE FUNCTION end_tokens(of_user uuid, of_client uuid, author uuid) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  present CONSTANT bigint := floor(extract(epoch FROM now()));
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(author::text, actor), true);
  IF of_user IS NULL THEN
    UPDATE tokens SET expires_at = present WHERE details ->> 'client_id' = of_client::text AND expires_at > present;
  ELSE
    UPDATE tokens SET expires_at = present
     WHERE user_id = of_user AND (of_client IS NULL OR details ->> 'client_id' = of_client::text) AND expires_at > present;
  END IF;
  PERFORM set_config('app.actor_id', actor, true);
END $$;

-- The end of an employment. It does not count while the party has another one of the same type with this legal entity.
CREATE FUNCTION end_access_of_employee() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM employees
                  WHERE party_id = old.party_id AND legal_entity_id = old.legal_entity_id AND employee_type = old.employee_type
                    AND status = 'APPROVED' AND is_active) THEN
    PERFORM end_tokens(user_id, old.legal_entity_id, new.updated_by) FROM party_users WHERE party_id = old.party_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER UPDATE ON employees FOR EACH ROW
  WHEN (old.status = 'APPROVED' AND old.is_active
        AND (new.status, new.is_active, new.party_id, new.legal_entity_id, new.employee_type)
          IS DISTINCT FROM (old.status, old.is_active, old.party_id, old.legal_entity_id, old.employee_type))
  EXECUTE FUNCTION end_access_of_employee();

-- The closure of a legal entity, also of api-keys of its own. A SUSPENDED or REORGANIZED one keeps its access.
CREATE FUNCTION end_access_of_legal_entity() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM end_tokens(NULL, new.id, new.updated_by);
  UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = new.updated_by
   WHERE client_id = new.id AND consumer_id = new.id AND (expires_at IS NULL OR expires_at > now());
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER UPDATE ON legal_entities FOR EACH ROW
  WHEN (old.status <> 'CLOSED' AND old.is_active AND (new.status = 'CLOSED' OR NOT new.is_active))
  EXECUTE FUNCTION end_access_of_legal_entity();

-- A blocked user signs in again after the block. A blocked client needs nothing: the look-ups of tokens and keys ask for it.
CREATE FUNCTION end_access_of_user() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM end_tokens(new.id, NULL, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER UPDATE ON users FOR EACH ROW
  WHEN (NOT old.is_blocked AND new.is_blocked) EXECUTE FUNCTION end_access_of_user();

-- Those who left, closed or were blocked before.
DO $$ BEGIN
  PERFORM end_tokens(token.user_id, (token.details ->> 'client_id')::uuid, NULL)
     FROM tokens token
     JOIN party_users link USING (user_id)
    WHERE token.expires_at > extract(epoch FROM now())
      AND EXISTS (SELECT FROM employees
                   WHERE party_id = link.party_id AND legal_entity_id::text = token.details ->> 'client_id')
      AND NOT EXISTS (SELECT FROM employees
                       WHERE party_id = link.party_id AND legal_entity_id::text = token.details ->> 'client_id'
                         AND status = 'APPROVED' AND is_active);
  PERFORM end_tokens(NULL, id, NULL) FROM legal_entities WHERE status = 'CLOSED' OR NOT is_active;
  PERFORM end_tokens(id, NULL, NULL) FROM users WHERE is_blocked;
END $$;
