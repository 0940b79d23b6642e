-- Scopes of the client types (scopes §2, §3). Providers have the complete lists, also scopes of methods that are not served, so that a
-- system that asks for all scopes of a role is not refused. They lose legal_entity:deactivate (the NHS closes legal entities), and MSP,
-- EMERGENCY and MSP_LIMITED lose the scopes of compositions.
CREATE TEMP TABLE wider ON COMMIT DROP AS SELECT id, name, string_to_array(scope, ' ') AS scopes FROM client_types;

-- Every group: the types that have the scopes, and the scopes.
UPDATE client_types
   SET scope = granted.scope
  FROM (
    SELECT type, string_agg(scope, ' ' ORDER BY groups.place, scopes.place) AS scope
      FROM (VALUES
        (1, 'MSP MSP_LIMITED PRIMARY_CARE PHARMACY OUTPATIENT EMERGENCY', '
          employee_role:read healthcare_service:read division:details division:read employee:details employee:read employee_request:read
          legal_entity:read otp:read secret:refresh contract_request:read contract:read client:read connection:read license:details
          license:read party_verification:details party_verification:write'),
        (2, 'MSP MSP_LIMITED PRIMARY_CARE OUTPATIENT EMERGENCY', '
          capitation_report:read drugs:read medication_dispense:read medication_request:details medication_request:read
          medication_request_request:read person:read reimbursement_report:read related_legal_entities:read encounter:read episode:read
          job:read condition:read observation:read immunization:read allergy_intolerance:read person_verification:details
          person_verification:write'),
        (3, 'MSP PRIMARY_CARE PHARMACY OUTPATIENT EMERGENCY', '
          employee_role:write healthcare_service:write division:activate division:deactivate division:write employee:deactivate
          employee:write employee_request:approve employee_request:reject employee_request:write otp:write connection:write
          connection:refresh_secret connection:delete license:write device_request:read device_request:complete device_dispense:read'),
        (4, 'MSP MSP_LIMITED PRIMARY_CARE OUTPATIENT', '
          declaration:read declaration_request:read'),
        (5, 'MSP PRIMARY_CARE OUTPATIENT EMERGENCY', '
          medication_request:reject medication_request:resend medication_request_request:reject medication_request_request:sign
          medication_request_request:write patient_summary:read encounter:write episode:write condition:write observation:write
          immunization:write allergy_intolerance:write encounter:cancel service_request:write service_request:read service_request:use
          approval:create medication_statement:read medication_statement:write device:read device:write risk_assessment:read
          risk_assessment:write diagnostic_report:read diagnostic_report:write diagnostic_report:cancel service_request:cancel
          service_request:recall service_request:complete service_request:makeinprogress program_service:read medication_administration:read
          medication_administration:write procedure:read procedure:write procedure:cancel equipment:write equipment:read
          person_request:write person_request:read care_plan:read clinical_impression:read rule_engine_rule:read medical_event_context:read
          clinical_impression:write person_emergency_contact:read device_definition:read device_request:write device_request:resend
          device_request:revoke specimen:write specimen:read specimen:process specimen:cancel specimen:reject specimen:invalidate
          service_request:read_impersonal device_request:mark_in_error'),
        (6, 'MSP PHARMACY OUTPATIENT EMERGENCY', '
          contract_request:sign contract_request:create contract_request:terminate contract_request:approve contract:write'),
        (7, 'MSP PRIMARY_CARE OUTPATIENT', '
          declaration_request:approve declaration_request:reject declaration_request:sign declaration_request:write
          authentication_method_request:write care_plan:write approval:read approval:cancel confidant_person_relationship_request:write
          confidant_person_relationship_request:read confidant_person_relationship:read'),
        (8, 'MSP_LIMITED PRIMARY_CARE OUTPATIENT', '
          person_verification:read'),
        (9, 'PRIMARY_CARE OUTPATIENT EMERGENCY', '
          person_request:sign care_team:write care_team:read'),
        (10, 'PRIMARY_CARE OUTPATIENT', '
          composition:create composition:search composition:read composition:write composition:mark_in_error composition:resend_sms
          composition_configuration:read composition:sign composition:cancel device_association:read detected_issue:read
          devices_configurations:read device_parameters_configurations:read dictionaries_configurations:read observation_configurations:read
          personal_data:read'),
        (11, 'OUTPATIENT EMERGENCY', '
          contract:terminate merge_candidate:assign preperson:read preperson:write merge_request:write merge_request:read merge_request:sign'),
        (12, 'PHARMACY', '
          medical_program:read medication_dispense:process medication_dispense:reject medication_dispense:write
          medical_program_provision:write medical_program_provision:read medication_request:details_pharm medication_request:reject_pharm
          medication_dispense:read_pharm device_dispense:write device_dispense:stop device_dispense:complete device_dispense:mark_in_error
          medication_request:block_pharm medication_request:unblock_pharm medication_request:read_pharm')
      ) AS groups (place, types, scopes),
      string_to_table(types, ' ') AS type,
      regexp_split_to_table(trim(groups.scopes, E' \n'), '\s+') WITH ORDINALITY AS scopes (scope, place)
     GROUP BY type) AS granted
 WHERE client_types.name = granted.type;

-- A MIS keeps what it has: what it may use as the client of its own tokens has no published source.
UPDATE client_types
   SET scope = scope || ' event:read role:read client:read connection:read app:authorize user:change_password'
                     || ' legal_entity:write legal_entity:mis_verify'
 WHERE name = 'MIS';
UPDATE client_types SET scope = scope || ' event:read' WHERE name IN ('PIS', 'TRUSTED_PIS', 'NHS');

-- Tokens in use lose what their client's type has lost, unless the operator gave the client scopes of its own.
UPDATE tokens
   SET details = jsonb_set(details, '{scope}', to_jsonb(narrowed.scope))
  FROM (
    SELECT tokens.id, coalesce(string_agg(granted.scope, ' ' ORDER BY granted.place)
                                 FILTER (WHERE NOT granted.scope = ANY (lost.scopes)), '') AS scope
      FROM tokens
      JOIN clients ON clients.id::text = tokens.details ->> 'client_id' AND clients.scope IS NULL
      JOIN (SELECT wider.id, ARRAY(SELECT unnest(wider.scopes) EXCEPT SELECT unnest(string_to_array(type.scope, ' '))) AS scopes
              FROM wider JOIN client_types type USING (id)) AS lost ON lost.id = clients.client_type_id
     CROSS JOIN string_to_table(tokens.details ->> 'scope', ' ') WITH ORDINALITY AS granted (scope, place)
     GROUP BY tokens.id
    HAVING bool_or(granted.scope = ANY (lost.scopes))) AS narrowed
 WHERE tokens.id = narrowed.id;
