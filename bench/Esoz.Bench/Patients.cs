namespace Esoz.Bench;

/// <summary>
/// A registry in which compositions can be created: doctors, ten per legal entity, and patients with a finished encounter each.
/// </summary>
public static class Patients
{
    public const int Doctors = 1_000;

    public static readonly string User = $"{Rows.Prefix(2)}000000000001";

    /// <summary>Tax number of the doctor with this number; the same in SQL and C#.</summary>
    public static string TaxId(int doctor) => $"{3_000_000_000 + doctor}";

    /// <summary>SQL of the legal entity whose doctor treats patient <c>i</c>.</summary>
    public static string Entity => Rows.Id(1, $"i % {Doctors} / 10");

    /// <summary>SQL of that doctor as an employee; their party and user share one id.</summary>
    public static string Doctor => Rows.Id(4, $"i % {Doctors}");

    /// <summary>SQL of that doctor's user.</summary>
    public static string DoctorUser => Rows.Id(3, $"i % {Doctors}");

    public static string Sql(int count) => $"""
        INSERT INTO legal_entities (id, name, status, type, edrpou, addresses, is_active, inserted_at, inserted_by)
        SELECT {Rows.Id(1, "i")}, 'Поліклініка', 'ACTIVE', 'OUTPATIENT', (40000000 + i)::text, '[]', true, now(), '{User}' FROM generate_series(0, {(Doctors / 10) - 1}) i;
        INSERT INTO clients (id, name, client_type_id, access_type, inserted_by)
        SELECT {Rows.Id(1, "i")}, 'Поліклініка', client_types.id, 'DIRECT', '{User}' FROM generate_series(0, {(Doctors / 10) - 1}) i, client_types WHERE client_types.name = 'OUTPATIENT';
        INSERT INTO users (id, email) SELECT {Rows.Id(3, "i")}, i || '@bench.invalid' FROM generate_series(0, {Doctors - 1}) i;
        INSERT INTO parties (id, first_name, last_name, birth_date, gender, tax_id, inserted_at, inserted_by)
        SELECT {Rows.Id(3, "i")}, 'Олена', 'Ткачук', '1983-05-17', 'FEMALE', (3000000000 + i)::text, now(), '{User}' FROM generate_series(0, {Doctors - 1}) i;
        INSERT INTO party_users (id, party_id, user_id) SELECT gen_random_uuid(), {Rows.Id(3, "i")}, {Rows.Id(3, "i")} FROM generate_series(0, {Doctors - 1}) i;
        INSERT INTO employees (id, legal_entity_id, party_id, position, employee_type, status, start_date, is_active, inserted_at, inserted_by)
        SELECT {Rows.Id(4, "i")}, {Rows.Id(1, "i / 10")}, {Rows.Id(3, "i")}, 'P7', 'SPECIALIST', 'APPROVED', '2019-06-04', true, now(), '{User}' FROM generate_series(0, {Doctors - 1}) i;
        INSERT INTO persons (id, status, birth_date, gender, inserted_by)
        SELECT {Rows.Id(5, "i")}, 'active', '1990-08-24', 'FEMALE', '{User}' FROM generate_series(0, {count - 1}) i;
        INSERT INTO episodes (id, patient_type, patient_id, managing_legal_entity_id, status, inserted_by)
        SELECT {Rows.Id(6, "i")}, 'person', {Rows.Id(5, "i")}, {Entity}, 'active', '{User}' FROM generate_series(0, {count - 1}) i;
        INSERT INTO encounters (id, episode_id, patient_type, patient_id, legal_entity_id, performer_employee_id, status, inserted_by)
        SELECT {Rows.Id(7, "i")}, {Rows.Id(6, "i")}, 'person', {Rows.Id(5, "i")}, {Entity}, {Doctor}, 'finished', '{User}' FROM generate_series(0, {count - 1}) i;
        INSERT INTO conditions (id, encounter_id, code_system, code, inserted_by)
        SELECT gen_random_uuid(), {Rows.Id(7, "i")}, 'eHealth/ICD10_AM/condition_codes', 'J06.9', '{User}' FROM generate_series(0, {count - 1}) i;
        """;

    /// <summary>One composition per patient, in February; a signed one has its key.</summary>
    public static string CompositionsSql(int count, string status, bool isSigned) => $"""
        INSERT INTO compositions (id, status, type, category, title, date, subject_type, subject_id, focus_type, focus_id, episode_id, encounter_id,
                                  author_id, custodian_id, period_start, period_end, extension, signed_at, signed_content_key, inserted_by)
        SELECT {Rows.Id(9, "i")}, '{status}', 'TEMP_DISABILITY', 'SICKNESS', md5(i::text)::varchar(19), now(), 'person', {Rows.Id(5, "i")}, 'person', {Rows.Id(5, "i")},
               {Rows.Id(6, "i")}, {Rows.Id(7, "i")}, {Doctor}, {Entity}, '2026-02-02T00:00:01Z', '2026-02-06T20:59:59Z',
               '[]', {(isSigned ? "now(), 'key'" : "NULL, NULL")}, '{User}' FROM generate_series(0, {count - 1}) i
        """;
}
