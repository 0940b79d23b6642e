using Esoz.Codes;

namespace Esoz.Import;

/// <summary>
/// Record of a provider in the state register (ЄДР), as far as it follows from the НСЗУ file: a contracted provider is registered, and its
/// kind of care has one КВЕД. The id of the record is not in the file; ЄДРПОУ identifies it as well.
/// </summary>
public sealed record NszuEdr(
    string Id, string Name, string? ShortName, string? PublicName, string? LegalForm, string Edrpou, NszuKved[] Kveds,
    NszuEdrAddress RegistrationAddress, int State)
{
    /// <summary>Code of EDR_STATE: зареєстровано.</summary>
    private const int Registered = 1;

    private static readonly Dictionary<string, NszuKved> KvedOf = new()
    {
        [LegalEntityType.PrimaryCare] = new("Загальна медична практика", "86.21", true),
        [LegalEntityType.Outpatient] = new("Діяльність лікарняних закладів", "86.10", true),
        [LegalEntityType.Emergency] = new("Інша діяльність у сфері охорони здоров'я", "86.90", true),
    };

    /// <param name="text">The address as it is in the file.</param>
    public static NszuEdr Of(string edrpou, string name, string type, NszuAddress address, string text) => new(
        Id: edrpou, Name: name, ShortName: null, PublicName: null, LegalForm: null, Edrpou: edrpou, Kveds: [KvedOf[type]],
        new(address.Zip, "Україна", text.Length > 0 ? text : $"{address.Area}, {address.Settlement}",
            new(Atu: address.Settlement, AtuCode: null, Street: address.Street, HouseType: address.Building is null ? null : "будинок",
                House: address.Building, BuildingType: null, Building: null, NumType: null, Num: address.Apartment)),
        Registered);
}

/// <summary>Kind of economic activity.</summary>
public sealed record NszuKved(string Name, string Code, bool IsPrimary);

/// <summary>Address in the form of the state register.</summary>
public sealed record NszuEdrAddress(string? Zip, string Country, string Address, NszuEdrAddressParts Parts);

/// <summary>The address in parts; <paramref name="Atu"/> is the settlement.</summary>
public sealed record NszuEdrAddressParts(
    string Atu, string? AtuCode, string? Street, string? HouseType, string? House, string? BuildingType, string? Building, string? NumType,
    string? Num);
