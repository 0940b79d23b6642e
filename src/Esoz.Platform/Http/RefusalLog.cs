namespace Esoz.Platform.Http;

/// <summary>
/// One line for every refused request, so that an operator can follow a request id to the method and the rule that refused it. It has
/// numbers and ids only, and what the rule looked at where the number does not say enough (<see cref="Refusal.Seen"/>): no secret and no
/// personal data. A fault is logged by <see cref="UnhandledFaults"/>.
/// </summary>
public sealed class RefusalLog
{
    internal static void Write(HttpContext context, Refusal refusal, int status)
    {
        if (refusal.Kind == RefusalKind.Fault || context.RequestServices?.GetService<ILogger<RefusalLog>>() is not { } log)
            return;
        var caller = context.Features.Get<Caller>();
        var identified = Identified.Of(context);
        log.LogInformation("Refused {MethodId} by rule {Rule} with {Status}, client {ClientId}, user {UserId}{Seen}",
            RequestMetrics.MethodOf(context), refusal.RuleNumber ?? "", status,
            (caller?.ClientId ?? context.Features.Get<KeyHolder>()?.ClientId ?? identified?.ClientId)?.ToString() ?? "",
            (caller?.UserId ?? identified?.UserId)?.ToString() ?? "", refusal.Seen is { } seen ? $": {seen}" : "");
    }
}
