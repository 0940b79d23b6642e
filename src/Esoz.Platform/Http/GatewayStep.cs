namespace Esoz.Platform.Http;

/// <summary>
/// One check before every method (platform §2). The same object runs the check, documents it and says what it looked at, so that the
/// documented order cannot differ from the one that runs.
/// </summary>
/// <param name="Validation">Number on the page, the check in words, and its refusal.</param>
/// <param name="Check">The refusal; null when the check holds. Completes synchronously unless something has to be loaded or
/// received.</param>
/// <param name="Seen">What the check looked at, for whoever explains a refusal. Names no secret and no personal data.</param>
public sealed record GatewayStep(Validation Validation, Func<GatewayRequest, ValueTask<Refusal?>> Check, Func<GatewayRequest, string> Seen)
{
    /// <summary>Whether the check belongs to the method; null is the method of a request that no route matches.</summary>
    public Func<MethodCard?, bool> AppliesTo { get; init; } = static card => card is not null;

    /// <summary>The check as it is for one method; null when it is the same for all.</summary>
    public Func<MethodCard, Validation>? Of { get; init; }

    /// <summary>Value of <c>WWW-Authenticate</c> of the refusal.</summary>
    public string? Challenge { get; init; }

    /// <summary>What is checked, as the pages of methods name it; null where they leave the check out.</summary>
    public string? Subject { get; init; }

    /// <summary>The check of one method, with the refusal that it documents.</summary>
    public Validation ValidationOf(MethodCard? card) => card is null || Of is null ? Validation : Of(card);
}
