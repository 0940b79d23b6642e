namespace Esoz.Divisions;

/// <summary>
/// Address of a division (data-model §2.6), in requests and responses. Its id is not exposed: the addresses of a division are replaced as a
/// whole.
/// </summary>
/// <param name="Type">RESIDENCE or RECEPTION; imported rows may have other codes of the dictionary ADDRESS_TYPE.</param>
/// <param name="Country">Dictionary COUNTRY.</param>
/// <param name="SettlementType">Dictionary SETTLEMENT_TYPE.</param>
/// <param name="SettlementId">Id in the register of settlements, which is not stored here.</param>
/// <param name="StreetType">Dictionary STREET_TYPE.</param>
/// <param name="Zip">Five digits.</param>
public sealed record DivisionAddress(
    string Type,
    string Country,
    string Area,
    string? Region,
    string Settlement,
    string SettlementType,
    Guid SettlementId,
    string? StreetType,
    string? Street,
    string? Building,
    string? Apartment,
    string? Zip);
