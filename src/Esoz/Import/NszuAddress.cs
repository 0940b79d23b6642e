using System.Security.Cryptography;
using System.Text;
using Esoz.Codes;

namespace Esoz.Import;

/// <summary>
/// Address as stored in the registry, parsed from the single line of text in the НСЗУ file, such as <c>Україна, 77701, Івано-Франківська
/// обл., Богородчанський р-н, селище міського типу Богородчани, ВУЛИЦЯ ШЕВЧЕНКА, будинок 35</c>. Area and settlement have their own columns
/// in the file. Text that cannot be parsed stays in <see cref="Street"/> unchanged, so no part is lost. The id of the settlement
/// is not in the file: it is made from its name, so that the same settlement has the same id in every row.
/// </summary>
public sealed record NszuAddress
{
    private const string House = "будинок";

    /// <summary>Type of a settlement, also of one whose type is not in the text.</summary>
    private const string Settlements = "SETTLEMENT";

    private static readonly (string Word, string Type)[] SettlementTypes =
    [
        ("місто ", "CITY"), ("село ", "VILLAGE"), ("селище міського типу ", "TOWNSHIP"), ("смт ", "TOWNSHIP"), ("селище ", Settlements),
    ];

    public string Type { get; init; } = AddressType.Registration;
    public string Country { get; } = "UA";
    public required string Area { get; init; }
    public string? Region { get; private init; }
    public required string Settlement { get; init; }
    public required string SettlementType { get; init; }
    public Guid SettlementId => IdOf($"{Area}|{Region}|{Settlement}");
    public string? Street { get; private init; }
    public string? Building { get; private init; }
    public string? Apartment { get; private init; }
    public string? Zip { get; private init; }

    public static NszuAddress Of(string area, string settlement, string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        parts.RemoveAll(part => part == "Україна");
        var zip = parts.Find(part => part.Length == 5 && part.All(char.IsAsciiDigit));
        parts.RemoveAll(part => part == zip || part.EndsWith("обл.", StringComparison.Ordinal));

        var place = parts.FindIndex(part => TypeOf(part) is not null);
        var afterPlace = parts[(place + 1)..];
        var house = afterPlace.FindIndex(part => part.StartsWith(House, StringComparison.OrdinalIgnoreCase));
        return new()
        {
            Area = area,
            Region = place > 0 ? Join(parts[..place]) : null,
            Settlement = settlement,
            SettlementType = place >= 0 ? TypeOf(parts[place])! : Settlements,
            Street = Join(house < 0 ? afterPlace : afterPlace[..house]),
            Building = house < 0 ? null : Join([afterPlace[house][House.Length..].Trim()]),
            Apartment = house < 0 ? null : Join(afterPlace[(house + 1)..]),
            Zip = zip,
        };
    }

    private static string? TypeOf(string part) =>
        Array.Find(SettlementTypes, type => part.StartsWith(type.Word, StringComparison.OrdinalIgnoreCase)).Type;

    /// <summary>A uuid of version 8 (RFC 9562): made from a name, by a rule of our own.</summary>
    private static Guid IdOf(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static string? Join(List<string> parts) => string.Join(", ", parts) is { Length: > 0 } text ? text : null;
}
