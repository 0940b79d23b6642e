namespace Esoz.Contracts;

/// <summary>
/// Division of a contract (місце надання послуг за договором): where services are given under a contract (data-model §3.2). Soft delete:
/// <c>is_active</c> = false. Members are in response order (contracts §4).
/// </summary>
public sealed record ContractDivision : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required Guid DivisionId { get; init; }
    public required Guid ContractId { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}
