using System.Text.Json;
using Esoz.Codes;

namespace Esoz.Import;

/// <summary>A row of the НСЗУ file as a legal entity. Members are columns of <c>legal_entities</c>.</summary>
public sealed record NszuProvider
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Dictionary<string, string> Types = new()
    {
        ["Первинна"] = LegalEntityType.PrimaryCare,
        ["Спеціалізована"] = LegalEntityType.Outpatient,
        ["Екстрена"] = LegalEntityType.Emergency,
    };

    private static readonly Dictionary<string, string> Properties = new()
    {
        ["Державна"] = "STATE",
        ["Комунальна"] = "STATE",
        ["Приватна (без ФОП)"] = "PRIVATE",
    };

    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public required string Edrpou { get; init; }
    public required string Type { get; init; }
    public required string OwnerPropertyType { get; init; }
    public required string? Email { get; init; }
    public required string? Website { get; init; }
    public required object[]? Phones { get; init; }
    public required NszuAddress RegistrationAddress { get; init; }
    public NszuAddress[] Addresses => [RegistrationAddress];

    /// <summary>The provider has a contract with НСЗУ, so it is working and verified by НСЗУ.</summary>
    public string Status { get; } = LegalEntityStatus.Active;
    public bool IsActive { get; } = true;
    public bool NhsVerified { get; } = true;

    public ReadOnlyMemory<byte> Json() => JsonSerializer.SerializeToUtf8Bytes(this, SnakeCase);

    /// <summary>Reads a row from its values by column name; the fault explains why it cannot be loaded.</summary>
    public static (NszuProvider? Provider, string? Fault) Read(Func<string, string> value)
    {
        if (!Guid.TryParseExact(value("legal_entity_id"), "D", out var id))
            return (null, "legal_entity_id is not a uuid");
        var name = value("legal_entity_name");
        if (name.Length is 0 or > 255)
            return (null, "legal_entity_name is empty or longer than 255 characters");
        var edrpou = value("legal_entity_edrpou");
        if (edrpou.Length is not (8 or 10) || !edrpou.All(char.IsAsciiDigit))
            return (null, "legal_entity_edrpou is not 8 or 10 digits");
        if (!Types.TryGetValue(value("care_type"), out var type))
            return (null, $"care_type is none of {string.Join(", ", Types.Keys)}");
        if (!Properties.TryGetValue(value("property_type"), out var property))
            return (null, $"property_type is none of {string.Join(", ", Properties.Keys)}");
        return (new()
        {
            Id = id,
            Name = name,
            Edrpou = edrpou,
            Type = type,
            OwnerPropertyType = property,
            Email = Text(value("legal_entity_email")),
            Website = Text(value("legal_entity_website")),
            Phones = Text(value("legal_entity_phone")) is { } phone ? [new { type = "LAND_LINE", number = phone }] : null,
            RegistrationAddress = NszuAddress.Of(
                value("registration_area"), value("registration_settlement"), value("registration_address")),
        }, null);
    }

    private static string? Text(string value) => value.Length > 0 ? value : null;
}
