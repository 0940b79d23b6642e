using Esoz.Platform.Json;

namespace Esoz.SignIn;

/// <summary>A user as the user sees it. Members are in response order (sign-in §11.3).</summary>
public sealed record UserDetails : IAccessedRecord
{
    public required Guid Id { get; init; }
    public required string Email { get; init; }
    public required bool IsBlocked { get; init; }
    public required string? BlockReason { get; init; }
    /// <summary>Of a user who is a patient.</summary>
    public required Guid? PersonId { get; init; }
    public required string? TaxId { get; init; }
    /// <summary>An object without a fixed form; <c>{}</c> when there are none.</summary>
    public required RawJson Settings { get; init; }
    public required DateTime InsertedAt { get; init; }
    public required DateTime UpdatedAt { get; init; }

    IEnumerable<Guid> IAccessedRecord.ObjectIds => [Id];
}
