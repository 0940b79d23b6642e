using Esoz.Platform.Access;

namespace Esoz.Tests;

/// <summary>
/// Inserts the rows that a test needs into the registry. Every argument has a valid default, so that a test names only what it is about.
/// Every method returns the new row's id.
/// </summary>
public sealed class Given(Registry registry)
{
    private static int _count;

    /// <summary>A legal entity together with the client that acts for it.</summary>
    public async Task<Guid> Provider(string status = "ACTIVE", string type = "OUTPATIENT", string access = "DIRECT")
    {
        var id = await LegalEntity(status, type);
        await Client(id, "MSP", access);
        return id;
    }

    public async Task<Guid> LegalEntity(string status = "ACTIVE", string type = "OUTPATIENT", bool isActive = true) =>
        await Insert("legal_entities", new()
        {
            ["name"] = "КНП «Поліклініка»",
            ["status"] = status,
            ["type"] = type,
            ["edrpou"] = $"{40000000 + Interlocked.Increment(ref _count)}",
            ["addresses"] = Json("[]"),
            ["is_active"] = isActive,
        });

    public async Task<Guid> Division(Guid legalEntity, string status = "ACTIVE", bool isActive = true, string name = "Амбулаторія",
        string type = "CLINIC") => await Insert("divisions", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["name"] = name,
            ["type"] = type,
            ["phones"] = Json("[]"),
            ["status"] = status,
            ["is_active"] = isActive,
        });

    public async Task<Guid> DivisionAddress(Guid division, string settlement = "Львів", bool isActive = true) =>
        await Insert("division_addresses", new()
        {
            ["division_id"] = division,
            ["type"] = "RESIDENCE",
            ["country"] = "UA",
            ["area"] = "ЛЬВІВСЬКА",
            ["settlement"] = settlement,
            ["settlement_type"] = "CITY",
            ["settlement_id"] = Guid.NewGuid(),
            ["is_active"] = isActive,
        });

    public async Task<Guid> Party(string taxId = "", Guid? user = null)
    {
        var id = await Insert("parties", new()
        {
            ["first_name"] = "Олена",
            ["last_name"] = "Ткачук",
            ["birth_date"] = new DateOnly(1983, 5, 17),
            ["gender"] = "FEMALE",
            ["tax_id"] = taxId.Length > 0 ? taxId : $"{3000000000 + Interlocked.Increment(ref _count)}",
        });
        if (user is { } userId)
        {
            await registry.Execute(
                "INSERT INTO users (id, email) VALUES ($1, $1::text || '@users.invalid') ON CONFLICT DO NOTHING", userId);
            await registry.Execute(
                "INSERT INTO party_users (id, user_id, party_id, inserted_at, updated_at) VALUES (gen_random_uuid(), $1, $2, now(), now())",
                userId, id);
        }
        return id;
    }

    public async Task<Guid> Employee(Guid legalEntity, Guid? party = null, Guid? division = null, string type = "DOCTOR",
        string status = "APPROVED", bool isActive = true, string position = "P7") =>
        await Insert("employees", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["party_id"] = party ?? await Party(),
            ["division_id"] = division,
            ["position"] = position,
            ["employee_type"] = type,
            ["status"] = status,
            ["start_date"] = new DateOnly(2019, 6, 4),
            ["is_active"] = isActive,
        });

    /// <summary>A speciality held officio, as stored in <c>employees.speciality</c>.</summary>
    public const string Officio =
        """{"speciality":"FAMILY_DOCTOR","speciality_officio":true,"level":"FIRST","qualification_type":"AWARDING"}""";

    /// <summary>A doctor who holds the position with <paramref name="speciality"/>.</summary>
    public async Task<Guid> Doctor(
        Guid legalEntity, Guid? division = null, string status = "APPROVED", bool isActive = true, string speciality = "FAMILY_DOCTOR")
    {
        var id = await Employee(legalEntity, division: division, status: status, isActive: isActive);
        await registry.Execute(
            "UPDATE employees SET speciality = replace($2, 'FAMILY_DOCTOR', $3)::json WHERE id = $1", id, Officio, speciality);
        return id;
    }

    public async Task<Guid> HealthcareService(
        Guid legalEntity, Guid? division = null, string speciality = "FAMILY_DOCTOR", string status = "ACTIVE", bool isActive = true) =>
        await Insert("healthcare_services", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["division_id"] = division ?? await Division(legalEntity),
            ["category"] = Json("""{"coding":[{"system":"HEALTHCARE_SERVICE_CATEGORIES","code":"MSP"}]}"""),
            ["speciality_type"] = speciality,
            ["providing_condition"] = "OUTPATIENT",
            ["status"] = status,
            ["is_active"] = isActive,
        });

    /// <summary>A role of a doctor in a service of <paramref name="legalEntity"/>.</summary>
    public async Task<Guid> EmployeeRole(Guid legalEntity, string status = "ACTIVE", bool isActive = true) =>
        await Insert("employee_roles", new()
        {
            ["healthcare_service_id"] = await HealthcareService(legalEntity),
            ["employee_id"] = await Employee(legalEntity),
            ["start_date"] = new DateTime(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc),
            ["end_date"] = status == "ACTIVE" ? null : new DateTime(2026, 2, 1, 9, 0, 0, DateTimeKind.Utc),
            ["status"] = status,
            ["is_active"] = isActive,
        });

    /// <summary>An ACTIVE role of this employee in this service.</summary>
    public async Task<Guid> EmployeeRole(Guid healthcareService, Guid employee) => await Insert("employee_roles", new()
    {
        ["healthcare_service_id"] = healthcareService,
        ["employee_id"] = employee,
        ["start_date"] = new DateTime(2026, 1, 5, 9, 0, 0, DateTimeKind.Utc),
        ["status"] = "ACTIVE",
    });

    public async Task<Guid> Contract(
        Guid contractor, string type = "GB_CBP", bool isActive = true, string status = "VERIFIED", string? number = null)
    {
        var nhs = await LegalEntity(type: "NHS");
        return await Insert("contracts", new()
        {
            ["type"] = type,
            ["status"] = status,
            ["start_date"] = new DateOnly(2026, 1, 1),
            ["end_date"] = new DateOnly(2026, 12, 31),
            ["contractor_legal_entity_id"] = contractor,
            ["contractor_owner_id"] = await Employee(contractor, type: "ADMIN"),
            ["contractor_base"] = "Статут",
            ["contractor_payment_details"] = Json("""{"bank_name":"Банк","payer_account":"UA00"}"""),
            ["nhs_legal_entity_id"] = nhs,
            ["nhs_signer_id"] = await Employee(nhs, type: "NHS_SIGNER"),
            ["nhs_signed_date"] = new DateOnly(2025, 12, 20),
            ["contract_number"] = number,
            ["id_form"] = "GB_CBP",
            ["is_active"] = isActive,
        });
    }

    /// <summary>A division of the contractor under its contract.</summary>
    public async Task<Guid> ContractDivision(Guid contract, Guid? division = null, bool isActive = true) =>
        await Insert("contract_divisions", new()
        {
            ["contract_id"] = contract,
            ["division_id"] = division ?? await Division(await Contractor(contract)),
            ["is_active"] = isActive,
        });

    /// <summary>An employee of the contractor under its contract, in a division of the contractor.</summary>
    public async Task<Guid> ContractEmployee(Guid contract, Guid? employee = null, Guid? division = null, bool isActive = true) =>
        await Insert("contract_employees", new()
        {
            ["contract_id"] = contract,
            ["employee_id"] = employee ?? await Employee(await Contractor(contract)),
            ["division_id"] = division ?? await Division(await Contractor(contract)),
            ["staff_units"] = 0.5,
            ["declaration_limit"] = 900,
            ["start_date"] = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            ["is_active"] = isActive,
        });

    public async Task Client(Guid id, string type, string access = "DIRECT", string? brokerScope = null, string? scopes = null) =>
        Assert.True(await registry.Registrar.Register(new(id, type, null, scopes, access, brokerScope), CancellationToken.None),
            $"No client type {type}");

    /// <summary>
    /// A bearer token of <paramref name="client"/>, which must be registered and gets the scopes that it does not have yet.
    /// </summary>
    public async Task<Credential> Token(Guid client, string scope, Guid? user = null)
    {
        await registry.Execute("""
            UPDATE clients
               SET scope = coalesce(clients.scope, type.scope) || ' ' || $2
              FROM client_types type
             WHERE clients.id = $1 AND type.id = client_type_id
               AND NOT string_to_array(coalesce(clients.scope, type.scope), ' ') @> string_to_array($2, ' ')
            """, client, scope);
        return new(await registry.Registrar.IssueToken(
            client, user ?? Guid.NewGuid(), scope, TimeSpan.FromHours(1), CancellationToken.None));
    }

    /// <summary>An api-key of a new client of <paramref name="type"/>.</summary>
    /// <param name="certificates">Thumbprints of the client certificates that it is bound to.</param>
    public async Task<string> ApiKey(string type, string? scopes = null, string? brokerScope = null, params string[] certificates)
    {
        var client = Guid.NewGuid();
        await Client(client, type, brokerScope: brokerScope, scopes: scopes);
        return (await registry.Registrar.IssueKey(client, TimeSpan.FromDays(1), certificates, CancellationToken.None))!;
    }

    /// <summary>A connection of <paramref name="client"/> through a new MIS; the secret is that of POST /oauth/tokens.</summary>
    public async Task<string> Connection(Guid client, string redirectUri)
    {
        var mis = Guid.NewGuid();
        await Client(mis, "MIS");
        var secret = SecretHash.NewSecret();
        await Insert("connections", new()
        {
            ["client_id"] = client,
            ["consumer_id"] = mis,
            ["redirect_uri"] = redirectUri,
            ["secret_hash"] = SecretHash.Of(secret).Hex,
        });
        return secret;
    }

    /// <summary>Key and token of an NHS system, as the private methods require.</summary>
    public async Task<Credential> Nhs(
        string scope = "private_contracts:write private_contracts:read", Guid? user = null, params string[] certificates)
    {
        var client = Guid.NewGuid();
        await Client(client, "NHS");
        return (await Token(client, scope, user)) with { ApiKey = await ApiKey("NHS", certificates: certificates) };
    }

    /// <summary>Inserts a row; <c>id</c>, <c>inserted_at</c> and <c>inserted_by</c> are filled in if they are missing.</summary>
    /// <param name="hasAuthor">Whether the table records who inserted a row.</param>
    public async Task<Guid> Insert(string table, Dictionary<string, object?> row, bool hasAuthor = true)
    {
        row.TryAdd("id", Guid.NewGuid());
        row.TryAdd("inserted_at", DateTime.UtcNow);
        if (hasAuthor)
            row.TryAdd("inserted_by", Registrar.SystemUser);
        var columns = row.Keys.ToArray();
        var places = columns.Select((column, i) => row[column] is JsonText ? $"${i + 1}::jsonb" : $"${i + 1}");
        await registry.Execute($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", places)})",
            [.. columns.Select(column => row[column] is JsonText json ? json.Text : row[column])]);
        return (Guid)row["id"]!;
    }

    public static object Json(string text) => new JsonText(text);

    private async Task<Guid> Contractor(Guid contract) =>
        await registry.Scalar<Guid>("SELECT contractor_legal_entity_id FROM contracts WHERE id = $1", contract);

    private sealed record JsonText(string Text);
}
