using Esoz.Platform.Json;

namespace Esoz.LegalEntities;

/// <summary>
/// A <see cref="LegalEntity"/> with the data of its verification by НСЗУ: the response of the methods for a single legal entity. Members
/// are in response order (employee-roles §6.1).
/// </summary>
public sealed record LegalEntityDetails
{
    public required Guid Id { get; init; }
    public required RawJson Edr { get; init; }
    public required bool? EdrVerified { get; init; }
    public required string Edrpou { get; init; }
    public required string Type { get; init; }
    public required RawJson? ResidenceAddress { get; init; }
    public required RawJson? Phones { get; init; }
    public required string? Email { get; init; }
    public required string? Website { get; init; }
    public required string? ReceiverFundsCode { get; init; }
    public required string? Beneficiary { get; init; }
    public required RawJson? Accreditation { get; init; }
    public required License? License { get; init; }
    public required RawJson? Archive { get; init; }
    public required RawJson? PublicOffer { get; init; }
    public required string Status { get; init; }
    public required bool NhsVerified { get; init; }
    public required bool NhsReviewed { get; init; }
    public required string? NhsComment { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }
}
