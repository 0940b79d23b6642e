-- Columns and values that the objects of employee-roles.md §6 need (data-model.md §2).

ALTER TABLE legal_entities ADD COLUMN edr_verified boolean, ADD COLUMN public_offer jsonb;
COMMENT ON COLUMN legal_entities.edr IS
  '{id, name, short_name, public_name, legal_form, edrpou, kveds: [{name, code, is_primary}], registration_address: {zip, country, address, parts}, state}; edr.name backs a null name.';
COMMENT ON COLUMN legal_entities.public_offer IS '{consent_text, consent}';

ALTER TABLE licenses ADD COLUMN issuer_status varchar(255);

ALTER TABLE parties
  ADD COLUMN dracs_death_verification_status varchar(255),
  ADD COLUMN dracs_death_verification_reason varchar(255);

-- Employees: one spelling of ENTERED_IN_ERROR, and three more types. The rows that are rewritten were changed now, by the system.
ALTER TABLE employees DROP CONSTRAINT employees_status_check;
UPDATE employees
   SET status = 'ENTERED_IN_ERROR', updated_at = now(), updated_by = '4261eacf-8008-4e62-899f-de1e2f7065f0'
 WHERE status = 'ENTERED IN ERROR';
ALTER TABLE employees ADD CONSTRAINT employees_status_check CHECK (status IN
  ('APPROVED', 'STOPPED', 'ENTERED_IN_ERROR', 'REORGANIZED', 'AUTODEACTIVATED', 'NEW', 'DISMISSED'));
ALTER TABLE employees DROP CONSTRAINT employees_employee_type_check;
ALTER TABLE employees ADD CONSTRAINT employees_employee_type_check CHECK (employee_type IN
  ('OWNER', 'PHARMACY_OWNER', 'REORGANIZATION_OWNER', 'HR', 'ADMIN', 'ACCOUNTANT', 'DOCTOR', 'SPECIALIST', 'ASSISTANT', 'PHARMACIST',
   'RECEPTIONIST', 'LABORANT', 'MED_ADMIN', 'MED_COORDINATOR', 'NHS', 'NHS_SIGNER', 'NHS_ADMIN'));

-- The new columns come into the audit log.
DO $$ BEGIN
  PERFORM keep_record('legal_entities', entity => 'LegalEntity');
  PERFORM keep_record('parties');
END $$;
