-- Sign-in of users (sign-in.md §16, scopes.md §4): passwords, second factors, roles of users, approvals, and what tokens descend from.
ALTER TABLE users
  ADD COLUMN password_hash text,
  ADD COLUMN password_set_at timestamptz,
  ADD COLUMN person_id uuid,
  ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN otp_error_count integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN users.password_hash IS 'PHC string: algorithm, parameters, salt and hash. Null = cannot sign in with a password.';
COMMENT ON COLUMN users.otp_error_count IS 'Wrong codes of the second factor in a row.';

ALTER TABLE clients
  ADD COLUMN user_id uuid REFERENCES users,
  ADD COLUMN settings jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN is_public boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN clients.user_id IS 'Owner; null = the system user.';
COMMENT ON COLUMN clients.settings IS '{allowed_grant_types: [password, …]}: grants of POST /auth/login.';
COMMENT ON COLUMN clients.is_public IS 'Cannot keep a secret: it needs none for POST /oauth/tokens, and must use PKCE.';

ALTER TABLE connections ALTER COLUMN redirect_uri TYPE text;

ALTER TABLE tokens
  ADD COLUMN session_id uuid,
  ADD COLUMN parent_id uuid,
  ADD COLUMN connection_id uuid REFERENCES connections,
  ADD COLUMN used_at timestamptz,
  ADD COLUMN code_challenge text;
CREATE INDEX tokens_session_id_index ON tokens (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX tokens_connection_id_index ON tokens (connection_id) WHERE connection_id IS NOT NULL;
COMMENT ON COLUMN tokens.session_id IS 'Tokens that descend from one authorization code. Null = of an operator or of POST /auth/login.';
COMMENT ON COLUMN tokens.parent_id IS 'Authorization code or refresh token that was exchanged for this one.';
COMMENT ON COLUMN tokens.connection_id IS 'Connection whose secret was presented.';
COMMENT ON COLUMN tokens.used_at IS 'First exchange of an authorization code or refresh token.';
COMMENT ON COLUMN tokens.details IS '{client_id, scope, grant_type}; those of sign-in also have scope_request, redirect_uri and app_id.';

CREATE TABLE roles (
  id uuid PRIMARY KEY,
  name varchar(255) COLLATE "C" NOT NULL UNIQUE,
  scope text NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE roles IS 'Roles of users; those of providers are named as the employee type.';

CREATE TABLE user_roles (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  role_id uuid NOT NULL REFERENCES roles,
  client_id uuid NOT NULL REFERENCES clients,
  source varchar(255) COLLATE "C" NOT NULL CHECK (source IN ('EMPLOYEE', 'OPERATOR')),
  inserted_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, client_id, role_id, source)
);
CREATE INDEX user_roles_client_id_index ON user_roles (client_id);
CREATE INDEX user_roles_role_id_index ON user_roles (role_id);
COMMENT ON COLUMN user_roles.source IS 'EMPLOYEE: follows employees; OPERATOR: given by an operator. The end of the employment takes both.';

CREATE TABLE global_user_roles (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  role_id uuid NOT NULL REFERENCES roles,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, role_id)
);
CREATE INDEX global_user_roles_role_id_index ON global_user_roles (role_id);
COMMENT ON TABLE global_user_roles IS 'Roles with every client: those of operators.';

CREATE TABLE apps (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  client_id uuid NOT NULL REFERENCES clients,
  scope text NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, client_id)
);
CREATE INDEX apps_client_id_index ON apps (client_id);
COMMENT ON TABLE apps IS 'Approvals: what the user has allowed the client. Deleting one ends the tokens of the user at the client.';

CREATE TABLE password_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  password_hash text NOT NULL,
  inserted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX password_history_user_id_index ON password_history (user_id);
COMMENT ON TABLE password_history IS 'The three newest passwords of a user, the present one included.';

CREATE TABLE failed_logins (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email_hash char(64) COLLATE "C" NOT NULL,
  address inet,
  inserted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX failed_logins_email_hash_index ON failed_logins (email_hash, inserted_at);
CREATE INDEX failed_logins_address_index ON failed_logins (address, inserted_at);
CREATE INDEX failed_logins_inserted_at_index ON failed_logins (inserted_at);
COMMENT ON TABLE failed_logins IS 'Wrong passwords, of unknown users too; kept for a day.';

CREATE TABLE authentication_factors (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users,
  type varchar(255) COLLATE "C" NOT NULL CHECK (type IN ('SMS', 'TOTP')),
  factor varchar(255),
  factor_secret text,
  is_active boolean NOT NULL DEFAULT true,
  inserted_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (user_id, type)
);
COMMENT ON COLUMN authentication_factors.factor IS 'SMS: phone number; null until the user has named one.';
COMMENT ON COLUMN authentication_factors.factor_secret IS 'TOTP: the shared secret, encrypted with a key that the database does not have.';

CREATE TABLE otps (
  id uuid PRIMARY KEY,
  token_id uuid NOT NULL REFERENCES tokens ON DELETE CASCADE,
  code_hmac char(64) COLLATE "C" NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  expires_at timestamptz NOT NULL,
  status varchar(255) COLLATE "C" NOT NULL CHECK (status IN ('NEW', 'VERIFIED', 'EXPIRED', 'CANCELED')),
  inserted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX otps_token_id_index ON otps (token_id, inserted_at);
COMMENT ON TABLE otps IS 'Codes of the second factor, by the 2fa_access_token that asks for them.';

CREATE TABLE sign_in_sessions (
  id uuid PRIMARY KEY,
  cookie_hash char(64) COLLATE "C" NOT NULL UNIQUE,
  request jsonb NOT NULL,
  user_id uuid REFERENCES users,
  step varchar(255) COLLATE "C" NOT NULL,
  form_token_hash char(64) COLLATE "C" NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_sessions_expires_at_index ON sign_in_sessions (expires_at);
COMMENT ON TABLE sign_in_sessions IS 'State between the pages of /sign-in, for ten minutes.';

-- Roles of providers have complete lists, also of methods that are not served: a system that asks for all scopes of a role is not refused.
INSERT INTO roles (id, name, scope)
SELECT gen_random_uuid(), name, regexp_replace(btrim(scope, E' \n'), '\s+', ' ', 'g')
  FROM (VALUES
  ('OWNER', '
    employee_role:write employee_role:read healthcare_service:write healthcare_service:read declaration:read declaration_request:approve
    declaration_request:read declaration_request:reject declaration_request:write division:activate division:deactivate division:details
    division:read division:write employee:deactivate employee:details employee:read employee:write employee_request:approve
    employee_request:read employee_request:reject employee_request:write legal_entity:read otp:read otp:write person:read
    reimbursement_report:read secret:refresh capitation_report:read contract_request:create contract_request:read
    contract_request:terminate contract_request:approve contract_request:sign client:read connection:read connection:write
    connection:refresh_secret connection:delete related_legal_entities:read contract:read contract:write equipment:write equipment:read
    medical_program_provision:write medical_program_provision:read license:details license:read license:write rule_engine_rule:read
    party_verification:details party_verification:write person_verification:details device_definition:read device_request:read
    device_dispense:read medication_dispense:read_pharm care_team:read'),
  ('ADMIN', '
    declaration:read declaration_request:approve declaration_request:reject declaration_request:read declaration_request:sign
    declaration_request:write capitation_report:read division:details division:read employee:read employee_request:approve
    employee_request:reject employee_request:read legal_entity:read otp:read otp:write person:read service_request:read
    service_request:use contract_request:sign contract_request:create contract_request:read contract_request:terminate
    contract_request:approve contract:read contract:write healthcare_service:read healthcare_service:write employee_role:read
    employee_role:write device_definition:read equipment:write equipment:read employee_request:write license:read license:details
    party_verification:details party_verification:write person_verification:details'),
  ('HR', '
    division:details division:write division:activate division:deactivate division:read employee:read employee:write employee:details
    employee:deactivate employee_request:approve employee_request:reject employee_request:write employee_request:read legal_entity:read
    healthcare_service:read healthcare_service:write employee_role:read employee_role:write license:read license:details
    party_verification:details party_verification:write'),
  ('DOCTOR', '
    declaration:read declaration_request:approve declaration_request:read declaration_request:sign declaration_request:write division:read
    employee:read employee_request:approve employee_request:reject employee_request:read legal_entity:read otp:read otp:write person:read
    patient_summary:read encounter:write encounter:read encounter:cancel episode:write episode:read job:read condition:read
    condition:write observation:read observation:write immunization:read immunization:write allergy_intolerance:read
    allergy_intolerance:write medication_statement:read medication_statement:write device:read device:write risk_assessment:read
    risk_assessment:write medication_dispense:read drugs:read medication_request:details medication_request:read medication_request:reject
    medication_request:resend medication_request_request:read medication_request_request:reject medication_request_request:sign
    medication_request_request:write diagnostic_report:read diagnostic_report:write diagnostic_report:cancel procedure:read
    procedure:write procedure:cancel service_request:makeinprogress service_request:complete service_request:recall service_request:cancel
    service_request:write service_request:read service_request:use approval:create program_service:read medication_administration:read
    medication_administration:write healthcare_service:read employee_role:read person_request:write person_request:read
    person_request:sign authentication_method_request:write care_plan:read approval:read approval:cancel care_plan:write
    composition:create composition:sign composition:cancel composition:read composition:write composition:mark_in_error
    composition:resend_sms composition_configuration:read composition:search license:read clinical_impression:read rule_engine_rule:read
    medical_event_context:read clinical_impression:write person_verification:details person_verification:write
    person_emergency_contact:read device_definition:read device_request:write device_request:read device_request:resend
    device_request:revoke specimen:write specimen:read specimen:process specimen:cancel specimen:reject specimen:invalidate
    confidant_person_relationship_request:write confidant_person_relationship_request:read confidant_person_relationship:read
    device_request:mark_in_error device_request:complete device_dispense:read device_association:read detected_issue:read
    devices_configurations:read device_parameters_configurations:read dictionaries_configurations:read observation_configurations:read
    care_team:write care_team:read person_verification:read personal_data:read equipment:read equipment:write'),
  ('SPECIALIST', '
    division:read employee:read employee_request:approve employee_request:reject employee_request:read legal_entity:read otp:read
    otp:write person:read patient_summary:read encounter:write encounter:read encounter:cancel episode:write episode:read job:read
    condition:read condition:write observation:read observation:write immunization:read immunization:write allergy_intolerance:read
    allergy_intolerance:write medication_statement:read medication_statement:write device:read device:write risk_assessment:read
    risk_assessment:write medication_dispense:read drugs:read medication_request:details medication_request:read medication_request:reject
    medication_request:resend medication_request_request:read medication_request_request:reject medication_request_request:sign
    medication_request_request:write diagnostic_report:read diagnostic_report:write diagnostic_report:cancel procedure:read
    procedure:write procedure:cancel service_request:makeinprogress service_request:complete service_request:recall service_request:cancel
    service_request:write service_request:read service_request:use approval:create program_service:read medication_administration:read
    medication_administration:write healthcare_service:read employee_role:read person_request:write person_request:read
    person_request:sign preperson:read preperson:write authentication_method_request:write merge_request:write merge_request:sign
    merge_request:read composition:create composition:search composition:read composition:write composition:mark_in_error
    composition:resend_sms composition_configuration:read composition:sign composition:cancel care_plan:write care_plan:read approval:read
    approval:cancel license:read clinical_impression:read rule_engine_rule:read medical_event_context:read clinical_impression:write
    person_verification:details person_emergency_contact:read device_definition:read device_request:write device_request:read
    device_request:resend device_request:revoke specimen:write specimen:read specimen:process specimen:cancel specimen:reject
    specimen:invalidate confidant_person_relationship_request:write confidant_person_relationship_request:read
    confidant_person_relationship:read device_request:mark_in_error device_request:complete device_dispense:read device_association:read
    detected_issue:read devices_configurations:read device_parameters_configurations:read dictionaries_configurations:read
    observation_configurations:read care_team:write care_team:read personal_data:read equipment:read equipment:write'),
  ('ASSISTANT', '
    division:read employee:read employee_request:approve employee_request:reject employee_request:read legal_entity:read otp:read
    otp:write person:read patient_summary:read diagnostic_report:read diagnostic_report:write diagnostic_report:cancel procedure:read
    procedure:write procedure:cancel service_request:write service_request:makeinprogress service_request:complete service_request:read
    service_request:use service_request:recall service_request:cancel approval:create healthcare_service:read employee_role:read
    person_request:write person_request:read person_request:sign preperson:read preperson:write job:read observation:read
    observation:write allergy_intolerance:write medication_statement:write risk_assessment:write medication_administration:write
    authentication_method_request:write merge_request:write merge_request:read immunization:read care_plan:read approval:read
    approval:cancel episode:read episode:write encounter:write encounter:read encounter:cancel immunization:write condition:write
    condition:read license:read medication_request_request:read medication_request:read medication_request:details
    medication_dispense:read medication_request:resend clinical_impression:read rule_engine_rule:read medical_event_context:read
    clinical_impression:write person_verification:read person_verification:details person_emergency_contact:read device_definition:read
    device_request:read device_request:resend specimen:write specimen:read specimen:process specimen:cancel specimen:reject
    specimen:invalidate confidant_person_relationship_request:read confidant_person_relationship_request:write
    confidant_person_relationship:read device_dispense:read declaration_request:read declaration_request:write declaration_request:approve
    declaration_request:reject care_team:write care_team:read care_plan:write device_request:write device_request:revoke
    device_request:mark_in_error device_request:complete equipment:read equipment:write personal_data:read device:read
    device_association:read detected_issue:read'),
  ('LABORANT', '
    employee_request:read employee_request:approve employee_request:reject employee:read employee_role:read diagnostic_report:write
    diagnostic_report:read diagnostic_report:cancel service_request:read service_request:makeinprogress service_request:use
    service_request:complete division:read legal_entity:read job:read observation:read observation:write specimen:write specimen:read
    specimen:process specimen:cancel specimen:reject specimen:invalidate service_request:read_impersonal device_definition:read
    equipment:read equipment:write'),
  ('RECEPTIONIST', '
    declaration:read declaration_request:approve declaration_request:reject declaration_request:read declaration_request:write
    capitation_report:read division:details division:read employee:read employee_request:approve employee_request:reject legal_entity:read
    otp:read otp:write person:read service_request:read service_request:use approval:create healthcare_service:read employee_role:read
    person_request:write person_request:read preperson:read preperson:write authentication_method_request:write merge_request:write
    merge_request:read job:read observation:write allergy_intolerance:write medication_statement:write risk_assessment:write
    medication_administration:write license:read license:details medical_event_context:read person_verification:details
    confidant_person_relationship:read'),
  ('MED_ADMIN', '
    diagnostic_report:read diagnostic_report:cancel encounter:read encounter:cancel episode:read procedure:read procedure:cancel
    person:read preperson:read patient_summary:read division:read employee:read legal_entity:read job:read condition:read observation:read
    allergy_intolerance:read risk_assessment:read immunization:read license:read reimbursement_report:read medication_request_request:read
    medication_request:read medication_request:details medication_request:resend medication_request:reject medication_dispense:read
    medication_request_request:reject clinical_impression:read person_verification:details device_request:read device_request:resend
    device_request:revoke specimen:read specimen:cancel device_request:mark_in_error device_dispense:read care_team:read composition:read
    composition:mark_in_error equipment:read device:read device_association:read detected_issue:read'),
  ('MED_COORDINATOR', '
    employee_request:read employee_request:approve employee_request:reject employee_role:read diagnostic_report:read encounter:write
    encounter:read encounter:cancel episode:write episode:read medical_event_context:read procedure:read person:read preperson:read
    otp:read otp:write person_request:read authentication_method_request:write merge_request:read patient_summary:read division:read
    employee:read legal_entity:read job:read condition:read observation:read allergy_intolerance:read risk_assessment:read
    immunization:read clinical_impression:read service_request:read service_request:write service_request:cancel
    medication_request:details medication_request:read medication_request:reject medication_request:resend medication_request_request:read
    medication_request_request:reject medication_request_request:sign medication_request_request:write care_plan:read care_plan:write
    approval:read approval:cancel approval:create condition:write person_verification:details confidant_person_relationship:read
    service_request:recall device:read device_association:read detected_issue:read'),
  ('PHARMACY_OWNER', '
    employee_role:write employee_role:read healthcare_service:write healthcare_service:read division:activate division:deactivate
    division:details division:read division:write employee:deactivate employee:details employee:read employee:write
    employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read otp:read otp:write
    secret:refresh client:read connection:read connection:write connection:refresh_secret connection:delete contract_request:create
    contract_request:read contract_request:terminate contract_request:approve contract_request:sign contract:read contract:write
    medical_program_provision:write medical_program_provision:read license:details license:read license:write
    medication_dispense:read_pharm medication_request:details_pharm party_verification:details party_verification:write
    device_dispense:read medication_request:read_pharm'),
  ('PHARMACIST', '
    division:read employee:read employee_request:approve employee_request:reject employee_request:read legal_entity:read
    medication_dispense:process medication_dispense:write medication_dispense:reject healthcare_service:read employee_role:read
    license:read medication_request:details_pharm medication_request:reject_pharm medication_dispense:read_pharm
    party_verification:details party_verification:write device_dispense:write device_dispense:read device_dispense:stop
    device_request:read device_dispense:complete device_request:complete device_dispense:mark_in_error medication_request:block_pharm
    medication_request:unblock_pharm medication_request:read_pharm'),
  ('REORGANIZATION_OWNER', '
    capitation_report:read client:read connection:read contract:read contract_request:read declaration:read declaration_request:read
    division:details division:read employee:details employee:read employee_request:read employee_role:read healthcare_service:read
    legal_entity:read license:details license:read otp:read party_verification:details party_verification:write person:read
    person_verification:details reimbursement_report:read related_legal_entities:read secret:refresh'),
  ('NHS_ADMIN', 'private_contracts:read private_contracts:write legal_entity:read legal_entity:deactivate event:read'),
  ('NHS_SIGNER', 'private_contracts:read private_contracts:write legal_entity:read legal_entity:deactivate event:read')
  ) AS role (name, scope);

-- Gives the users of these parties the roles of their employees at these clients, and takes those of source EMPLOYEE that have no employee
-- any more; null = of all.
CREATE FUNCTION follow_employees(of_parties uuid[], of_clients uuid[], author uuid DEFAULT NULL) RETURNS void
  LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(author::text, actor), true);
  WITH due AS MATERIALIZED (
    SELECT DISTINCT link.user_id, role.id AS role_id, client.id AS client_id
      FROM employees employee
      JOIN party_users link USING (party_id)
      JOIN roles role ON role.name = employee.employee_type
      JOIN clients client ON client.id = employee.legal_entity_id
      JOIN legal_entities entity ON entity.id = client.id AND entity.status <> 'CLOSED' AND entity.is_active
     WHERE employee.status = 'APPROVED' AND employee.is_active
       AND (of_parties IS NULL OR employee.party_id = ANY (of_parties))
       AND (of_clients IS NULL OR employee.legal_entity_id = ANY (of_clients))
  ), taken AS (
    DELETE FROM user_roles held
     WHERE source = 'EMPLOYEE'
       AND (of_parties IS NULL OR user_id IN (SELECT user_id FROM party_users WHERE party_id = ANY (of_parties)))
       AND (of_clients IS NULL OR client_id = ANY (of_clients))
       AND NOT EXISTS (SELECT FROM due WHERE (due.user_id, due.role_id, due.client_id) = (held.user_id, held.role_id, held.client_id))
  )
  INSERT INTO user_roles (id, user_id, role_id, client_id, source)
  SELECT gen_random_uuid(), user_id, role_id, client_id, 'EMPLOYEE' FROM due
      ON CONFLICT DO NOTHING;
  PERFORM set_config('app.actor_id', actor, true);
END $$;

CREATE FUNCTION follow_new_employees() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM added JOIN party_users USING (party_id)) THEN
    PERFORM follow_employees(array_agg(DISTINCT party_id), array_agg(DISTINCT legal_entity_id)) FROM added;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_new_employees AFTER INSERT ON employees REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION follow_new_employees();

CREATE FUNCTION follow_changed_employee() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM follow_employees(ARRAY[OLD.party_id, NEW.party_id], ARRAY[OLD.legal_entity_id, NEW.legal_entity_id], NEW.updated_by);
  RETURN NULL;
END $$;
CREATE TRIGGER follow_changed_employee AFTER UPDATE ON employees FOR EACH ROW
  WHEN ((NEW.status, NEW.is_active, NEW.party_id, NEW.legal_entity_id, NEW.employee_type)
        IS DISTINCT FROM (OLD.status, OLD.is_active, OLD.party_id, OLD.legal_entity_id, OLD.employee_type))
  EXECUTE FUNCTION follow_changed_employee();

CREATE FUNCTION follow_party_user() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    DELETE FROM user_roles
     WHERE user_id = OLD.user_id AND source = 'EMPLOYEE'
       AND client_id IN (SELECT legal_entity_id FROM employees WHERE party_id = OLD.party_id);
    PERFORM follow_employees(ARRAY(SELECT party_id FROM party_users WHERE user_id = OLD.user_id), NULL);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM follow_employees(ARRAY[NEW.party_id], NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER follow_party_user AFTER INSERT OR UPDATE OR DELETE ON party_users FOR EACH ROW EXECUTE FUNCTION follow_party_user();

CREATE FUNCTION follow_client() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM follow_employees(NULL, ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER follow_client AFTER INSERT ON clients FOR EACH ROW EXECUTE FUNCTION follow_client();
CREATE TRIGGER follow_client AFTER UPDATE ON legal_entities FOR EACH ROW
  WHEN ((NEW.status = 'CLOSED' OR NOT NEW.is_active) IS DISTINCT FROM (OLD.status = 'CLOSED' OR NOT OLD.is_active))
  EXECUTE FUNCTION follow_client();

-- A role that is taken away takes the approval with it, and that ends the tokens of the user at the client.
CREATE FUNCTION end_access_of_role() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  DELETE FROM apps WHERE user_id = OLD.user_id AND client_id = OLD.client_id;
  PERFORM end_tokens(OLD.user_id, OLD.client_id, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER DELETE ON user_roles FOR EACH ROW EXECUTE FUNCTION end_access_of_role();

CREATE FUNCTION end_access_of_app() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM end_tokens(OLD.user_id, OLD.client_id, NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER end_access AFTER DELETE ON apps FOR EACH ROW EXECUTE FUNCTION end_access_of_app();

-- Takes the roles of a user at a client, of one name or all, and the approval; null = of all users. The author is that of the change which
-- has this effect.
CREATE FUNCTION end_roles(of_user uuid, of_client uuid, of_role text, author uuid) RETURNS void
  LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  actor CONSTANT text := coalesce(current_setting('app.actor_id', true), '');
BEGIN
  PERFORM set_config('app.actor_id', coalesce(author::text, actor), true);
  DELETE FROM user_roles USING roles role
   WHERE role.id = role_id AND (of_role IS NULL OR role.name = of_role)
     AND client_id = of_client AND (of_user IS NULL OR user_id = of_user);
  DELETE FROM apps WHERE client_id = of_client AND (of_user IS NULL OR user_id = of_user);
  PERFORM set_config('app.actor_id', actor, true);
END $$;

-- As before (db/0027), and the role and the approval end with the employment, also a role that an operator gave.
CREATE OR REPLACE FUNCTION end_access_of_employee() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM employees
                  WHERE party_id = old.party_id AND legal_entity_id = old.legal_entity_id AND employee_type = old.employee_type
                    AND status = 'APPROVED' AND is_active) THEN
    PERFORM end_tokens(user_id, old.legal_entity_id, new.updated_by),
            end_roles(user_id, old.legal_entity_id, old.employee_type, new.updated_by)
       FROM party_users WHERE party_id = old.party_id;
  END IF;
  RETURN NULL;
END $$;

-- As before (db/0027), and all roles and approvals at the client end with the legal entity.
CREATE OR REPLACE FUNCTION end_access_of_legal_entity() RETURNS trigger LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
BEGIN
  PERFORM end_tokens(NULL, new.id, new.updated_by);
  PERFORM end_roles(NULL, new.id, NULL, new.updated_by);
  UPDATE connections SET expires_at = now(), updated_at = now(), updated_by = new.updated_by
   WHERE client_id = new.id AND consumer_id = new.id AND (expires_at IS NULL OR expires_at > now());
  RETURN NULL;
END $$;

-- What grants access is on record; the tables above whose rows may go record that too.
DO $$ BEGIN
  PERFORM keep_record('users', excluded => '{otp_error_count}');
  PERFORM keep_record('clients');
  PERFORM keep_record('connections');
  PERFORM keep_record('tokens', deletable => 'OLD.expires_at <= extract(epoch FROM now())');
  PERFORM keep_record('roles');
  PERFORM keep_record('user_roles', deletable => 'false');
  PERFORM keep_record('global_user_roles', deletable => 'false');
  PERFORM keep_record('apps', deletable => 'false');
  PERFORM keep_record('authentication_factors', excluded => '{factor}', deletable => 'false');
END $$;

-- As before (db/0029), and rows of sign-in may be deleted.
CREATE OR REPLACE FUNCTION grant_runtime(grantee regrole) RETURNS void LANGUAGE plpgsql SET search_path = esoz, pg_temp AS $$
DECLARE
  log regclass;
  callable regprocedure;
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA esoz TO %s', grantee);
  EXECUTE format('GRANT DELETE ON tokens, idempotency_keys, async_jobs, background_tasks, bulk_generations, user_roles, global_user_roles, '
                 'apps, password_history, failed_logins, authentication_factors, otps, sign_in_sessions TO %s', grantee);
  FOR callable IN SELECT oid FROM pg_proc WHERE pronamespace = 'esoz'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %s', callable, grantee);
  END LOOP;
  FOREACH log IN ARRAY ARRAY[to_regclass('audit_log'), to_regclass('events'), to_regclass('schema_migrations')] LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON %s FROM %s', log, grantee);
  END LOOP;
  FOR log IN SELECT name FROM unnest(ARRAY[to_regclass('audit_seals'), to_regclass('audit_days'), to_regclass('access_journal')]) AS name
              WHERE name IS NOT NULL
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', log, grantee);
  END LOOP;
  FOR log IN SELECT inhrelid FROM pg_inherits JOIN pg_class parent ON parent.oid = inhparent
              WHERE parent.relkind = 'p' AND parent.relnamespace = 'esoz'::regnamespace
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', log, grantee);
  END LOOP;
END $$;

-- Whoever is employed already has the roles.
DO $$ BEGIN PERFORM follow_employees(NULL, NULL); END $$;
