using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>
/// The checks that come before every method, in the order of platform §2 (numbers in the comments are the page's). The first failure
/// ends the request in the dialect of its family.
/// </summary>
public sealed class Gateway(RequestDelegate next, Credentials credentials, RateLimits rateLimits)
{
    private static readonly Validation ApiKeyIsSet = new("3a", "api-key header is present and not empty",
        Refusal.Unauthenticated("Api key is not set"));

    private static readonly Validation BearerIsSet = new("3b", "Authorization header carries a bearer token",
        Refusal.Unauthenticated("Authorization header is not set or doesn't contain Bearer token"));

    private static readonly Validation ApiKeyIsValid = new("5a", "api-key is known and not expired, its client may work",
        Refusal.Unauthenticated("Invalid api key"));

    private static readonly Validation TokenIsValid = new("5b", "token is known and not expired, its client and user may work",
        Refusal.Unauthenticated("Invalid access token"));

    private static readonly Validation ScopesAreGranted = new("7", "every scope of the method is granted",
        Refusal.Forbidden("Your scope does not allow to access this resource. Missing allowances: {missing}"));

    /// <summary>What can end a request to <paramref name="card"/> before the method sees it, in order.</summary>
    public static IEnumerable<Validation> ChecksOf(MethodCard card)
    {
        Validation[] credentials = card.Family switch
        {
            Family.IlMis or Family.Mc => [BearerIsSet, RateLimits.LimitIsKept, TokenIsValid, ApiKeyIsSet, ApiKeyIsValid],
            Family.IlAdmin => [ApiKeyIsSet, RateLimits.LimitIsKept, ApiKeyIsValid, BearerIsSet, TokenIsValid],
            Family.PisBulk => [ApiKeyIsSet, RateLimits.LimitIsKept, ApiKeyIsValid],
            Family.Open => [],
        };
        var scopes = card.Scopes.Count == 0 ? [] : new[] { ScopesAreGranted with { Refusal = Missing(card.Scopes) } };
        return [.. credentials, .. scopes, .. card.Body is null ? [] : Body.Checks, .. card.IsIdempotent ? Idempotency.Checks : []];
    }

    public async Task InvokeAsync(HttpContext context)
    {
        if (await Check(context) is { } refusal)
            await Dialect.Of(context).WriteRefusal(context, refusal);
        else
            await next(context);
    }

    private async ValueTask<Refusal?> Check(HttpContext context)
    {
        // 2: path and verb match a known route
        if (context.GetEndpoint()?.Metadata.GetMetadata<MethodCard>() is not { } card)
            return Refusal.NotFound();
        var refusal = card.Family switch
        {
            Family.IlMis or Family.Mc => await CheckTokenFirst(context, card),
            Family.IlAdmin => await CheckKeyThenToken(context, card),
            Family.PisBulk => await CheckKey(context, card),
            Family.Open => null,
        };
        return refusal ?? await ReadBody(context, card);
    }

    private async ValueTask<Refusal?> CheckTokenFirst(HttpContext context, MethodCard card)
    {
        // 3b
        if (Bearer(context) is not { } bearer)
            return TokenFault(context, BearerIsSet);
        // 4
        if (rateLimits.Count(context, card.Family, bearer) is { } tooMany)
            return tooMany;
        // 5b
        if (await credentials.FindToken(bearer) is not { } token)
            return TokenFault(context, TokenIsValid);
        ApiKey? key = null;
        if (token.IsBroker)
        {
            // 6b
            if (Key(context) is not { } secret)
                return KeyFault(context, ApiKeyIsSet);
            key = await credentials.FindKey(secret);
            if (key?.BrokerScopes is null)
                return KeyFault(context, ApiKeyIsValid);
        }
        SetCaller(context, token);
        // 7, 8
        return CheckScopes(card, token.Scopes) ?? CheckScopes(card, key?.BrokerScopes);
    }

    private async ValueTask<Refusal?> CheckKeyThenToken(HttpContext context, MethodCard card)
    {
        // 3a
        if (Key(context) is not { } secret)
            return KeyFault(context, ApiKeyIsSet);
        // 4
        if (rateLimits.Count(context, card.Family, secret) is { } tooMany)
            return tooMany;
        // 5a
        if (await credentials.FindKey(secret) is not { } key)
            return KeyFault(context, ApiKeyIsValid);
        // 6a
        if (Bearer(context) is not { } bearer)
            return TokenFault(context, BearerIsSet);
        if (await credentials.FindToken(bearer) is not { } token)
            return TokenFault(context, TokenIsValid);
        SetCaller(context, token);
        // 7, 8
        return CheckScopes(card, token.Scopes) ?? CheckScopes(card, key.BrokerScopes);
    }

    private async ValueTask<Refusal?> CheckKey(HttpContext context, MethodCard card)
    {
        // 3a
        if (Key(context) is not { } secret)
            return KeyFault(context, ApiKeyIsSet);
        // 4
        if (rateLimits.Count(context, card.Family, secret) is { } tooMany)
            return tooMany;
        // 5a
        if (await credentials.FindKey(secret) is not { } key)
            return KeyFault(context, ApiKeyIsValid);
        context.Features.Set(new KeyHolder(key.ClientId));
        // 7, 8
        return CheckScopes(card, key.ClientScopes) ?? CheckScopes(card, key.BrokerScopes);
    }

    // 9
    private static async ValueTask<Refusal?> ReadBody(HttpContext context, MethodCard card)
    {
        if (card.Body is null)
            return null;
        var (body, refusal) = await Body.Read(context, card);
        context.Features.Set(body);
        return refusal;
    }

    /// <summary>Null scopes mean no limit.</summary>
    private static Refusal? CheckScopes(MethodCard card, ScopeSet? granted)
    {
        if (granted is null || (card.AnyScope ? card.Scopes.Any(granted.Contains) : card.Scopes.All(granted.Contains)))
            return null;
        return Missing(card.Scopes.Where(scope => !granted.Contains(scope)));
    }

    private static Refusal Missing(IEnumerable<string> scopes) => ScopesAreGranted.With("missing", string.Join(", ", scopes));

    private static SecretHash? Bearer(HttpContext context)
    {
        const string scheme = "Bearer ";
        var header = context.Request.Headers.Authorization;
        return header is [{ } value] && value.Length > scheme.Length && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? SecretHash.Of(value[scheme.Length..])
            : null;
    }

    private static SecretHash? Key(HttpContext context) =>
        context.Request.Headers["api-key"] is [{ Length: > 0 } value] ? SecretHash.Of(value) : null;

    private static void SetCaller(HttpContext context, AccessToken token) =>
        context.Features.Set(new Caller(token.ClientId, token.UserId, token.ClientType));

    private static Refusal TokenFault(HttpContext context, Refusal refusal)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return refusal;
    }

    private static Refusal KeyFault(HttpContext context, Refusal refusal)
    {
        context.Response.Headers.WWWAuthenticate = "ApiKey";
        return refusal;
    }
}

/// <summary>Client whose api-key opened a route that takes no token.</summary>
public sealed record KeyHolder(Guid ClientId)
{
    public static ValueTask<KeyHolder?> BindAsync(HttpContext context) => new(context.Features.Get<KeyHolder>());
}
