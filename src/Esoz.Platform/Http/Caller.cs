namespace Esoz.Platform.Http;

/// <summary>The caller, as identified by the gateway from the bearer token (platform §3).</summary>
/// <param name="ClientId">Client of the token; for a healthcare provider equal to its <c>legal_entities.id</c>.</param>
/// <param name="UserId">Author for <c>inserted_by</c> and <c>updated_by</c>.</param>
/// <param name="ClientType">Name of the client's type, e.g. NHS.</param>
public sealed record Caller(Guid ClientId, Guid UserId, string ClientType)
{
    /// <summary>
    /// Systems that work for all providers see the rows of every provider where a page says so; other callers see only their own
    /// (employee-roles §6).
    /// </summary>
    public bool SeesAll => ClientType is Access.ClientType.Mis or Access.ClientType.Nhs;

    /// <summary>The only legal entity whose rows the caller sees; null = all.</summary>
    public Guid? OnlyLegalEntity => SeesAll ? null : ClientId;

    /// <summary>Whether the caller sees the rows of this legal entity.</summary>
    public bool Sees(Guid legalEntity) => SeesAll || legalEntity == ClientId;

    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(context.Features.Get<Caller>());
}
