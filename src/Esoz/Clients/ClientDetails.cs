using Esoz.Platform.Json;

namespace Esoz.Clients;

/// <summary>Client of the API: a provider, a MIS or another system (sign-in §1). Members are in response order (sign-in §12).</summary>
public sealed record ClientDetails
{
    /// <summary>For a healthcare provider that of its legal entity.</summary>
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    /// <summary><c>{allowed_grant_types: [password, …]}</c></summary>
    public required RawJson Settings { get; init; }
    /// <summary>Owner: the OWNER or PHARMACY_OWNER of the provider; the system user when there is none.</summary>
    public required Guid UserId { get; init; }
    public required Guid ClientTypeId { get; init; }
    public required string ClientTypeName { get; init; }
    public required bool IsBlocked { get; init; }
    public required string? BlockReason { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required DateTime? UpdatedAt { get; init; }
}
