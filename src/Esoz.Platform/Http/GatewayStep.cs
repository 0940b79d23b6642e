namespace Esoz.Platform.Http;

/// <summary>
/// One check before every method (platform §2). The same object executes the check, documents it and describes its input, so that the
/// documented order cannot differ from the executed one.
/// </summary>
/// <param name="Validation">Number on the page, the check in words, and its refusal.</param>
/// <param name="Check">Returns the refusal, or null when the check passes. Completes synchronously unless it has to load or receive
/// data.</param>
/// <param name="Seen">Describes the input of the check, to explain a refusal. Contains no secrets and no personal data.</param>
public sealed record GatewayStep(Validation Validation, Func<GatewayRequest, ValueTask<Refusal?>> Check, Func<GatewayRequest, string> Seen)
{
    /// <summary>Whether the check applies to the method; null when no route matches.</summary>
    public Func<MethodCard?, bool> AppliesTo { get; init; } = static card => card is not null;

    /// <summary>The check for one method; null when it is the same for all methods.</summary>
    public Func<MethodCard, Validation>? Of { get; init; }

    /// <summary>Value of the refusal's <c>WWW-Authenticate</c> header.</summary>
    public string? Challenge { get; init; }

    /// <summary>What is checked, in the wording of the method pages; null when they omit the check.</summary>
    public string? Subject { get; init; }

    /// <summary>The check of one method, with the refusal that it documents.</summary>
    public Validation ValidationOf(MethodCard? card) => card is null || Of is null ? Validation : Of(card);
}
