using Esoz.Platform.Json;

namespace Esoz.LegalEntities;

/// <summary>
/// A legal entity in the first version of the object, which only Deactivate legal entity returns. Members are in response order
/// (employee-roles §6.1).
/// </summary>
public sealed record LegalEntityV1 : IAccessedRecord
{
    public required Guid Id { get; init; }
    /// <summary>If there is no stored name, that of the state register.</summary>
    public required string? Name { get; init; }
    public required string? ShortName { get; init; }
    public required string? PublicName { get; init; }
    public required string Type { get; init; }
    public required string? OwnerPropertyType { get; init; }
    public required string? LegalForm { get; init; }
    public required string Edrpou { get; init; }
    /// <summary>Codes of КВЕД.</summary>
    public required RawJson Kveds { get; init; }
    public required RawJson Addresses { get; init; }
    public required RawJson? Phones { get; init; }
    public required string? Email { get; init; }
    public required string? Website { get; init; }
    public required string? ReceiverFundsCode { get; init; }
    public required string? Beneficiary { get; init; }
    public required MedicalServiceProvider MedicalServiceProvider { get; init; }
    public required RawJson? Archive { get; init; }
    public required LegalEntitySecurity Security { get; init; }
    public required bool IsActive { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime InsertedAt { get; init; }
    /// <summary>The system that the legal entity was connected to first; null when it has no connection.</summary>
    public required Guid? CreatedByMisClientId { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }
    public required string Status { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}

/// <summary>What the legal entity is allowed to do, and by whom.</summary>
/// <param name="Licenses">The active ones, in the order in which they were entered.</param>
public sealed record MedicalServiceProvider(IReadOnlyList<License> Licenses, RawJson? Accreditation);

/// <param name="RedirectUri">That of the oldest connection of the client.</param>
public sealed record LegalEntitySecurity(string? RedirectUri);
