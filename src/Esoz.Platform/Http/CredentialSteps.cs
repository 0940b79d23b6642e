using System.Globalization;
using Esoz.Platform.Access;

namespace Esoz.Platform.Http;

/// <summary>The gateway steps that check tokens, api-keys, client certificates and scopes (platform §2, checks 3 and 5 to 8).</summary>
internal static class CredentialSteps
{
    private const string ApiKey = "api-key";
    private const string Scheme = "Bearer ";
    private const string TokenOrKey = "bearer token, or api-key alone";

    private static readonly Refusal NoScope =
        Refusal.Forbidden("Your scope does not allow to access this resource. Missing allowances: {missing}");

    public static readonly GatewayStep KeyIsSet = new(
        new("3a", "api-key header is present and not empty", Refusal.Unauthenticated("Api key is not set")), ReadKey, SeenKeyHeader)
    {
        Challenge = "ApiKey",
        Subject = ApiKey,
    };

    public static readonly GatewayStep BearerIsSet = new(
        new("3b", "Authorization header carries a bearer token",
            Refusal.Unauthenticated("Authorization header is not set or doesn't contain Bearer token")), ReadBearer, SeenBearerHeader)
    {
        Challenge = "Bearer",
        Subject = "bearer token",
    };

    public static readonly GatewayStep KeyIsValid = new(
        new("5a", "api-key is known and not expired, its client may work", Refusal.Unauthenticated("Invalid api key")), FindKey, SeenKey)
    {
        Challenge = "ApiKey",
        Subject = ApiKey,
    };

    public static readonly GatewayStep TokenIsValid = new(
        new("5b", "token is known and not expired, its client and user may work", Refusal.Unauthenticated("Invalid access token")),
        FindToken, SeenToken)
    {
        Challenge = "Bearer",
        Subject = "bearer token",
    };

    /// <summary>The api-key is the caller's only credential; the method receives its owner.</summary>
    public static readonly GatewayStep CallersKeyIsValid = KeyIsValid with { Check = FindCallersKey };

    /// <summary>
    /// A key that is bound to client certificates opens nothing without one of them. Refused as an unknown key is: who has only the key
    /// does not learn that it is one.
    /// </summary>
    public static readonly GatewayStep KeyHasCertificate = KeyIsValid with
    {
        Validation = KeyIsValid.Validation with
        {
            Number = "5c",
            Rule = "if the api-key is bound to client certificates, the connection has shown one of them, and it is in force",
        },
        Check = static request => new(Unbound(request) is null ? null : KeyIsValid.Validation.Refusal),
        Seen = static request => $"{SeenKey(request)}, {SeenBinding(request)}",
    };

    // The page numbers the second credential of a family as check 6.
    public static readonly GatewayStep BearerIsSetToo = Numbered(BearerIsSet, "6a");
    public static readonly GatewayStep TokenIsValidToo = Numbered(TokenIsValid, "6a");

    public static readonly GatewayStep BrokerKeyIsSet = Numbered(KeyIsSet, "6b") with
    {
        Check = static request => request.Token!.IsBroker ? ReadKey(request) : default,
        Seen = static request => OfBroker(request, SeenKeyHeader),
        Subject = "api-key of BROKER clients",
    };

    public static readonly GatewayStep BrokerKeyIsValid = Numbered(KeyIsValid, "6b") with
    {
        Check = static request => request.Token!.IsBroker ? FindBrokerKey(request) : default,
        Seen = static request => OfBroker(request, SeenBrokerKey),
        Subject = "api-key of BROKER clients",
    };

    public static readonly GatewayStep BrokerKeyHasCertificate = Numbered(KeyHasCertificate, "6d") with
    {
        Check = static request => request.Token!.IsBroker ? KeyHasCertificate.Check(request) : default,
        Seen = static request => OfBroker(request, KeyHasCertificate.Seen),
        Subject = "api-key of BROKER clients",
    };

    /// <summary>A key that is valid alone, but not with this token, is refused as an unknown one is.</summary>
    public static readonly GatewayStep KeyAccompaniesToken = KeyIsValid with
    {
        Validation = KeyIsValid.Validation with
        {
            Number = "6c",
            Rule = "api-key belongs to the client of the token, to one that acts for it by a connection, or to the NHS",
        },
        Check = static request => new(request.Key!.Accompanies(request.Token!) ? null : KeyIsValid.Validation.Refusal),
        Seen = static request => $"{SeenKey(request)} ({request.Key!.ClientType}); {SeenToken(request)}",
    };

    /// <summary>Passes a call without the Authorization header that has the api-key header: the next steps check the key.</summary>
    public static readonly GatewayStep BearerOrKeyIsSet = OfTokenCalls(BearerIsSet) with
    {
        Validation = BearerIsSet.Validation with { Rule = "Authorization header carries a bearer token, or there is only an api-key" },
    };

    public static readonly GatewayStep TokenHasScopes = Scopes("7", "granted", static request => request.Token!.Scopes);

    public static readonly GatewayStep KeyHasScopes = Scopes("7", "granted", static request => request.Key!.ClientScopes);

    public static readonly GatewayStep TokenOrKeyHasScopes =
        Scopes("7", "granted", static request => request.Token?.Scopes ?? request.Key!.ClientScopes);

    public static readonly GatewayStep BrokerHasScopes = Scopes("8", "among those that the owner of the api-key may use for others",
        static request => request.Key?.BrokerScopes);

    /// <summary>The step for methods of SIGN-IN that are called with an access_token.</summary>
    public static GatewayStep OfAccessTokenMethods(GatewayStep step) =>
        step with { AppliesTo = static card => card is { Bearer: SignInBearer.AccessToken } };

    /// <summary>The step for a family of two credentials: applies when the call is not one of <see cref="OfKeyCalls"/>.</summary>
    public static GatewayStep OfTokenCalls(GatewayStep step) => step with
    {
        Check = request => IsKeyCall(request) ? default : step.Check(request),
        Seen = request => IsKeyCall(request) ? "an api-key and no token" : step.Seen(request),
        Subject = step.Subject == BearerIsSet.Subject ? TokenOrKey : step.Subject,
    };

    /// <summary>The step for a family of two credentials: applies when the call has the api-key header and not the Authorization
    /// header (events §1).</summary>
    public static GatewayStep OfKeyCalls(GatewayStep step) => step with
    {
        Check = request => IsKeyCall(request) ? step.Check(request) : default,
        Seen = request => IsKeyCall(request) ? step.Seen(request) : "a token: the api-key is not the caller's",
        Subject = TokenOrKey,
    };

    private static bool IsKeyCall(GatewayRequest request) =>
        request.Context.Request.Headers is { Authorization.Count: 0 } headers && headers.ContainsKey(ApiKey);

    private static GatewayStep Numbered(GatewayStep step, string number) => step with
    {
        Validation = step.Validation with { Number = number },
    };

    /// <summary>Checks the method's scopes against the granted ones; null = no limit.</summary>
    private static GatewayStep Scopes(string number, string granted, Func<GatewayRequest, ScopeSet?> scopes)
    {
        Validation every = new(number, $"every scope of the method is {granted}", NoScope);
        Validation any = new(number, $"one of the scopes of the method is {granted}", NoScope);
        return new(
            every, request => new(CheckScopes(request.Card!, scopes(request))), request => SeenScopes(request.Card!, scopes(request)))
        {
            AppliesTo = static card => card is { Scopes.Count: > 0 },
            Of = card => (card.AnyScope ? any : every) with { Refusal = Missing(every, card.Scopes) },
            Subject = "scope",
        };

        Refusal? CheckScopes(MethodCard card, ScopeSet? has)
        {
            if (has is null)
                return null;
            var missing = 0;
            for (var i = 0; i < card.Scopes.Count; i++)
                missing += has.Contains(card.Scopes[i]) ? 0 : 1;
            return missing == 0 || (card.AnyScope && missing < card.Scopes.Count) ? null
                : Missing(every, card.Scopes.Where(scope => !has.Contains(scope)));
        }
    }

    private static Refusal Missing(Validation check, IEnumerable<string> scopes) => check.With("missing", string.Join(", ", scopes));

    private static ValueTask<Refusal?> ReadKey(GatewayRequest request)
    {
        if (KeyOf(request.Context.Request) is not { } presented)
            return new(KeyIsSet.Validation.Refusal);
        request.Presented = presented;
        return default;
    }

    /// <summary>Hash of the api-key; null when the header is missing or empty.</summary>
    public static SecretHash? KeyOf(HttpRequest request) =>
        request.Headers[ApiKey] is [{ Length: > 0 } value] ? SecretHash.Of(value) : null;

    private static ValueTask<Refusal?> ReadBearer(GatewayRequest request)
    {
        if (BearerOf(request.Context.Request) is not { } presented)
            return new(BearerIsSet.Validation.Refusal);
        request.Presented = presented;
        return default;
    }

    /// <summary>Hash of the bearer token; null when the header carries none.</summary>
    public static SecretHash? BearerOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } value] && IsBearer(value) ? SecretHash.Of(value[Scheme.Length..]) : null;

    private static bool IsBearer(string value) =>
        value.Length > Scheme.Length && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<Refusal?> FindToken(GatewayRequest request)
    {
        if (await request.Gateway.Credentials.FindToken(request.Presented) is not { } token)
            return TokenIsValid.Validation.Refusal;
        request.Token = token;
        request.Gateway.RateLimits.Prove(request);
        request.Context.Features.Set(new Caller(token.ClientId, token.UserId, token.ClientType));
        return null;
    }

    private static async ValueTask<Refusal?> FindKey(GatewayRequest request)
    {
        request.Key = await request.Gateway.Credentials.FindKey(request.Presented);
        if (request.Key is null)
            return KeyIsValid.Validation.Refusal;
        request.Gateway.RateLimits.Prove(request);
        return null;
    }

    private static async ValueTask<Refusal?> FindCallersKey(GatewayRequest request)
    {
        if (await FindKey(request) is { } refusal)
            return refusal;
        request.Context.Features.Set(new KeyHolder(request.Key!.ClientId));
        return null;
    }

    /// <summary>Accepts only the key of a client that may act as a broker: one that has broker scopes, be the list empty or not.</summary>
    private static async ValueTask<Refusal?> FindBrokerKey(GatewayRequest request) =>
        await FindKey(request) is { } refusal ? refusal : request.Key!.BrokerScopes is null ? KeyIsValid.Validation.Refusal : null;

    private static string SeenKeyHeader(GatewayRequest request) => request.Context.Request.Headers[ApiKey] switch
    {
        [] => "api-key: not sent",
        [{ Length: > 0 }] => "api-key: sent",
        [_] => "api-key: sent, empty",
        { Count: var count } => $"api-key: sent {count} times",
    };

    private static string SeenBearerHeader(GatewayRequest request) => request.Context.Request.Headers.Authorization switch
    {
        [] => "Authorization: not sent",
        [{ } value] when IsBearer(value) => "Authorization: a bearer token",
        [_] => "Authorization: not a bearer token",
        { Count: var count } => $"Authorization: sent {count} times",
    };

    private static string SeenToken(GatewayRequest request) => request.Token is { } token
        ? string.Create(CultureInfo.InvariantCulture,
            $"token of client {token.ClientId} ({token.ClientType}) and user {token.UserId}, until {DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt):u}")
        : "token: unknown, expired, without scopes, or its client or user is blocked";

    private static string SeenKey(GatewayRequest request) => request.Key switch
    {
        { ExpiresAt: { } until } key => string.Create(CultureInfo.InvariantCulture, $"api-key of client {key.ClientId}, until {until:u}"),
        { } key => $"api-key of client {key.ClientId}, without expiry",
        null => "api-key: unknown, expired, without scopes, or its client is blocked",
    };

    /// <summary>Why the key is not that of this connection (<see cref="Credentials.Unbound"/>); null when it is, or when there is no key.</summary>
    public static string? Unbound(GatewayRequest request) =>
        request.Key is { Certificates: not null } key
            ? request.Gateway.Credentials.Unbound(key, request.Context.Connection.ClientCertificate) : null;

    private static string SeenBinding(GatewayRequest request) => request.Key switch
    {
        { Certificates.Count: var count } => $"bound to {count} client certificates: {Unbound(request) ?? "one of them is shown"}",
        _ => "bound to no client certificate",
    };

    private static string SeenBrokerKey(GatewayRequest request) =>
        SeenKey(request) + (request.Key is { BrokerScopes: null } ? ", whose broker_scope is null" : "");

    private static string OfBroker(GatewayRequest request, Func<GatewayRequest, string> seen) =>
        request.Token!.IsBroker ? seen(request) : "the token's client is DIRECT: no api-key is required";

    private static string SeenScopes(MethodCard card, ScopeSet? granted) => granted is null ? "no limit"
        : string.Join(", ", card.Scopes.Select(scope => $"{scope}: {(granted.Contains(scope) ? "granted" : "missing")}"));
}
