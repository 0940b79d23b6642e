using System.Collections.Frozen;
using System.Text.Json;
using Esoz.Codes;
using Esoz.Dictionaries;
using Esoz.Platform.Schema;
using Esoz.Platform.Telemetry;
using Npgsql;

namespace Esoz.HealthcareServices;

/// <summary>Create healthcare service (employee-roles §6.2).</summary>
public static class CreateHealthcareService
{
    private const string CategoryCode = ".category.coding[0].code";
    private const string TypeCode = ".type.coding[0].code";

    private static readonly JsonSchema Schema = JsonSchema.Embedded(typeof(CreateHealthcareService));

    private static readonly Validation LegalEntityIsWorking = new("2", "legal entity of the token is ACTIVE or SUSPENDED",
        Refusal.Conflict("Invalid legal entity status"));

    private static readonly Validation LegalEntityTypeIsAllowed = new("3", "legal entities of this type may have healthcare services",
        Refusal.Conflict("{legal_entity_type} is not allowed to create healthcare services"));

    private static readonly Validation DivisionExists = new("4", "division exists and is_active = true",
        Refusal.Unprocessable("Division does not exist", "$.division_id"));

    private static readonly Validation DivisionIsActive = new("4", "status of the division is ACTIVE",
        Refusal.Unprocessable("Division should be active", "$.division_id"));

    private static readonly Validation DivisionIsOwn = new("4", "division belongs to the legal entity of the token",
        Refusal.Unprocessable("Division should belong to your legal entity", "$.division_id"));

    private static readonly Validation CategoryIsKnown = new("5", "category code is in the dictionary",
        Body.Unprocessable(SchemaFault.NotInEnum(CategoryCode,
            HealthcareServiceCategory.Medical, HealthcareServiceCategory.Pharmacy, HealthcareServiceCategory.PharmacyDrugs)));

    private static readonly Validation CategoryIsAllowed = new("5", "category is allowed for the type of the legal entity",
        Refusal.Unprocessable("Healthcare service category is not allowed for legal entity type", $"${CategoryCode}"));

    private static readonly IReadOnlyList<Validation> MembersFitCategory =
    [
        .. from member in new[] { "speciality_type", "providing_condition", "type" }
           from fault in new[] { SchemaFault.Missing(member), SchemaFault.Unexpected(member) }
           select new Validation("6", "speciality_type and providing_condition are sent with MSP only, type with PHARMACY_DRUGS only",
               Body.Unprocessable(fault)),
    ];

    private static readonly IReadOnlyList<Validation> CodesAreKnown =
    [
        .. from place in new (string Path, string Code)[]
           {
               (".speciality_type", SpecialityType.FamilyDoctor), (".providing_condition", ProvidingCondition.Outpatient),
               (TypeCode, "TRUE"),
           }
           select new Validation(
               "6", "codes are in their dictionaries, the providing condition is allowed for the type of the legal entity",
               Body.Unprocessable(SchemaFault.NotInEnum(place.Path, place.Code))),
    ];

    private static readonly Validation LicenseIsLinked = new("7", "a category with a type of licence has a licence",
        Refusal.Unprocessable("Healthcare service category must have linked license", "$.license_id"));

    private static readonly Validation LicenseIsAbsent = new("7", "other categories have none",
        Refusal.Unprocessable("License must not be submitted for healthcare service category", "$.license_id"));

    private static readonly Validation LicenseExists = new("7", "licence is active, of the right type and of the same legal entity",
        Refusal.Unprocessable("License not found", "$.license_id"));

    private static readonly Validation MedicalIsUnique = new(
        "8", "MSP: no other of the division has the same speciality_type and providing_condition",
        Refusal.Conflict("division_id, speciality_type and providing_condition combination should be unique"));

    private static readonly Validation PharmacyDrugsIsUnique = new("8", "PHARMACY_DRUGS: no other of the division has the same type",
        Refusal.Conflict("division_id, category and type combination should be unique"));

    private static readonly Validation PharmacyIsUnique = new("8", "PHARMACY: the division has no other",
        Refusal.Conflict("division_id and category = PHARMACY combination should be unique"));

    public static readonly MethodCard Card = new("create-healthcare-service", "Create healthcare service",
        "POST", "/api/healthcare_services", Family.IlMis, "healthcare_service:write")
    {
        Purpose = "Adds a healthcare service to a division of the caller's legal entity",
        Handle = Handle,
        HasPersonalData = false,
        Body = Schema,
        Validations =
        [
            LegalEntityIsWorking, LegalEntityTypeIsAllowed, DivisionExists, DivisionIsActive, DivisionIsOwn, CategoryIsKnown,
            CategoryIsAllowed,
            .. MembersFitCategory, .. CodesAreKnown, LicenseIsLinked, LicenseIsAbsent, LicenseExists,
            MedicalIsUnique, PharmacyDrugsIsUnique, PharmacyIsUnique, .. WorkingTimes.Rules("9"),
        ],
        Success = StatusCodes.Status201Created,
        Answer = typeof(HealthcareService),
    };

    /// <summary>
    /// A transaction that locks, checks and writes, because the checks also need settings and dictionaries and the call is rare.
    /// </summary>
    public static async Task<Reply> Handle(
        Caller caller, Body body, HealthcareServiceOptions options, DictionaryCodes dictionaries, Work work, CancellationToken ct)
    {
        // Validation 1
        if (!body.Matches<Request>(Schema, out var request, out var refusal))
            return refusal;

        await using var steps = await work.Begin(ct);
        var found = await Load(steps, caller, request, options, ct);

        if (!LegalEntityStatus.IsWorking(found.LegalEntityStatus))
            return LegalEntityIsWorking;

        if (!options.Offers.TryGetValue(found.LegalEntityType!, out var offer))
            return LegalEntityTypeIsAllowed.With("legal_entity_type", found.LegalEntityType!);

        if (found.DivisionStatus is null)
            return DivisionExists;

        if (found.DivisionStatus != DivisionStatus.Active)
            return DivisionIsActive;

        if (found.DivisionLegalEntity != caller.ClientId)
            return DivisionIsOwn;

        var category = CodeOf(request.Category);
        if (await NotAmong(dictionaries, "HEALTHCARE_SERVICE_CATEGORIES", category, CategoryCode, ct) is { } unknownCategory)
            return unknownCategory;

        if (!offer.Categories.Contains(category))
            return CategoryIsAllowed;

        if (await CheckMembers(request, category, offer, dictionaries, ct) is { } misfit)
            return misfit;

        var needsLicense = options.LicenseTypes.ContainsKey(category);
        if (needsLicense && request.LicenseId is null)
            return LicenseIsLinked;

        if (!needsLicense && request.LicenseId is not null)
            return LicenseIsAbsent;

        if (request.LicenseId is not null && !found.LicenseIsValid)
            return LicenseExists;

        var unique = category switch
        {
            HealthcareServiceCategory.Medical => MedicalIsUnique,
            HealthcareServiceCategory.PharmacyDrugs => PharmacyDrugsIsUnique,
            _ => PharmacyIsUnique,
        };
        if (found.HasConflicting)
            return unique;

        if (new WorkingTimes(request.AvailableTime, request.NotAvailable).Fault() is { } timesFault)
            return timesFault.Refusal;

        // Processing
        var service = await Write(steps.Connection, caller, request, ct);
        await steps.Commit(ct);

        // A unique index rejected the row: a concurrent call was first.
        return service is null ? unique : Reply.Data(service);
    }

    /// <summary>Check 6: the members allowed for the category, then their codes.</summary>
    private static async ValueTask<Refusal?> CheckMembers(
        Request request, string category, HealthcareServiceOffer offer, DictionaryCodes dictionaries, CancellationToken ct)
    {
        (string Name, bool IsThere, string Category)[] members =
        [
            ("speciality_type", request.SpecialityType is not null, HealthcareServiceCategory.Medical),
            ("providing_condition", request.ProvidingCondition is not null, HealthcareServiceCategory.Medical),
            ("type", request.Type is not null, HealthcareServiceCategory.PharmacyDrugs),
        ];
        foreach (var (name, isThere, demandedBy) in members)
        {
            if (isThere != (category == demandedBy))
                return Body.Unprocessable(isThere ? SchemaFault.Unexpected(name) : SchemaFault.Missing(name));
        }

        if (request.SpecialityType is { } speciality
            && await NotAmong(dictionaries, "SPECIALITY_TYPE", speciality, ".speciality_type", ct) is { } unknownSpeciality)
            return unknownSpeciality;

        if (request.ProvidingCondition is { } condition)
        {
            if (await NotAmong(dictionaries, "PROVIDING_CONDITION", condition, ".providing_condition", ct) is { } unknownCondition)
                return unknownCondition;
            if (!offer.ProvidingConditions.Contains(condition))
                return Body.Unprocessable(SchemaFault.NotInEnum(".providing_condition", offer.ProvidingConditions));
        }

        return request.Type is { } type
            ? await NotAmong(dictionaries, "HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES", CodeOf(type), TypeCode, ct) : null;
    }

    private static async ValueTask<Refusal?> NotAmong(
        DictionaryCodes dictionaries, string dictionary, string code, string path, CancellationToken ct)
    {
        FrozenSet<string> codes = await dictionaries.Of(dictionary, ct);
        return codes.Contains(code) ? null : Body.Unprocessable(SchemaFault.NotInEnum(path, codes));
    }

    private static async Task<Found> Load(
        Work.Steps steps, Caller caller, Request request, HealthcareServiceOptions options, CancellationToken ct)
    {
        await using var batch = steps.FirstBatch();
        batch.BatchCommands.Add(PostgresDatabase.BatchCommand(LoadSql, caller.ClientId, request.DivisionId,
            request.LicenseId ?? Guid.Empty, options.LicenseTypes.GetValueOrDefault(CodeOf(request.Category), ""),
            CodeOf(request.Category), request.SpecialityType ?? "", request.ProvidingCondition ?? "",
            request.Type is { } type ? CodeOf(type) : ""));
        using var timing = RequestTimes.Statement();
        await using var row = await batch.ExecuteReaderAsync(ct);
        await row.NextResultAsync(ct);
        await row.ReadAsync(ct);
        return new(row.IsDBNull(0) ? null : row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1),
            row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetGuid(3), row.GetBoolean(4), row.GetBoolean(5));
    }

    private static Task<HealthcareService?> Write(NpgsqlConnection connection, Caller caller, Request request, CancellationToken ct) =>
        Rows.HealthcareService.ReadOne(PostgresDatabase.Command(
            connection, WriteSql, Guid.NewGuid(), caller.ClientId, request.DivisionId, request.LicenseId,
            request.SpecialityType, request.ProvidingCondition, request.Category.GetRawText(), request.Type?.GetRawText(), request.Comment,
            WorkingTimes.StoredAvailable(request.AvailableTime), WorkingTimes.Stored(request.NotAvailable), caller.UserId), ct);

    private static string CodeOf(JsonElement concept) => concept.GetProperty("coding")[0].GetProperty("code").GetString()!;

    private sealed record Request(
        Guid DivisionId, JsonElement Category, JsonElement? Type, string? SpecialityType, string? ProvidingCondition, Guid? LicenseId,
        string? Comment,
        JsonElement? AvailableTime, JsonElement? NotAvailable);

    /// <param name="DivisionStatus">Null when there is no such division.</param>
    /// <param name="LicenseIsValid">It belongs to the legal entity, is active and has the type that the category requires.</param>
    /// <param name="HasConflicting">The division already has a service that rule 8 does not allow together with this one.</param>
    private sealed record Found(string? LegalEntityStatus, string? LegalEntityType, string? DivisionStatus, Guid? DivisionLegalEntity,
        bool LicenseIsValid, bool HasConflicting);

    /// <summary>The rows that the validations read stay locked until the commit.</summary>
    private const string LoadSql = $"""
        WITH provider AS (
          SELECT status, type FROM legal_entities WHERE id = $1 FOR SHARE
        ), division AS (
          SELECT status, legal_entity_id FROM divisions WHERE id = $2 AND is_active FOR SHARE
        ), license AS (
          SELECT id FROM licenses WHERE id = $3 AND legal_entity_id = $1 AND is_active AND type = $4 FOR SHARE
        )
        SELECT provider.status, provider.type, division.status, division.legal_entity_id, license.id IS NOT NULL,
               EXISTS (SELECT FROM healthcare_services
                        WHERE division_id = $2 AND is_active AND category_code = $5
                          AND CASE $5 WHEN '{HealthcareServiceCategory.Medical}' THEN speciality_type = $6 AND providing_condition = $7
                                      WHEN '{HealthcareServiceCategory.PharmacyDrugs}' THEN type_code = $8
                                      ELSE true END)
          FROM (SELECT) one
          LEFT JOIN provider ON true
          LEFT JOIN division ON true
          LEFT JOIN license ON true
        """;

    private static readonly string WriteSql = $"""
        INSERT INTO healthcare_services AS service (id, legal_entity_id, division_id, license_id, speciality_type, providing_condition,
          category, type, comment, available_time, not_available, status, is_active, inserted_at, inserted_by, updated_at, updated_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::jsonb, $9, $10::jsonb, $11::jsonb, '{HealthcareServiceStatus.Active}', true,
          now(), $12, now(), $12)
        ON CONFLICT DO NOTHING
        RETURNING {Rows.HealthcareService.Columns}
        """;
}
