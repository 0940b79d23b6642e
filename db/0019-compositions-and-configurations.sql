-- Compositions after the edition of 2026 (compositions §4, §12, §15, §17).

-- The refinement of a preperson's composition (RC_6) needs to know who the preperson turned out to be.
ALTER TABLE prepersons ADD COLUMN person_id uuid REFERENCES persons;
CREATE INDEX prepersons_person_id_index ON prepersons (person_id) WHERE person_id IS NOT NULL;
COMMENT ON COLUMN prepersons.person_id IS 'The person that the preperson was identified as.';

-- The target of a relation that the caller sent is checked again when the draft is signed; one that RC_5 set is not.
ALTER TABLE compositions ADD COLUMN relates_to_requested boolean;
COMMENT ON COLUMN compositions.relates_to_requested IS 'True = the caller sent the relation; null = RC_5 set it, or there is none.';

ALTER TABLE composition_integrations
  DROP CONSTRAINT composition_integrations_component_check,
  DROP CONSTRAINT composition_integrations_type_check;
UPDATE composition_integrations SET component = 'DRACS' WHERE component = 'MJU_DRACS';
ALTER TABLE composition_integrations
  ADD CONSTRAINT composition_integrations_component_check CHECK (component IN ('DIIA', 'ERLN', 'DRACS')),
  ADD CONSTRAINT composition_integrations_type_check
    CHECK (type IN ('CREATE_ERLN_RECORD', 'CHECK_DRACS', 'CANCEL_ERLN_RECORD', 'NEWBORN_POST_COMPOSITION')),
  ADD CONSTRAINT composition_integrations_integration_status_check CHECK (integration_status IN ('SUCCESS', 'ERROR')) NOT VALID;

-- Settings in force, as clients read them. The server writes them when it starts.
CREATE TABLE composition_configurations (
  id uuid PRIMARY KEY,
  type varchar(255) COLLATE "C" NOT NULL,
  category varchar(255) COLLATE "C" NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  name varchar(255) COLLATE "C" NOT NULL,
  value jsonb CHECK (jsonb_typeof(value) = 'array'),
  inserted_at timestamptz NOT NULL DEFAULT now(),
  inserted_by uuid NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid NOT NULL,
  UNIQUE (type, category, name)
);
COMMENT ON COLUMN composition_configurations.value IS 'Null = the setting allows any value now; the row is not shown.';

UPDATE client_types SET scope = scope || ' composition_configuration:read'
 WHERE name IN ('PRIMARY_CARE', 'OUTPATIENT') AND 'composition_configuration:read' <> ALL (string_to_array(scope, ' '));

-- Reasons of a treatment violation: hospital_leave had no source.
INSERT INTO dictionary_values (id, dictionary_id, code, description, inserted_by)
SELECT overlay(overlay(md5('dictionary:COMPOSITION_TREATMENT_VIOLATION:reject_hospitalization') PLACING '3' FROM 13) PLACING '8' FROM 17)::uuid,
       id, 'reject_hospitalization', 'Відмова від госпіталізації', '4261eacf-8008-4e62-899f-de1e2f7065f0'
  FROM dictionaries WHERE name = 'COMPOSITION_TREATMENT_VIOLATION'
ON CONFLICT DO NOTHING;
UPDATE dictionary_values SET is_active = false, updated_at = now(), updated_by = '4261eacf-8008-4e62-899f-de1e2f7065f0'
 WHERE code = 'hospital_leave' AND is_active
   AND dictionary_id = (SELECT id FROM dictionaries WHERE name = 'COMPOSITION_TREATMENT_VIOLATION');
