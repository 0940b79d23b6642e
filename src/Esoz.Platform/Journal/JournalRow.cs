namespace Esoz.Platform.Journal;

/// <summary>One row of the access journal: one request. Ids and numbers only: no name, no query and no body (platform §13a).</summary>
public record JournalRow
{
    /// <summary>Client of the token, or of the api-key where there is no token; null when nobody was identified.</summary>
    public Guid? ClientId { get; init; }

    /// <summary>User of the token.</summary>
    public Guid? UserId { get; init; }

    /// <summary>The api-key that was used.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Owner of the api-key: the system that a BROKER client works through.</summary>
    public Guid? ConnectionClientId { get; init; }

    /// <summary>Method API ID of the card; <c>unknown</c> when no route matches.</summary>
    public required string MethodId { get; init; }

    /// <summary>Ids that the request named, then those of the records that the answer shows; without repetitions.</summary>
    public IReadOnlyList<Guid> ObjectIds { get; init; } = [];

    /// <summary>The patient, when it is one.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>The person behind an employee, when it is one.</summary>
    public Guid? PartyId { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>Number of the broken rule on the method's page; <c>platform N</c> is a check of the gateway.</summary>
    public string? Rule { get; init; }

    /// <summary>Code or type of the error in the answer.</summary>
    public string? Code { get; init; }

    /// <summary>What the check of the gateway looked at, or a rule whose number does not say enough.</summary>
    public string? Seen { get; init; }

    public required string RequestId { get; init; }

    /// <summary>IP address of the caller, as the trusted proxy states it.</summary>
    public string? Address { get; init; }
}
