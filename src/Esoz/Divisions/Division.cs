using Esoz.Platform.Json;

namespace Esoz.Divisions;

/// <summary>
/// Division (місце надання послуг): where a legal entity provides care (data-model §2.6). Lifecycle: ACTIVE ↔ INACTIVE. <c>is_active</c> is
/// not a member and is true in both. Members are in response order (employee-roles §6.3).
/// </summary>
public sealed record Division : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    /// <summary>In the order in which they were sent.</summary>
    public required IReadOnlyList<DivisionAddress> Addresses { get; init; }
    /// <summary><c>[{type, number, note?}]</c></summary>
    public required RawJson Phones { get; init; }
    /// <summary>Null only in imported rows.</summary>
    public required string? Email { get; init; }
    /// <summary><c>{mon…sun: [["HH.MM", "HH.MM"], …]}</c></summary>
    public required RawJson? WorkingHours { get; init; }
    public required string Type { get; init; }
    public required Guid LegalEntityId { get; init; }
    public required string? ExternalId { get; init; }
    public required Location? Location { get; init; }
    public required string Status { get; init; }
    public required bool MountainGroup { get; init; }
    public required string? DlsId { get; init; }
    public required bool? DlsVerified { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}

/// <summary>A geographic position in degrees: latitude −90…90, longitude −180…180.</summary>
public sealed record Location(double Latitude, double Longitude);
