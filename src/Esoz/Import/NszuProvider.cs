using System.Text.Json;
using Esoz.Codes;

namespace Esoz.Import;

/// <summary>
/// A row of the НСЗУ file as a legal entity. Members are columns of <c>legal_entities</c>. What the clients need and the file lacks is
/// made up recognisably (docs/known-quirks.md): the record of the state register from the other columns, e-mail and phone as addresses
/// that nobody can have.
/// </summary>
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
    /// <summary>Null when the file has none; see <see cref="WithContacts"/>.</summary>
    public required string? Email { get; init; }
    public required string? Website { get; init; }
    /// <summary>As <see cref="Email"/>.</summary>
    public required object? Phones { get; init; }
    public required NszuAddress RegistrationAddress { get; init; }
    public NszuAddress ResidenceAddress => RegistrationAddress with { Type = AddressType.Residence };
    public NszuAddress[] Addresses => [ResidenceAddress, RegistrationAddress];
    public string[] Kveds => [Edr.Kveds[0].Code];
    public required NszuEdr Edr { get; init; }

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
        var address = NszuAddress.Of(value("registration_area"), value("registration_settlement"), value("registration_address"));
        return (new()
        {
            Id = id,
            Name = name,
            Edrpou = edrpou,
            Type = type,
            OwnerPropertyType = property,
            Email = Text(value("legal_entity_email")),
            Website = Text(value("legal_entity_website")),
            Phones = Text(value("legal_entity_phone")) is { } phone ? new[] { new { type = "LAND_LINE", number = phone } } : null,
            RegistrationAddress = address,
            Edr = NszuEdr.Of(edrpou, name, type, address, value("registration_address")),
        }, null);
    }

    /// <summary>
    /// This provider with the contacts that are stored already where the file has none, and made-up ones where nothing is stored.
    /// </summary>
    public NszuProvider WithContacts((string? Email, JsonElement? Phones) stored) => this with
    {
        Email = Email ?? stored.Email ?? $"office@{Edrpou}.invalid",
        Phones = Phones ?? stored.Phones ?? (object)new[] { new { type = "LAND_LINE", number = "+380000000000" } },
    };

    private static string? Text(string value) => value.Length > 0 ? value : null;
}
