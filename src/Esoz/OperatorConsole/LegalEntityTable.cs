using Esoz.Codes;
using Npgsql;

namespace Esoz.OperatorConsole;

/// <summary>A provider in a list.</summary>
/// <param name="Name">That of the register of organisations when it has no other; null = it has none.</param>
public sealed record ListedLegalEntity(
    Guid Id, string? Name, string Edrpou, string Type, string Status, long Divisions, long Employees, long Contracts);

/// <summary>A provider and how much belongs to it. Only rows that are in use are counted.</summary>
/// <param name="Address">Of residence, in words.</param>
/// <param name="Owner">Null: there is none.</param>
public sealed record LegalEntityFacts(Guid Id, string? Name, string? ShortName, string Edrpou, string Type, string Status, string? Address,
    string? Email, bool IsNhsVerified, DateTime InsertedAt, DateTime? UpdatedAt, (Guid PartyId, string Name)? Owner,
    LegalEntityCounts Counts);

/// <summary>How many rows of each list a provider has.</summary>
public sealed record LegalEntityCounts(long Divisions, long Employees, long Services, long Roles, long Licenses, long Contracts);

public sealed record ListedDivision(string Name, string Type, string Status, string? Address);

/// <param name="Position">In words, or the code of one that the dictionary does not have.</param>
/// <param name="Division">Null: it works at none.</param>
public sealed record ListedEmployee(Guid PartyId, string Name, string Position, string Type, string Status, string? Division,
    DateOnly StartDate, DateOnly? EndDate);

/// <param name="Category">Code of the category, and of the type or speciality.</param>
public sealed record ListedHealthcareService(string Category, string? Condition, string Division, string Status, string? License);

public sealed record ListedRole(
    Guid PartyId, string Name, string Service, string Division, string Status, DateTime StartDate, DateTime? EndDate);

public sealed record ListedLicense(
    string Type, string? Number, bool IsPrimary, string? IssuedBy, DateOnly? From, DateOnly? Until, bool IsActive);

/// <summary>Changes of one day (UTC).</summary>
/// <param name="Added">New rows among them.</param>
public sealed record DayOfChanges(DateOnly Day, long Changes, long Added);

/// <summary>A client of a provider: its own, or a system that acts for it.</summary>
/// <param name="Connections">In force.</param>
public sealed record ClientOfProvider(Guid Id, string Name, string Type, bool IsBlocked, bool IsItself, long Connections);

/// <param name="Roles">With the client of the provider.</param>
public sealed record UserOfProvider(Guid Id, string Email, bool IsBlocked, IReadOnlyList<string> Roles);

/// <summary>Reads providers and what belongs to them, for the console.</summary>
public sealed class LegalEntityTable(PostgresDatabase database)
{
    private const string NameSql = "coalesce(entity.name, entity.edr ->> 'name')";

    private const string ServiceSql = "concat_ws(' ', service.category_code, coalesce(service.type_code, service.speciality_type))";

    /// <summary>By name.</summary>
    /// <param name="text">Part of a name, or the whole ЄДРПОУ; null = any.</param>
    public Task<IReadOnlyList<ListedLegalEntity>> List(
        string? text, string? status, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT entity.id, {NameSql}, entity.edrpou, entity.type, entity.status,
               (SELECT count(*) FROM divisions WHERE legal_entity_id = entity.id AND is_active),
               (SELECT count(*) FROM employees WHERE legal_entity_id = entity.id AND is_active),
               (SELECT count(*) FROM contracts contract WHERE contract.contractor_legal_entity_id = entity.id AND {ContractTable.OursSql})
          FROM (SELECT * FROM legal_entities entity
                 WHERE ($1::text IS NULL OR edrpou = $1 OR strpos(lower({NameSql}), lower($1)) > 0
                        OR strpos(lower(short_name), lower($1)) > 0 OR strpos(lower(public_name), lower($1)) > 0)
                   AND ($2::text IS NULL OR status = $2)
                 ORDER BY {NameSql}, id
                 LIMIT $3 OFFSET $4) entity
         ORDER BY {NameSql}, entity.id
        """, row => new ListedLegalEntity(row.GetGuid(0), row.Text(1), row.GetString(2), row.GetString(3), row.GetString(4),
            row.GetInt64(5), row.GetInt64(6), row.GetInt64(7)), ct, text, status, limit, offset);

    /// <summary>Null when there is none.</summary>
    public Task<LegalEntityFacts?> Find(Guid id, CancellationToken ct) => database.Command($"""
        SELECT entity.id, {NameSql}, entity.short_name, entity.edrpou, entity.type, entity.status,
               (SELECT concat_ws(', ', address ->> 'zip', address ->> 'area', address ->> 'settlement', address ->> 'street', address ->> 'building')
                  FROM jsonb_array_elements(
                    entity.addresses || coalesce(jsonb_build_array(entity.residence_address), '[]')) address
                 WHERE jsonb_typeof(address) = 'object'
                 ORDER BY address ->> 'type' = '{AddressType.Residence}' DESC LIMIT 1),
               entity.email, entity.nhs_verified, entity.inserted_at, entity.updated_at, owner.id, owner.name,
               (SELECT count(*) FROM divisions WHERE legal_entity_id = $1 AND is_active),
               (SELECT count(*) FROM employees WHERE legal_entity_id = $1 AND is_active),
               (SELECT count(*) FROM healthcare_services WHERE legal_entity_id = $1 AND is_active),
               (SELECT count(*) FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
                 WHERE service.legal_entity_id = $1 AND role.is_active),
               (SELECT count(*) FROM licenses WHERE legal_entity_id = $1),
               (SELECT count(*) FROM contracts contract WHERE contract.contractor_legal_entity_id = $1 AND {ContractTable.OursSql})
          FROM legal_entities entity
          LEFT JOIN LATERAL (
            SELECT party.id, {ContractTable.PersonSql} AS name
              FROM employees employee JOIN parties party ON party.id = employee.party_id
             WHERE employee.legal_entity_id = entity.id AND employee.is_active AND employee.status = '{EmployeeStatus.Approved}'
               AND employee.employee_type IN {EmployeeType.Owners}
             ORDER BY employee.employee_type, employee.id LIMIT 1) owner ON true
         WHERE entity.id = $1
        """, id).ReadOne(row => new LegalEntityFacts(row.GetGuid(0), row.Text(1), row.Text(2), row.GetString(3), row.GetString(4),
            row.GetString(5), row.Text(6), row.Text(7), row.GetBoolean(8), row.GetDateTime(9),
            row.IsDBNull(10) ? null : row.GetDateTime(10), row.IsDBNull(11) ? null : (row.GetGuid(11), row.GetString(12)),
            new(row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16), row.GetInt64(17), row.GetInt64(18))), ct);

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<ListedDivision>> Divisions(Guid id, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT division.name, division.type, division.status,
               (SELECT concat_ws(', ', address.settlement, address.street, address.building)
                  FROM division_addresses address
                 WHERE address.division_id = division.id AND address.is_active
                 ORDER BY address.type = '{AddressType.Residence}' DESC, address.id LIMIT 1)
          FROM divisions division
         WHERE division.legal_entity_id = $1 AND division.is_active
         ORDER BY division.name, division.id
         LIMIT $2 OFFSET $3
        """, row => new ListedDivision(row.GetString(0), row.GetString(1), row.GetString(2), row.Text(3)), ct, id, limit, offset);

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<ListedEmployee>> Employees(Guid id, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT party.id, {ContractTable.PersonSql}, coalesce(position.description, employee.position), employee.employee_type, employee.status,
               division.name, employee.start_date, employee.end_date
          FROM employees employee
          JOIN parties party ON party.id = employee.party_id
          LEFT JOIN divisions division ON division.id = employee.division_id
          LEFT JOIN dictionary_values position
            ON position.code = employee.position AND position.dictionary_id = (SELECT id FROM dictionaries WHERE name = 'POSITION')
         WHERE employee.legal_entity_id = $1 AND employee.is_active
         ORDER BY 2, employee.id
         LIMIT $2 OFFSET $3
        """, row => new ListedEmployee(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.Text(5),
            row.GetFieldValue<DateOnly>(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateOnly>(7)), ct, id, limit, offset);

    /// <summary>By division.</summary>
    public Task<IReadOnlyList<ListedHealthcareService>> Services(Guid id, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT {ServiceSql}, service.providing_condition, division.name, service.status, license.license_number
          FROM healthcare_services service
          JOIN divisions division ON division.id = service.division_id
          LEFT JOIN licenses license ON license.id = service.license_id
         WHERE service.legal_entity_id = $1 AND service.is_active
         ORDER BY division.name, 1, service.id
         LIMIT $2 OFFSET $3
        """, row => new ListedHealthcareService(row.GetString(0), row.Text(1), row.GetString(2), row.GetString(3), row.Text(4)),
            ct, id, limit, offset);

    /// <summary>By the name of the employee.</summary>
    public Task<IReadOnlyList<ListedRole>> EmployeeRoles(Guid id, int limit, int offset, CancellationToken ct) => Read($"""
        SELECT party.id, {ContractTable.PersonSql}, {ServiceSql}, division.name, role.status, role.start_date, role.end_date
          FROM healthcare_services service
          JOIN employee_roles role ON role.healthcare_service_id = service.id
          JOIN employees employee ON employee.id = role.employee_id
          JOIN parties party ON party.id = employee.party_id
          JOIN divisions division ON division.id = service.division_id
         WHERE service.legal_entity_id = $1 AND role.is_active
         ORDER BY 2, role.start_date DESC, role.id
         LIMIT $2 OFFSET $3
        """, row => new ListedRole(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4),
            row.GetDateTime(5), row.IsDBNull(6) ? null : row.GetDateTime(6)), ct, id, limit, offset);

    /// <summary>The primary one first.</summary>
    public Task<IReadOnlyList<ListedLicense>> Licenses(Guid id, int limit, int offset, CancellationToken ct) => Read("""
        SELECT type, license_number, is_primary, issued_by, coalesce(active_from_date, issued_date), expiry_date, is_active
          FROM licenses
         WHERE legal_entity_id = $1
         ORDER BY is_primary DESC, type, license_number, id
         LIMIT $2 OFFSET $3
        """, row => new ListedLicense(row.GetString(0), row.Text(1), row.GetBoolean(2), row.Text(3),
            row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5),
            row.GetBoolean(6)), ct, id, limit, offset);

    /// <summary>Days on which the provider or what belongs to it was changed, the latest first.</summary>
    public Task<IReadOnlyList<DayOfChanges>> ChangesPerDay(Guid id, DateTime since, CancellationToken ct) => Read("""
        WITH wanted (resource, resource_id) AS (
          SELECT 'legal_entities', $1::text
          UNION ALL SELECT 'licenses', id::text FROM licenses WHERE legal_entity_id = $1
          UNION ALL SELECT 'divisions', id::text FROM divisions WHERE legal_entity_id = $1
          UNION ALL SELECT 'employees', id::text FROM employees WHERE legal_entity_id = $1
          UNION ALL SELECT 'healthcare_services', id::text FROM healthcare_services WHERE legal_entity_id = $1
          UNION ALL SELECT 'employee_roles', role.id::text
                      FROM employee_roles role JOIN healthcare_services service ON service.id = role.healthcare_service_id
                     WHERE service.legal_entity_id = $1
          UNION ALL SELECT 'contracts', id::text FROM contracts WHERE contractor_legal_entity_id = $1
        )
        SELECT (inserted_at AT TIME ZONE 'UTC')::date, count(*), count(*) FILTER (WHERE former IS NULL)
          FROM wanted JOIN audit_log USING (resource, resource_id)
         WHERE inserted_at >= $2
         GROUP BY 1
         ORDER BY 1 DESC
        """, row => new DayOfChanges(row.GetFieldValue<DateOnly>(0), row.GetInt64(1), row.GetInt64(2)), ct, id, since);

    /// <summary>Its own first; then by name.</summary>
    public Task<IReadOnlyList<ClientOfProvider>> Clients(Guid id, int limit, CancellationToken ct) => Read("""
        SELECT client.id, client.name, type.name, client.is_blocked, client.id = $1, acting.connections
          FROM (SELECT consumer_id AS id, count(*) AS connections
                  FROM connections WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > now()) GROUP BY 1
                 UNION ALL
                SELECT $1, 0 WHERE NOT EXISTS (
                  SELECT FROM connections
                   WHERE client_id = $1 AND consumer_id = $1 AND (expires_at IS NULL OR expires_at > now()))) acting
          JOIN clients client ON client.id = acting.id
          JOIN client_types type ON type.id = client.client_type_id
         ORDER BY client.id = $1 DESC, client.name, client.id
         LIMIT $2
        """, row => new ClientOfProvider(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4),
            row.GetInt64(5)), ct, id, limit);

    /// <summary>Who has a role with the client of the provider, by e-mail.</summary>
    public Task<IReadOnlyList<UserOfProvider>> Users(Guid id, int limit, CancellationToken ct) => Read("""
        SELECT users.id, users.email, users.is_blocked, array_agg(DISTINCT role.name::text ORDER BY role.name::text)
          FROM user_roles held
          JOIN users ON users.id = held.user_id
          JOIN roles role ON role.id = held.role_id
         WHERE held.client_id = $1
         GROUP BY users.id
         ORDER BY lower(users.email)
         LIMIT $2
        """, row => new UserOfProvider(row.GetGuid(0), row.GetString(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3)), ct, id, limit);

    private Task<IReadOnlyList<T>> Read<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct, params object?[] values) =>
        database.Command(sql, values).ReadAll(read, ct);
}
