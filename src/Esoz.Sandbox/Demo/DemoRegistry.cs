using Esoz.BulkExport;
using Esoz.Codes;
using Esoz.Compositions;
using Esoz.Contracts;
using Esoz.HealthcareServices;
using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Npgsql;

namespace Esoz.Sandbox.Demo;

/// <summary>
/// The small registry that a sandbox loads if its database is empty: three active providers, a suspended and a closed one, the NHS,
/// their people, contracts and patients. All persons are fictitious: tax numbers are of people born in 2119 and later, phone numbers
/// of a network that does not exist.
/// </summary>
public static class DemoRegistry
{
    /// <summary>Key of the advisory lock; any number not used otherwise in this database.</summary>
    private const long Lock = 0x65_73_6F_7A_64_65_6D;

    /// <summary>Loads it into a registry without legal entities, in one transaction; any other registry is left unchanged.</summary>
    /// <returns>True if the demo registry is present, loaded now or earlier.</returns>
    public static async Task<bool> Load(PostgresDatabase database, CancellationToken ct)
    {
        await using var connection = await database.OpenSession(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await connection.Execute($"SELECT pg_advisory_xact_lock({Lock})", ct);
        if (!await IsTrue(connection, "SELECT EXISTS (SELECT FROM legal_entities)", ct))
        {
            foreach (var rows in (string[])[Organisations, Clients, People, Services, Contracts, Patients])
                await connection.Execute(rows, ct);
            await transaction.CommitAsync(ct);
            return true;
        }
        return await IsTrue(connection, $"SELECT EXISTS (SELECT FROM legal_entities WHERE id = '{DemoIds.Clinic}')", ct);
    }

    /// <summary>SQL literal: the author of every row.</summary>
    internal static readonly string Author = $"'{Registrar.SystemUser}'";

    private static readonly string Organisations = $$"""
        INSERT INTO legal_entities (id, type, status, status_reason, edrpou, name, short_name, public_name, owner_property_type, legal_form, kveds, addresses,
                                    residence_address, phones, email, accreditation, edr, edr_verified, public_offer, nhs_verified, nhs_reviewed, is_active,
                                    inserted_by, updated_at, updated_by)
        SELECT id::uuid, type, status, reason, edrpou, name, short_name, name, property, form, jsonb_build_array(kved), jsonb_build_array(address), address,
               jsonb_build_array(jsonb_build_object('type', 'LAND_LINE', 'number', phone)), 'office@' || edrpou || '.invalid',
               '{"category":"FIRST","issued_date":"2019-02-01","expiry_date":"2029-02-01","order_no":"17-Д","order_date":"2019-01-15"}',
               jsonb_build_object('id', edrpou, 'name', name, 'short_name', short_name, 'public_name', name, 'legal_form', form, 'edrpou', edrpou, 'state', 1,
                                  'kveds', jsonb_build_array(jsonb_build_object('name', kved_name, 'code', kved, 'is_primary', true)),
                                  'registration_address', jsonb_build_object('zip', '79000', 'country', 'Україна', 'address', 'Львівська обл., місто Львів, вулиця Лікарняна, будинок 1',
                                                                             'parts', jsonb_build_object('atu', 'Львівська обл., місто Львів', 'atu_code', '4610100000', 'street', 'вулиця Лікарняна',
                                                                                                         'house_type', 'будинок', 'house', '1'))),
               true, '{"consent_text":"Текст публічної пропозиції","consent":true}', true, true, true, {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.Clinic}}', '{{LegalEntityType.PrimaryCare}}', '{{LegalEntityStatus.Active}}', NULL, '99000001', 'КНП «Львівський центр первинної допомоги»', 'ЦПМСД', 'STATE', '150', '86.21', 'Загальна медична практика', '+380000000001'),
            ('{{DemoIds.Hospital}}', '{{LegalEntityType.Outpatient}}', '{{LegalEntityStatus.Active}}', NULL, '99000002', 'КНП «Львівська міська лікарня»', 'Міська лікарня', 'STATE', '150', '86.10', 'Діяльність лікарняних закладів', '+380000000002'),
            ('{{DemoIds.SuspendedHospital}}', '{{LegalEntityType.Outpatient}}', '{{LegalEntityStatus.Suspended}}', 'AUTO_SUSPEND', '99000003', 'ТОВ «Призупинена лікарня»', NULL, 'PRIVATE', '240', '86.10', 'Діяльність лікарняних закладів', '+380000000003'),
            ('{{DemoIds.ClosedClinic}}', '{{LegalEntityType.PrimaryCare}}', '{{LegalEntityStatus.Closed}}', 'MANUAL_LEGAL_ENTITY_STATUS_UPDATE', '99000004', 'КНП «Закрита амбулаторія»', NULL, 'STATE', '150', '86.21', 'Загальна медична практика', '+380000000004'),
            ('{{DemoIds.Nhs}}', '{{LegalEntityType.Nhs}}', '{{LegalEntityStatus.Active}}', NULL, '99000005', 'Національна служба здоров’я (демонстраційна)', 'НСЗУ', 'STATE', '425', '84.12', 'Регулювання у сферах охорони здоров’я, освіти, культури та інших соціальних сферах, крім обов’язкового соціального страхування', '+380000000005'),
            ('{{DemoIds.ClosingHospital}}', '{{LegalEntityType.Outpatient}}', '{{LegalEntityStatus.Active}}', NULL, '99000006', 'ТОВ «Лікарня, що закривається»', NULL, 'PRIVATE', '240', '86.10', 'Діяльність лікарняних закладів', '+380000000006')
          ) AS rows (id, type, status, reason, edrpou, name, short_name, property, form, kved, kved_name, phone),
          (SELECT jsonb_build_object('type', '{{AddressType.Residence}}', 'country', 'UA', 'area', 'ЛЬВІВСЬКА', 'region', 'ЛЬВІВСЬКИЙ', 'settlement', 'Львів',
                                     'settlement_type', 'CITY', 'settlement_id', '5e771e00-0000-4000-8000-000000000001', 'street_type', 'STREET',
                                     'street', 'Лікарняна', 'building', '1', 'zip', '79000') AS address) AS one;

        INSERT INTO licenses (id, legal_entity_id, type, is_primary, license_number, issued_by, issued_date, issuer_status, expiry_date, active_from_date, what_licensed, order_no,
                              inserted_by, updated_at, updated_by)
        SELECT gen_random_uuid(), id, '{{LicenseType.Medical}}', true, 'АЕ' || right(edrpou, 6), 'Міністерство охорони здоров’я України', '2019-01-10', 'активна', NULL, '2019-01-15',
               'Медична практика', '25/01-Л', {{Author}}, now(), {{Author}}
          FROM legal_entities WHERE type <> '{{LegalEntityType.Nhs}}';

        INSERT INTO divisions (id, legal_entity_id, external_id, name, type, phones, email, working_hours, latitude, longitude, status, inserted_by, updated_at, updated_by)
        SELECT id::uuid, legal_entity::uuid, right(id, 1), name, type, '[{"type":"MOBILE","number":"+380000000010"}]', 'division@demo.invalid',
               '{"mon":[["08.00","20.00"]],"tue":[["08.00","20.00"]],"wed":[["08.00","20.00"]],"thu":[["08.00","20.00"]],"fri":[["08.00","18.00"]]}', 49.8397, 24.0297, status,
               {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.ClinicDivision}}', '{{DemoIds.Clinic}}', 'Амбулаторія № 1', 'AMBULANT_CLINIC', '{{DivisionStatus.Active}}'),
            ('{{DemoIds.ClinicBranch}}', '{{DemoIds.Clinic}}', 'Амбулаторія № 2', 'AMBULANT_CLINIC', '{{DivisionStatus.Active}}'),
            ('{{DemoIds.HospitalDivision}}', '{{DemoIds.Hospital}}', 'Жіноча консультація', 'CLINIC', '{{DivisionStatus.Active}}'),
            ('{{DemoIds.SuspendedDivision}}', '{{DemoIds.SuspendedHospital}}', 'Відділення', 'CLINIC', '{{DivisionStatus.Active}}'),
            ('{{DemoIds.ClosedBranch}}', '{{DemoIds.Clinic}}', 'Амбулаторія № 3', 'AMBULANT_CLINIC', '{{DivisionStatus.Inactive}}')
          ) AS rows (id, legal_entity, name, type, status);

        INSERT INTO division_addresses (id, division_id, type, country, area, region, settlement, settlement_type, settlement_id, street_type, street, building, zip,
                                        inserted_by, updated_at, updated_by)
        SELECT gen_random_uuid(), id, '{{AddressType.Residence}}', 'UA', 'ЛЬВІВСЬКА', 'ЛЬВІВСЬКИЙ', 'Львів', 'CITY', '5e771e00-0000-4000-8000-000000000001', 'STREET', 'Лікарняна', '1', '79000',
               {{Author}}, now(), {{Author}}
          FROM divisions;
        """;

    private static readonly string Clients = $"""
        INSERT INTO clients (id, name, client_type_id, access_type, broker_scope, inserted_by, updated_at, updated_by)
        SELECT rows.id::uuid, rows.name, types.id, access, broker_scope, {Author}, now(), {Author}
          FROM (VALUES
            ('{DemoIds.Clinic}', 'Львівський центр первинної допомоги', '{LegalEntityType.PrimaryCare}', '{AccessType.Direct}', NULL),
            ('{DemoIds.Hospital}', 'Львівська міська лікарня', '{LegalEntityType.Outpatient}', '{AccessType.Broker}', NULL),
            ('{DemoIds.SuspendedHospital}', 'Призупинена лікарня', '{LegalEntityType.Outpatient}', '{AccessType.Direct}', NULL),
            ('{DemoIds.ClosedClinic}', 'Закрита амбулаторія', '{LegalEntityType.PrimaryCare}', '{AccessType.Direct}', NULL),
            ('{DemoIds.Nhs}', 'НСЗУ', '{ClientType.Nhs}', '{AccessType.Direct}', NULL),
            ('{DemoIds.Mis}', 'Демонстраційна МІС', '{ClientType.Mis}', '{AccessType.Direct}', 'employee_role:read employee_role:write healthcare_service:read healthcare_service:write division:read division:details division:write division:activate division:deactivate employee:read employee:details employee:deactivate legal_entity:read composition:create composition:sign composition:cancel composition:read composition:search composition_configuration:read client:read connection:read connection:write connection:refresh_secret connection:delete'),
            ('{DemoIds.Pis}', 'Демонстраційна ПІС', '{ClientType.Pis}', '{AccessType.Direct}', NULL)
          ) AS rows (id, name, type, access, broker_scope)
          JOIN client_types types ON types.name = rows.type;

        INSERT INTO users (id, email) VALUES
          ('{DemoIds.ClinicOwnerUser}', 'clinic.owner@demo.invalid'),
          ('{DemoIds.DoctorUser}', 'doctor@demo.invalid'),
          ('{DemoIds.HospitalOwnerUser}', 'hospital.owner@demo.invalid'),
          ('{DemoIds.GynaecologistUser}', 'gynaecologist@demo.invalid'),
          ('{DemoIds.NhsUser}', 'nhs@demo.invalid'),
          ('{DemoIds.HrUser}', 'hr@demo.invalid')
        ON CONFLICT DO NOTHING;
        """;

    private static readonly string People = $$"""
        INSERT INTO parties (id, last_name, first_name, second_name, birth_date, gender, tax_id, documents, phones, verification_status, working_experience, inserted_by, updated_at, updated_by)
        SELECT id::uuid, last_name, first_name, second_name, birth_date::date, gender, tax_id,
               jsonb_build_array(jsonb_build_object('type', 'NATIONAL_ID', 'number', right(tax_id, 9), 'issued_by', '0000', 'issued_at', '2019-05-20')),
               jsonb_build_array(jsonb_build_object('type', 'MOBILE', 'number', '+3800001' || right(tax_id, 5))),
               '{{VerificationStatus.Verified}}', 15, {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.ClinicOwnerParty}}', 'Ковальчук', 'Петро', 'Іванович', '1969-04-11', 'MALE', '8000000011'),
            ('{{DemoIds.DoctorParty}}', 'Ткачук', 'Олена', 'Іванівна', '1983-05-17', 'FEMALE', '8000000022'),
            ('{{DemoIds.HospitalOwnerParty}}', 'Савченко', 'Андрій', 'Миколайович', '1972-09-30', 'MALE', '8000000033'),
            ('{{DemoIds.GynaecologistParty}}', 'Мельник', 'Ірина', 'Петрівна', '1979-01-23', 'FEMALE', '8000000044'),
            ('{{DemoIds.NhsSignerParty}}', 'Бондар', 'Оксана', 'Василівна', '1980-12-02', 'FEMALE', '8000000055'),
            ('{{DemoIds.SuspendedOwnerParty}}', 'Гончар', 'Тарас', 'Олегович', '1975-07-08', 'MALE', '8000000066'),
            ('{{DemoIds.ReceptionistParty}}', 'Лисенко', 'Марія', 'Степанівна', '1991-10-05', 'FEMALE', '8000000077'),
            ('{{DemoIds.ClosingOwnerParty}}', 'Шевчук', 'Богдан', 'Юрійович', '1968-03-29', 'MALE', '8000000088'),
            ('{{DemoIds.HrParty}}', 'Кравчук', 'Софія', 'Андріївна', '1987-08-14', 'FEMALE', '8000000099')
          ) AS rows (id, last_name, first_name, second_name, birth_date, gender, tax_id);

        INSERT INTO party_users (id, user_id, party_id) VALUES
          (gen_random_uuid(), '{{DemoIds.ClinicOwnerUser}}', '{{DemoIds.ClinicOwnerParty}}'),
          (gen_random_uuid(), '{{DemoIds.DoctorUser}}', '{{DemoIds.DoctorParty}}'),
          (gen_random_uuid(), '{{DemoIds.HospitalOwnerUser}}', '{{DemoIds.HospitalOwnerParty}}'),
          (gen_random_uuid(), '{{DemoIds.GynaecologistUser}}', '{{DemoIds.GynaecologistParty}}'),
          (gen_random_uuid(), '{{DemoIds.HrUser}}', '{{DemoIds.HrParty}}');

        INSERT INTO employees (id, legal_entity_id, party_id, division_id, employee_type, position, status, start_date, is_active, inserted_by, updated_at, updated_by)
        SELECT id::uuid, legal_entity::uuid, party::uuid, division::uuid, type, position, '{{EmployeeStatus.Approved}}', '2019-06-04', true, {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.ClinicOwner}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicOwnerParty}}', NULL, '{{EmployeeType.Owner}}', 'P2'),
            ('{{DemoIds.Doctor}}', '{{DemoIds.Clinic}}', '{{DemoIds.DoctorParty}}', '{{DemoIds.ClinicDivision}}', '{{EmployeeType.Doctor}}', 'P7'),
            ('{{DemoIds.HospitalOwner}}', '{{DemoIds.Hospital}}', '{{DemoIds.HospitalOwnerParty}}', NULL, '{{EmployeeType.Owner}}', 'P1'),
            ('{{DemoIds.Gynaecologist}}', '{{DemoIds.Hospital}}', '{{DemoIds.GynaecologistParty}}', '{{DemoIds.HospitalDivision}}', '{{EmployeeType.Specialist}}', 'P34'),
            ('{{DemoIds.NhsSigner}}', '{{DemoIds.Nhs}}', '{{DemoIds.NhsSignerParty}}', NULL, '{{EmployeeType.NhsSigner}}', 'P4'),
            ('{{DemoIds.SuspendedOwner}}', '{{DemoIds.SuspendedHospital}}', '{{DemoIds.SuspendedOwnerParty}}', NULL, '{{EmployeeType.Owner}}', 'P2'),
            ('{{DemoIds.Receptionist}}', '{{DemoIds.Clinic}}', '{{DemoIds.ReceptionistParty}}', '{{DemoIds.ClinicDivision}}', '{{EmployeeType.Receptionist}}', 'P15'),
            ('{{DemoIds.Hr}}', '{{DemoIds.Clinic}}', '{{DemoIds.HrParty}}', NULL, '{{EmployeeType.Hr}}', 'P14'),
            ('{{DemoIds.ClosingOwner}}', '{{DemoIds.ClosingHospital}}', '{{DemoIds.ClosingOwnerParty}}', NULL, '{{EmployeeType.Owner}}', 'P2')
          ) AS rows (id, legal_entity, party, division, type, position);

        UPDATE employees
           SET speciality = '{"speciality":"{{SpecialityType.FamilyDoctor}}","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING","attestation_name":"НУОЗ України ім. П. Л. Шупика","attestation_date":"2018-05-20","valid_to_date":null,"certificate_number":"AB/20417"}',
               additional_info = '{"educations":[{"country":"UA","city":"Львів","institution_name":"ЛНМУ ім. Данила Галицького","issued_date":"2006-06-30","diploma_number":"КВ 00000001","degree":"MASTER","speciality":"Лікувальна справа"}],"qualifications":[],"specialities":[{"speciality":"{{SpecialityType.FamilyDoctor}}","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING","attestation_name":"НУОЗ України ім. П. Л. Шупика","attestation_date":"2018-05-20","valid_to_date":null,"certificate_number":"AB/20417"}],"science_degree":null}'
         WHERE id = '{{DemoIds.Doctor}}';
        UPDATE employees
           SET speciality = '{"speciality":"OBSTETRICS_AND_GYNECOLOGY","speciality_officio":true,"level":"HIGHEST","qualification_type":"AWARDING","attestation_name":"ЛНМУ, ФПДО","attestation_date":"2016-03-11","valid_to_date":null,"certificate_number":"AB/11902"}',
               additional_info = '{"educations":[{"country":"UA","city":"Львів","institution_name":"ЛНМУ ім. Данила Галицького","issued_date":"2002-06-28","diploma_number":"КВ 00000002","degree":"MASTER","speciality":"Лікувальна справа"}],"qualifications":[{"type":"INTERNSHIP","institution_name":"ЛНМУ, ФПДО","speciality":"OBSTETRICS_AND_GYNECOLOGY","issued_date":"2005-07-01","certificate_number":"000045"}],"specialities":[],"science_degree":null}'
         WHERE id = '{{DemoIds.Gynaecologist}}';
        """;

    private static readonly string Services = $$"""
        INSERT INTO healthcare_services (id, legal_entity_id, division_id, category, speciality_type, providing_condition, available_time, status, inserted_by, updated_at, updated_by)
        SELECT id::uuid, legal_entity::uuid, division::uuid, '{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"{{HealthcareServiceCategory.Medical}}"}]}', speciality, condition,
               '[{"days_of_week":["mon","tue","wed","thu","fri"],"all_day":false,"available_start_time":"08:00:00","available_end_time":"18:00:00"}]', status,
               {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.FamilyMedicine}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicDivision}}', '{{SpecialityType.FamilyDoctor}}', '{{ProvidingCondition.Outpatient}}', '{{HealthcareServiceStatus.Active}}'),
            ('{{DemoIds.FamilyMedicineAtHome}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicDivision}}', '{{SpecialityType.FamilyDoctor}}', '{{ProvidingCondition.Field}}', '{{HealthcareServiceStatus.Active}}'),
            ('{{DemoIds.FamilyMedicineAtBranch}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicBranch}}', '{{SpecialityType.FamilyDoctor}}', '{{ProvidingCondition.Outpatient}}', '{{HealthcareServiceStatus.Active}}'),
            ('{{DemoIds.FamilyMedicineAtHomeOfBranch}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicBranch}}', '{{SpecialityType.FamilyDoctor}}', '{{ProvidingCondition.Field}}', '{{HealthcareServiceStatus.Active}}'),
            ('{{DemoIds.Pediatrics}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicDivision}}', '{{SpecialityType.Pediatrician}}', '{{ProvidingCondition.Outpatient}}', '{{HealthcareServiceStatus.Inactive}}'),
            ('{{DemoIds.Therapy}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicDivision}}', '{{SpecialityType.Therapist}}', '{{ProvidingCondition.Outpatient}}', '{{HealthcareServiceStatus.Active}}'),
            ('{{DemoIds.Gynaecology}}', '{{DemoIds.Hospital}}', '{{DemoIds.HospitalDivision}}', 'OBSTETRICS_AND_GYNECOLOGY', '{{ProvidingCondition.Outpatient}}', '{{HealthcareServiceStatus.Active}}')
          ) AS rows (id, legal_entity, division, speciality, condition, status);

        INSERT INTO employee_roles (id, healthcare_service_id, employee_id, status, start_date, end_date, inserted_by, updated_at, updated_by)
        SELECT id::uuid, service::uuid, employee::uuid, status, '2026-01-05T09:00:00Z', end_date::timestamptz, {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.Role}}', '{{DemoIds.FamilyMedicine}}', '{{DemoIds.Doctor}}', '{{EmployeeRoleStatus.Active}}', NULL),
            ('{{DemoIds.RoleAtHome}}', '{{DemoIds.FamilyMedicineAtHome}}', '{{DemoIds.Doctor}}', '{{EmployeeRoleStatus.Active}}', NULL),
            ('{{DemoIds.RoleAtBranch}}', '{{DemoIds.FamilyMedicineAtBranch}}', '{{DemoIds.Doctor}}', '{{EmployeeRoleStatus.Active}}', NULL),
            ('{{DemoIds.InactiveRole}}', '{{DemoIds.Therapy}}', '{{DemoIds.Doctor}}', '{{EmployeeRoleStatus.Inactive}}', '2026-03-11T14:22:07Z'),
            ('{{DemoIds.HospitalRole}}', '{{DemoIds.Gynaecology}}', '{{DemoIds.Gynaecologist}}', '{{EmployeeRoleStatus.Active}}', NULL)
          ) AS rows (id, service, employee, status, end_date);
        """;

    private static readonly string Contracts = $$"""
        INSERT INTO contracts (id, type, status, start_date, end_date, contractor_legal_entity_id, contractor_owner_id, contractor_base, contractor_payment_details,
                               nhs_legal_entity_id, nhs_signer_id, nhs_signer_base, nhs_signed_date, contract_number, id_form, inserted_by, updated_at, updated_by)
        SELECT id::uuid, type, '{{ContractStatus.Verified}}', '2026-01-01', '2026-12-31', legal_entity::uuid, owner::uuid, 'на підставі статуту',
               '{"bank_name":"Умовний банк","MFO":"000000","payer_account":"UA000000000000000000000000000"}',
               '{{DemoIds.Nhs}}', '{{DemoIds.NhsSigner}}', 'на підставі наказу', '2025-12-20', number, form, {{Author}}, now(), {{Author}}
          FROM (VALUES
            ('{{DemoIds.HospitalContract}}', '{{ContractType.GbCbp}}', '{{DemoIds.Hospital}}', '{{DemoIds.HospitalOwner}}', 'DEMO-0001', '5'),
            ('{{DemoIds.ClinicContract}}', '{{ContractType.Capitation}}', '{{DemoIds.Clinic}}', '{{DemoIds.ClinicOwner}}', 'DEMO-0002', '1'),
            ('{{DemoIds.SpareContract}}', '{{ContractType.GbCbp}}', '{{DemoIds.Hospital}}', '{{DemoIds.HospitalOwner}}', 'DEMO-0003', '5')
          ) AS rows (id, type, legal_entity, owner, number, form);

        INSERT INTO contract_divisions (id, contract_id, division_id, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.HospitalContractDivision}}', '{{DemoIds.HospitalContract}}', '{{DemoIds.HospitalDivision}}', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.ClinicContractDivision}}', '{{DemoIds.ClinicContract}}', '{{DemoIds.ClinicDivision}}', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.SpareContractDivision}}', '{{DemoIds.HospitalContract}}', '{{DemoIds.HospitalDivision}}', {{Author}}, now(), {{Author}});

        INSERT INTO contract_employees (id, contract_id, employee_id, division_id, staff_units, declaration_limit, start_date, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.HospitalContractEmployee}}', '{{DemoIds.HospitalContract}}', '{{DemoIds.Gynaecologist}}', '{{DemoIds.HospitalDivision}}', 1, 0, '2026-01-01T00:00:00Z',
           {{Author}}, now(), {{Author}}),
          ('{{DemoIds.SpareContractEmployee}}', '{{DemoIds.HospitalContract}}', '{{DemoIds.Gynaecologist}}', '{{DemoIds.HospitalDivision}}', 0.25, 0, '2026-01-01T00:00:00Z',
           {{Author}}, now(), {{Author}});
        """;

    private static readonly string Patients = $$"""
        INSERT INTO persons (id, status, birth_date, gender, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Patient}}', '{{PersonStatus.Active}}', '1990-02-14', 'MALE', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.Mother}}', '{{PersonStatus.Active}}', '1996-08-25', 'FEMALE', {{Author}}, now(), {{Author}});

        INSERT INTO prepersons (id, status, birth_date, gender, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Newborn}}', '{{PersonStatus.Active}}', '2026-03-01', 'FEMALE', {{Author}}, now(), {{Author}});

        INSERT INTO authentication_methods (id, person_id, type, phone_number, is_active, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.PatientPhone}}', '{{DemoIds.Patient}}', 'OTP', '+380000000021', true, {{Author}}, now(), {{Author}}),
          ('{{DemoIds.MotherPhone}}', '{{DemoIds.Mother}}', 'OTP', '+380000000022', true, {{Author}}, now(), {{Author}});

        INSERT INTO declarations (id, employee_id, division_id, legal_entity_id, person_id, status, start_date, end_date, is_active, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Declaration}}', '{{DemoIds.Doctor}}', '{{DemoIds.ClinicDivision}}', '{{DemoIds.Clinic}}', '{{DemoIds.Patient}}', '{{DeclarationStatus.Active}}', '2020-01-10', '2070-01-10', true,
           {{Author}}, now(), {{Author}});

        INSERT INTO episodes (id, patient_type, patient_id, managing_legal_entity_id, status, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Episode}}', '{{PatientType.Person}}', '{{DemoIds.Patient}}', '{{DemoIds.Clinic}}', '{{EpisodeStatus.Active}}', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.BirthEpisode}}', '{{PatientType.Preperson}}', '{{DemoIds.Newborn}}', '{{DemoIds.Hospital}}', '{{EpisodeStatus.Active}}', {{Author}}, now(), {{Author}});

        INSERT INTO encounters (id, episode_id, patient_type, patient_id, legal_entity_id, performer_employee_id, status, period_start, period_end, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Encounter}}', '{{DemoIds.Episode}}', '{{PatientType.Person}}', '{{DemoIds.Patient}}', '{{DemoIds.Clinic}}', '{{DemoIds.Doctor}}', '{{EncounterStatus.Finished}}',
           '2026-03-02T08:00:00Z', '2026-03-02T08:20:00Z', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.OpenEncounter}}', '{{DemoIds.Episode}}', '{{PatientType.Person}}', '{{DemoIds.Patient}}', '{{DemoIds.Clinic}}', '{{DemoIds.Doctor}}', '{{EncounterStatus.InProgress}}',
           '2026-03-05T09:00:00Z', NULL, {{Author}}, now(), {{Author}}),
          ('{{DemoIds.BirthEncounter}}', '{{DemoIds.BirthEpisode}}', '{{PatientType.Preperson}}', '{{DemoIds.Newborn}}', '{{DemoIds.Hospital}}', '{{DemoIds.Gynaecologist}}', '{{EncounterStatus.Finished}}',
           '2026-03-01T03:00:00Z', '2026-03-01T05:00:00Z', {{Author}}, now(), {{Author}});

        INSERT INTO conditions (id, encounter_id, code_system, code, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Diagnosis}}', '{{DemoIds.Encounter}}', 'eHealth/ICPC2/condition_codes', 'R80', {{Author}}, now(), {{Author}}),
          ('{{DemoIds.BirthDiagnosis}}', '{{DemoIds.BirthEncounter}}', 'eHealth/ICD10_AM/condition_codes', 'Z38.0', {{Author}}, now(), {{Author}});

        INSERT INTO compositions (id, status, type, category, title, date, subject_type, subject_id, focus_type, focus_id, episode_id, encounter_id, author_id, custodian_id,
                                  period_start, period_end, inserted_by, updated_at, updated_by) VALUES
          ('{{DemoIds.Composition}}', '{{CompositionStatus.Preliminary}}', '{{CompositionType.Disability}}', '{{CompositionCategory.Sickness}}', '4K0M-7XT2-HE91-A3P6', '2026-03-02T10:15:06Z', '{{PatientType.Person}}', '{{DemoIds.Patient}}',
           '{{PatientType.Person}}', '{{DemoIds.Patient}}', '{{DemoIds.Episode}}', '{{DemoIds.Encounter}}', '{{DemoIds.Doctor}}', '{{DemoIds.Clinic}}',
           '2026-03-02T00:00:01Z', '2026-03-06T20:59:59Z', '{{DemoIds.DoctorUser}}', now(), '{{DemoIds.DoctorUser}}'),
          ('{{DemoIds.SignedComposition}}', '{{CompositionStatus.Preliminary}}', '{{CompositionType.Disability}}', '{{CompositionCategory.Quarantine}}', '9T31-PAEM-0K7X-HH24', '2026-02-02T08:40:00Z', '{{PatientType.Person}}', '{{DemoIds.Patient}}',
           '{{PatientType.Person}}', '{{DemoIds.Patient}}', '{{DemoIds.Episode}}', '{{DemoIds.Encounter}}', '{{DemoIds.Doctor}}', '{{DemoIds.Clinic}}',
           '2026-02-02T00:00:01Z', '2026-02-08T20:59:59Z', '{{DemoIds.DoctorUser}}', now(), '{{DemoIds.DoctorUser}}');
        """;

    private static Task<bool> IsTrue(NpgsqlConnection connection, string sql, CancellationToken ct) =>
        new NpgsqlCommand(sql, connection).ReadValue<bool>(ct);
}
