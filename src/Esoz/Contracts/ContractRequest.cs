using Esoz.Platform.Json;

namespace Esoz.Contracts;

/// <summary>
/// Body of <see cref="CreateContract"/> and <see cref="UpdateContract"/> (contracts §5.1); the schemas hold its rules. What is required
/// here is mandatory there.
/// </summary>
public sealed record ContractRequest
{
    public required DateOnly StartDate { get; init; }
    public required DateOnly EndDate { get; init; }
    public required string Status { get; init; }
    public required Guid ContractorLegalEntityId { get; init; }
    public required Guid ContractorOwnerId { get; init; }
    public required string ContractorBase { get; init; }
    public required RawJson ContractorPaymentDetails { get; init; }
    public int? ContractorRmspAmount { get; init; }
    public bool? ExternalContractorFlag { get; init; }
    public RawJson? ExternalContractors { get; init; }
    public required Guid NhsSignerId { get; init; }
    public string? NhsSignerBase { get; init; }
    public required Guid NhsLegalEntityId { get; init; }
    public string? NhsPaymentMethod { get; init; }
    public required bool IsSuspended { get; init; }
    public string? IssueCity { get; init; }
    public double? NhsContractPrice { get; init; }
    public string? ContractNumber { get; init; }
    public string? StatusReason { get; init; }
    public Guid? ParentContractId { get; init; }
    public required string IdForm { get; init; }
    public required DateOnly NhsSignedDate { get; init; }
    public required string Type { get; init; }
    public string? Reason { get; init; }
    public string? SignedContentLocation { get; init; }
    /// <summary>Only when a contract is created.</summary>
    public IReadOnlyList<Guid>? MedicalPrograms { get; init; }
}
