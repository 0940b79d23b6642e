using Esoz.Platform.Access;
using Esoz.Platform.Database;
using Esoz.Platform.Journal;

namespace Esoz.Platform.Http;

/// <summary>
/// The checks before every method (platform §2): one ordered list of steps per family. OpenAPI and the method pages document the same list
/// that is executed. The first step that fails ends the request in the dialect of its family.
/// </summary>
public sealed class Gateway(
    RequestDelegate next, Credentials credentials, RateLimits rateLimits, ConcurrencyLimit concurrencyLimit, BodyLimits bodyLimits,
    PostgresDatabase database, AccessJournal journal, ILogger<Gateway> log)
{
    internal static readonly GatewayStep RouteIsKnown = new(
        new("2", "path and verb match a known route", Refusal.NotFound()), static _ => new(Refusal.NotFound()),
        static request => $"{request.Context.Request.Method} matches no method")
    {
        AppliesTo = static card => card is null,
    };

    private static readonly GatewayStep[] TokenFirst =
    [
        RouteIsKnown,
        CredentialSteps.BearerIsSet,
        RateLimits.Step,
        CredentialSteps.TokenIsValid,
        CredentialSteps.BrokerKeyIsSet,
        CredentialSteps.BrokerKeyIsValid,
        CredentialSteps.BrokerKeyHasCertificate,
        CredentialSteps.TokenHasScopes,
        CredentialSteps.BrokerHasScopes,
        ConcurrencyLimit.Step,
        .. Body.Steps,
        .. Idempotency.Steps,
    ];

    private static readonly GatewayStep[] KeyThenToken =
    [
        RouteIsKnown,
        CredentialSteps.KeyIsSet,
        RateLimits.Step,
        CredentialSteps.KeyIsValid,
        CredentialSteps.KeyHasCertificate,
        CredentialSteps.BearerIsSetToo,
        CredentialSteps.TokenIsValidToo,
        CredentialSteps.KeyAccompaniesToken,
        CredentialSteps.TokenHasScopes,
        CredentialSteps.BrokerHasScopes,
        ConcurrencyLimit.Step,
        .. Body.Steps,
        .. Idempotency.Steps,
    ];

    private static readonly GatewayStep[] KeyAlone =
    [
        RouteIsKnown,
        CredentialSteps.KeyIsSet,
        RateLimits.Step,
        CredentialSteps.CallersKeyIsValid,
        CredentialSteps.KeyHasCertificate,
        CredentialSteps.KeyHasScopes,
        CredentialSteps.BrokerHasScopes,
        ConcurrencyLimit.Step,
        .. Body.Steps,
    ];

    /// <summary>Either a call with a token or one with an api-key (events §1).</summary>
    private static readonly GatewayStep[] TokenOrKey =
    [
        RouteIsKnown,
        CredentialSteps.BearerOrKeyIsSet,
        CredentialSteps.OfKeyCalls(CredentialSteps.KeyIsSet),
        RateLimits.Step,
        CredentialSteps.OfKeyCalls(CredentialSteps.CallersKeyIsValid),
        CredentialSteps.OfKeyCalls(CredentialSteps.KeyHasCertificate),
        CredentialSteps.OfTokenCalls(CredentialSteps.TokenIsValid),
        CredentialSteps.OfTokenCalls(CredentialSteps.BrokerKeyIsSet),
        CredentialSteps.OfTokenCalls(CredentialSteps.BrokerKeyIsValid),
        CredentialSteps.OfTokenCalls(CredentialSteps.BrokerKeyHasCertificate),
        CredentialSteps.TokenOrKeyHasScopes,
        CredentialSteps.BrokerHasScopes,
        ConcurrencyLimit.Step,
        .. Body.Steps,
    ];

    private static readonly GatewayStep[] Nothing = [RouteIsKnown, .. Body.Steps];

    /// <summary>The rate limit comes first: whoever guesses passwords has no credential to be counted by (sign-in §3).</summary>
    private static readonly GatewayStep[] SignIn =
    [
        RouteIsKnown,
        RateLimits.SignInStep,
        CredentialSteps.OfAccessTokenMethods(CredentialSteps.BearerIsSet),
        CredentialSteps.OfAccessTokenMethods(CredentialSteps.TokenIsValid),
        CredentialSteps.TokenHasScopes,
        .. Body.Steps,
    ];

    internal Credentials Credentials => credentials;

    internal RateLimits RateLimits => rateLimits;

    internal ConcurrencyLimit ConcurrencyLimit => concurrencyLimit;

    internal BodyLimits BodyLimits => bodyLimits;

    internal PostgresDatabase Database => database;

    internal AccessJournal Journal => journal;

    /// <summary>The steps that a request to <paramref name="card"/> passes before the method, in order.</summary>
    public static IEnumerable<GatewayStep> StepsOf(MethodCard card) => ListOf(card.Family).Where(step => step.AppliesTo(card));

    /// <summary>The checks that can end a request to <paramref name="card"/> before the method, in order.</summary>
    public static IEnumerable<Validation> ChecksOf(MethodCard card) => StepsOf(card).Select(step => step.ValidationOf(card));

    public Task InvokeAsync(HttpContext context)
    {
        var request = new GatewayRequest(this, context);
        if (request.Card is null && context.GetEndpoint()?.Metadata.GetMetadata<PageRoute>() is { } page)
            return rateLimits.CountPage(request, page) is { } busy ? UnhandledFaults.Answer(context, busy)
                : page.Gate is null ? next(context)
                : Open(context, page.Gate);
        context.Features.Set(request);
        // For caches that know HTTP/1.0 only (RFC 6749 §5.1); no-store is in every answer.
        if (request.Family == Family.SignIn)
            context.Response.Headers.Pragma = "no-cache";
        var checking = FirstToFail(request);
        return checking.IsCompletedSuccessfully && request.Place is null ? Continue(request, checking.Result) : Await(request, checking);
    }

    private async Task Open(HttpContext context, Func<HttpContext, Task<IResult?>> gate) =>
        await (await gate(context) is { } answer ? answer.ExecuteAsync(context) : next(context));

    /// <summary>Executes the steps; allocates nothing when all of them complete synchronously.</summary>
    internal static async ValueTask<(GatewayStep? Step, Refusal? Refusal)> FirstToFail(GatewayRequest request)
    {
        foreach (var step in ListOf(request.Family))
        {
            if (step.AppliesTo(request.Card) && await step.Check(request) is { } refusal)
                return (step, refusal);
        }
        return default;
    }

    private static GatewayStep[] ListOf(Family family) => family switch
    {
        Family.IlMis or Family.Mc => TokenFirst,
        Family.IlAdmin => KeyThenToken,
        Family.PisBulk => KeyAlone,
        Family.Events => TokenOrKey,
        Family.Open => Nothing,
        Family.SignIn => SignIn,
    };

    private async Task Await(GatewayRequest request, ValueTask<(GatewayStep? Step, Refusal? Refusal)> checking)
    {
        try
        {
            await Continue(request, await checking);
        }
        finally
        {
            request.Place?.Dispose();
        }
    }

    private Task Continue(GatewayRequest request, (GatewayStep? Step, Refusal? Refusal) failed)
    {
        if (failed is not ({ } step, { } refusal))
            return next(request.Context);
        request.Failed = step;
        var check = step.ValidationOf(request.Card);
        if (log.IsEnabled(LogLevel.Debug))
            log.LogDebug("Refused by check {Number}, {Rule}: {Seen}", check.Number, check.Rule, step.Seen(request));
        // Whoever was identified before the step that failed is named in the log.
        if (request.Key is { } key)
            request.Context.Features.Set(new KeyHolder(key.ClientId));
        if (step.Challenge is { } challenge)
            request.Context.Response.Headers.WWWAuthenticate = challenge;
        return Dialect.For(request.Family).WriteRefusal(request.Context, refusal with { RuleNumber = check.Number });
    }
}

/// <summary>Client that was authenticated by api-key on a route without a token.</summary>
public sealed record KeyHolder(Guid ClientId)
{
    public static ValueTask<KeyHolder?> BindAsync(HttpContext context) => new(context.Features.Get<KeyHolder>());
}
