using System.Text.Json.Nodes;

namespace Esoz.Tests.HealthcareServices;

/// <summary>Shared by the tests of the healthcare services.</summary>
internal static class HealthcareServiceCase
{
    public const string Path = "/api/healthcare_services";
    public const string Write = "healthcare_service:write";

    /// <summary>Members of a healthcare service, in the order of the page.</summary>
    public static readonly string[] Members =
    [
        "id", "division_id", "legal_entity_id", "license_id", "speciality_type", "providing_condition", "category", "type", "status",
        "comment", "coverage_area",
        "available_time", "not_available", "licensed_healthcare_service", "is_active", "inserted_at", "inserted_by",
        "updated_at", "updated_by",
    ];

    public static JsonObject Medical(Guid division) => new()
    {
        ["division_id"] = division.ToString(),
        ["category"] = Concept("HEALTHCARE_SERVICE_CATEGORIES", "MSP"),
        ["speciality_type"] = "CARDIOLOGY",
        ["providing_condition"] = "OUTPATIENT",
    };

    public static JsonObject Drugs(Guid division, Guid? license, string type = "SALE")
    {
        var body = new JsonObject
        {
            ["division_id"] = division.ToString(),
            ["category"] = Concept("HEALTHCARE_SERVICE_CATEGORIES", "PHARMACY_DRUGS"),
            ["type"] = Concept("HEALTHCARE_SERVICE_PHARMACY_DRUGS_TYPES", type),
        };
        if (license is { } id)
            body["license_id"] = id.ToString();
        return body;
    }

    public static JsonObject Pharmacy(Guid division, Guid license) => new()
    {
        ["division_id"] = division.ToString(),
        ["category"] = Concept("HEALTHCARE_SERVICE_CATEGORIES", "PHARMACY"),
        ["license_id"] = license.ToString(),
    };

    public static JsonObject Concept(string system, string code) =>
        new() { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) };

    public static async Task<Guid> License(this Given given, Guid legalEntity, string type = "PHARMACY_DRUGS", bool isActive = true) =>
        await given.Insert("licenses", new()
        {
            ["legal_entity_id"] = legalEntity,
            ["type"] = type,
            ["is_active"] = isActive,
        });

    public static async Task<Answer> Post(this Registry registry, Guid provider, JsonObject body) =>
        await registry.Send("POST", Path, await registry.Given.Token(provider, Write), body.ToJsonString());
}
