using Esoz.Platform.Json;

namespace Esoz.Contracts;

/// <summary>
/// Contract of a provider with the NHS (договір), returned with type GB_CBP by every method (data-model §3.1). Lifecycle: VERIFIED →
/// TERMINATED; an update may also set VERIFIED again. Soft delete: <c>is_active</c> = false. Members are in response order (contracts
/// §5.1).
/// </summary>
public sealed record Contract : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required DateOnly StartDate { get; init; }
    public required DateOnly EndDate { get; init; }
    public required string Status { get; init; }
    public required Guid ContractorLegalEntityId { get; init; }
    public required Guid ContractorOwnerId { get; init; }
    public required string ContractorBase { get; init; }
    /// <summary><c>{bank_name, MFO?, payer_account}</c></summary>
    public required RawJson ContractorPaymentDetails { get; init; }
    public required int? ContractorRmspAmount { get; init; }
    public required bool? ExternalContractorFlag { get; init; }
    /// <summary><c>[{legal_entity, contract {number, issued_at, expires_at}, divisions [{id, name, medical_service}]}]</c></summary>
    public required RawJson? ExternalContractors { get; init; }
    public required Guid NhsSignerId { get; init; }
    public required string? NhsSignerBase { get; init; }
    public required Guid NhsLegalEntityId { get; init; }
    public required string? NhsPaymentMethod { get; init; }
    public required bool IsSuspended { get; init; }
    public required string? IssueCity { get; init; }
    /// <summary>Hryvnias.</summary>
    public required double? NhsContractPrice { get; init; }
    /// <summary>Assigned by the NHS; unique among the VERIFIED contracts that are not deleted.</summary>
    public required string? ContractNumber { get; init; }
    public required string? StatusReason { get; init; }
    public required Guid? ParentContractId { get; init; }
    public required string IdForm { get; init; }
    public required DateOnly NhsSignedDate { get; init; }
    public required string Type { get; init; }
    public required string? Reason { get; init; }
    /// <summary><c>bucket/resource_id/resource_name</c> of the signed file.</summary>
    public required string? SignedContentLocation { get; init; }
    /// <summary>In the order of their ids.</summary>
    public required IReadOnlyList<Guid> MedicalPrograms { get; init; }
    public required bool IsActive { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required Guid InsertedBy { get; init; }
    public required DateTime? UpdatedAt { get; init; }
    public required Guid? UpdatedBy { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}
