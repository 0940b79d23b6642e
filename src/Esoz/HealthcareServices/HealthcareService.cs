using Esoz.Platform.Json;

namespace Esoz.HealthcareServices;

/// <summary>
/// Healthcare service (послуга закладу): what a division of a legal entity offers (data-model §2.7). Lifecycle: ACTIVE ↔ INACTIVE. Members
/// are in response order (employee-roles §6.2).
/// </summary>
public sealed record HealthcareService : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required Guid DivisionId { get; init; }
    public required Guid LegalEntityId { get; init; }
    public required Guid? LicenseId { get; init; }
    public required string? SpecialityType { get; init; }
    public required string? ProvidingCondition { get; init; }
    public required RawJson Category { get; init; }
    public required RawJson? Type { get; init; }
    public required string Status { get; init; }
    public required string? Comment { get; init; }
    public required RawJson? CoverageArea { get; init; }
    public required RawJson AvailableTime { get; init; }
    public required RawJson NotAvailable { get; init; }
    public required Licensing? LicensedHealthcareService { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    /// <summary>An imported row without an update shows its insertion here.</summary>
    public required DateTime UpdatedAt { get; init; }
    public required Guid UpdatedBy { get; init; }

    /// <summary>Licensing state of the service, since when it is known.</summary>
    public sealed record Licensing(string Status, DateTime UpdatedAt);

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}
